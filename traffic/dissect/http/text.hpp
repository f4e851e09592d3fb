#pragma once

#include <cstddef>
#include <string_view>

namespace remora::traffic::http {

inline char lower(char c) noexcept { return 'A' <= c && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// @param expected In lower case.
inline bool starts_ignoring_case(std::string_view text, std::string_view expected) noexcept {
  if (text.size() < expected.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (lower(text[i]) != expected[i]) return false;
  return true;
}
inline bool equal_ignoring_case(std::string_view text, std::string_view expected) noexcept {
  return text.size() == expected.size() && starts_ignoring_case(text, expected);
}

inline bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Without the white space at both ends.
inline std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

/// The pieces of a list between separators, trimmed.
class list_cursor {
 public:
  explicit list_cursor(std::string_view list, char separator = ',') noexcept
      : rest_{list}, separator_{separator} {}

  bool next(std::string_view& piece) noexcept {
    if (done_) return false;
    const std::size_t end = rest_.find(separator_);
    piece = trimmed(rest_.substr(0, end));
    done_ = end == std::string_view::npos;
    if (!done_) rest_.remove_prefix(end + 1);
    return true;
  }

 private:
  std::string_view rest_;
  char separator_;
  bool done_ = false;
};

} // namespace remora::traffic::http
