#include "filter/compile_error.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/utf8.hpp"

namespace remora::filter {

namespace {

constexpr std::size_t shown_before = 60; ///< Code points of a long line that with_caret() shows.
constexpr std::size_t shown_after = 20;

bool starts_character(char c) noexcept { return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80; }

std::string_view line_number(std::string_view text, unsigned line) noexcept {
  for (; line > 1; --line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

} // namespace

std::string compile_error::text() const {
  return std::to_string(line) + ':' + std::to_string(column) + ": " + message;
}

compile_error error_at(std::string_view query, std::size_t offset, std::string message) {
  compile_error e;
  e.message = std::move(message);
  for (const char c : query.substr(0, std::min(offset, query.size()))) {
    if (c == '\n') {
      ++e.line;
      e.column = 1;
    } else if (starts_character(c)) {
      ++e.column;
    }
  }
  return e;
}

std::string with_caret(std::string_view query, const compile_error& failed) {
  const std::string line = to_well_formed_utf8(line_number(query, failed.line));
  const std::size_t place = failed.column - 1;
  const std::size_t first = place > shown_before ? place - shown_before : 0;
  std::string shown;
  std::size_t at = 0; // code points so far
  for (const char c : line) {
    if (starts_character(c)) ++at;
    if (at > place + shown_after) break;
    if (at > first) shown += static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  return failed.text() + '\n' + shown + '\n' + std::string(place - first, ' ') + '^';
}

error to_error(const compile_error& failed) { return {errc::invalid_filter, failed.text()}; }

} // namespace remora::filter
