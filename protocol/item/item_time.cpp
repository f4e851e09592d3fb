#include "protocol/item/item_time.hpp"

namespace remora {

std::string to_item_time(timestamp when) {
  std::string text = to_rfc3339(when);
  text.pop_back(); // the Z
  const auto last = text.find_last_not_of('0');
  text.resize(text[last] == '.' ? last : last + 1);
  return text += 'Z';
}

} // namespace remora
