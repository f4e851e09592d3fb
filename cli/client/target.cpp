#include "cli/client/target.hpp"

namespace remora::client {

namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '~' || c == '.';
}

std::string escaped(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex[byte >> 4];
    out += hex[byte & 15];
  }
  return out;
}

} // namespace

std::string path_segment(std::string_view text) {
  if (text == ".") return "%2E";
  if (text == "..") return "%2E%2E";
  return escaped(text);
}

std::string query_text(const fields& query) {
  std::string out;
  for (const auto& [name, content] : query) {
    if (content.empty()) continue;
    out += out.empty() ? '?' : '&';
    out += escaped(name) + '=' + escaped(content);
  }
  return out;
}

} // namespace remora::client
