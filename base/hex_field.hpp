#pragma once

#include <charconv>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace remora {

/// Takes a number of exactly so many hexadecimal digits from the front of a text, and the character that must
/// follow. False when it is not there: the text stays as it was.
template <class Number>
bool take_hex(std::string_view& text, std::size_t digits, char next, Number& out) {
  if (text.size() <= digits || text[digits] != next) return false;
  const auto* end = text.data() + digits;
  const auto [stop, problem] = std::from_chars(text.data(), end, out, 16);
  if (problem != std::errc{} || stop != end) return false;
  text.remove_prefix(digits + 1);
  return true;
}

} // namespace remora
