#include "traffic/dissect/http/target.hpp"

#include <algorithm>

namespace remora::traffic::http {

namespace {

int hex_value(char c) noexcept {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return -1;
}

} // namespace

target_parts split_target(std::string_view target) noexcept {
  std::string_view rest = target;
  if (rest.empty() || rest.front() != '/') {
    const std::size_t scheme = rest.find("://");
    const std::size_t odd = rest.find_first_of("/?#");
    if (scheme == std::string_view::npos || odd != scheme + 1) return {target, {}};
    rest.remove_prefix(scheme + 3);
    rest.remove_prefix(std::min(rest.find_first_of("/?#"), rest.size()));
  }
  rest = rest.substr(0, rest.find('#'));
  const std::size_t mark = rest.find('?');
  const std::string_view path = rest.substr(0, mark);
  const std::string_view query = mark == std::string_view::npos ? std::string_view{} : rest.substr(mark + 1);
  return {path.empty() ? std::string_view{"/"} : path, query};
}

std::string percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%' && text.size() - i > 2) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += plus_is_space && c == '+' ? ' ' : c;
  }
  return out;
}

std::string path_of(std::string_view target) { return percent_decoded(split_target(target).path, false); }

} // namespace remora::traffic::http
