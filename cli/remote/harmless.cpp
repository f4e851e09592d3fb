// What is shown of texts from scripts and from the wire; see words.hpp.

#include <array>
#include <cstdint>
#include <cstdio>

#include "base/utf8.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

/// The code point at `at` of well-formed UTF-8, and how many bytes it has.
struct decoded {
  std::uint32_t point = 0;
  std::size_t bytes = 1;
};

decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i])) : 0U;
  };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xE0) return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (first < 0xF0) return {(first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
}

bool is_control(std::uint32_t point) { return point < 0x20 || (point >= 0x7F && point < 0xA0); }

/// Marks that turn the direction of writing, and separators that terminals treat as line ends.
bool is_deceptive(std::uint32_t point) {
  return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0x200E ||
         point == 0x200F || point == 0x061C || point == 0x2028 || point == 0x2029;
}

struct range {
  std::uint32_t first;
  std::uint32_t last;
};

template <std::size_t Count>
bool is_in(const std::array<range, Count>& ranges, std::uint32_t point) {
  for (const range& one : ranges)
    if (point >= one.first && point <= one.last) return true;
  return false;
}

// Source: Unicode's EastAsianWidth.txt (W and F) and general category Mn, the blocks that occur in practice.
constexpr std::array<range, 10> wide{{{0x1100, 0x115F},
                                      {0x2E80, 0x303E},
                                      {0x3041, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0xFFE0, 0xFFE6},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};
constexpr std::array<range, 4> without_width{
    {{0x0300, 0x036F}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

std::string as_escape(std::uint32_t point) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), point < 0x100 ? "\\x%02x" : "\\u{%x}",
                static_cast<unsigned>(point));
  return text.data();
}

/// How long the SGR sequence is that begins here ("\x1b[1;31m"); 0 when none does. ECMA-48 8.3.117.
std::size_t sgr_length(std::string_view text) {
  constexpr std::size_t longest = 64;
  if (text.substr(0, 2) != "\x1b[") return 0;
  for (std::size_t i = 2; i < text.size() && i < longest; ++i) {
    if (text[i] == 'm') return i + 1;
    if ((text[i] < '0' || text[i] > '9') && text[i] != ';' && text[i] != ':') return 0;
  }
  return 0;
}

} // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const decoded one = decode(text, at);
    at += one.bytes;
    if (!is_in(without_width, one.point)) width += is_in(wide, one.point) ? 2 : 1;
  }
  return width;
}

std::string harmless(std::string_view text, std::string_view keep) {
  const std::string whole = to_well_formed_utf8(text);
  std::string out;
  for (std::size_t at = 0; at < whole.size();) {
    const decoded one = decode(whole, at);
    const bool kept = one.bytes == 1 && keep.find(whole[at]) != std::string_view::npos;
    if (!kept && (is_control(one.point) || is_deceptive(one.point))) {
      out += as_escape(one.point);
    } else {
      out.append(whole, at, one.bytes);
    }
    at += one.bytes;
  }
  return out;
}

std::string harmless_line(std::string_view text, bool colours) {
  std::string out;
  bool coloured = false;
  while (!text.empty()) {
    const std::size_t sequence = sgr_length(text);
    if (sequence > 0) {
      if (colours) out += text.substr(0, sequence);
      coloured = coloured || colours;
      text.remove_prefix(sequence);
      continue;
    }
    const std::size_t next = text.find('\x1b', 1);
    const std::string_view plain = text.substr(0, next);
    out += harmless(plain, "\n\t");
    text.remove_prefix(plain.size());
  }
  return coloured ? out + "\x1b[0m" : out;
}

} // namespace remora::cli
