#include "script/items/plain_json.hpp"

#include <algorithm>

namespace remora::script {

void plain_json::key(std::string_view name) {
  // A script sees members named like indexes first, whatever their order was; and of names that are the same
  // once they are well-formed it sees one.
  const bool index_like = !name.empty() && '0' <= name[0] && name[0] <= '9';
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (index_like || !std::all_of(name.begin(), name.end(), is_ascii)) gave_up_ = true;
  json_.key(name);
}

} // namespace remora::script
