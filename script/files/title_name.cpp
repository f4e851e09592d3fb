#include "script/files/title_name.hpp"

#include <cstddef>

#include "protocol/content_hash.hpp"

namespace remora::script {

namespace {

/// Well below NAME_MAX (255), which some file systems lower.
constexpr std::size_t longest_name = 140;
/// How much of a longer one is kept in front of its hash.
constexpr std::size_t longest_beginning = 60;

bool is_plain(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Fine within a name: at its ends it is easily overlooked, hidden, or taken for an option.
bool is_plain_inside(char c) noexcept { return c == '-' || c == '.' || c == ' '; }

std::string escaped(unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  return {'%', digits[byte >> 4U], digits[byte & 15U]};
}

} // namespace

std::string folder_name_of(std::string_view title) {
  if (title.empty()) return "%"; // which no other title becomes
  std::string name;
  std::string beginning;
  for (std::size_t i = 0; i < title.size() && name.size() <= longest_name; ++i) {
    const bool inside = i > 0 && i + 1 < title.size();
    const bool plain = is_plain(title[i]) || (inside && is_plain_inside(title[i]));
    name += plain ? std::string(1, title[i]) : escaped(static_cast<unsigned char>(title[i]));
    if (name.size() <= longest_beginning) beginning = name;
  }
  return name.size() <= longest_name ? name : beginning + '~' + to_hex(content_hash(title));
}

} // namespace remora::script
