#include "filter/syntax/escapes.hpp"

#include <algorithm>
#include <optional>

#include "base/utf8.hpp"

namespace remora::filter {

namespace {

/// The number that exactly `count` digits at the front of `text` make.
std::optional<unsigned long> read_digits(std::string_view text, std::size_t count, unsigned base) {
  if (text.size() < count) return std::nullopt;
  unsigned long number = 0;
  for (const char c : text.substr(0, count)) {
    unsigned digit = base;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A') + 10;
    if (digit >= base) return std::nullopt;
    number = number * base + digit;
  }
  return number;
}

/// The character that \c stands for, or 0.
char simple_escape(char c, std::string_view letters, std::string_view meanings) noexcept {
  const auto found = letters.find(c);
  return found == std::string_view::npos ? '\0' : meanings[found];
}

/// As append_utf8(), but writes a half of a surrogate pair as three bytes; to_well_formed_utf8() joins them.
void append_utf16_unit(std::string& out, unsigned long unit) {
  if (append_utf8(out, unit)) return;
  out += static_cast<char>(0xE0 | unit >> 12);
  out += static_cast<char>(0x80 | (unit >> 6 & 0x3F));
  out += static_cast<char>(0x80 | (unit & 0x3F));
}

/// One escape of CEL; `at` is that of its backslash. Returns how many bytes it has, or 0 when it is none.
std::size_t append_cel_escape(std::string_view body, std::size_t at, bool bytes, std::string& out) {
  const std::string_view rest = body.substr(at + 1);
  if (rest.empty()) return 0;
  const char c = rest[0];
  if (const char meaning = simple_escape(c, "\\?\"'`abfnrtv", "\\?\"'`\a\b\f\n\r\t\v"); meaning != '\0') {
    out += meaning;
    return 2;
  }
  const auto append = [&](std::optional<unsigned long> code, std::size_t length, bool is_byte) {
    if (!code) return std::size_t{0};
    if (is_byte && bytes) {
      if (*code > 0xFF) return std::size_t{0};
      out += static_cast<char>(*code);
      return length;
    }
    return append_utf8(out, *code) ? length : 0;
  };
  switch (c) {
    case 'x':
    case 'X':
      return append(read_digits(rest.substr(1), 2, 16), 4, true);
    case 'u':
      return bytes ? 0 : append(read_digits(rest.substr(1), 4, 16), 6, false);
    case 'U':
      return bytes ? 0 : append(read_digits(rest.substr(1), 8, 16), 10, false);
    default:
      if (c < '0' || c > '3') return 0;
      return append(read_digits(rest, 3, 8), 4, true);
  }
}

} // namespace

bool append_utf8(std::string& out, unsigned long c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
  const auto put = [&](unsigned long byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  }
  return true;
}

std::string kfl1_string(const token& t) {
  if (t.quote == '`' || t.body.find('\\') == std::string_view::npos) return std::string{t.body};
  std::string out;
  for (std::size_t i = 0; i < t.body.size(); ++i) {
    const char c = t.body[i];
    if (c != '\\' || i + 1 == t.body.size()) {
      out += c;
      continue;
    }
    const char next = t.body[++i];
    if (const char meaning = simple_escape(next, "\"'\\/nrtbf", "\"'\\/\n\r\t\b\f"); meaning != '\0') {
      out += meaning;
      continue;
    }
    if (next == 'u') {
      if (const auto unit = read_digits(t.body.substr(i + 1), 4, 16)) {
        append_utf16_unit(out, *unit);
        i += 4;
        continue;
      }
    }
    out += c;
    out += next;
  }
  return to_well_formed_utf8(out);
}

std::string kfl1_pattern(const token& t) {
  std::string out;
  for (std::size_t i = 0; i < t.body.size(); ++i) {
    const bool pair = t.body[i] == '\\' && i + 1 < t.body.size();
    if (!pair) {
      out += t.body[i];
      continue;
    }
    if (t.body[i + 1] != '"') out += '\\';
    out += t.body[++i];
  }
  return out;
}

compiled<std::string> kfl2_string(std::string_view query, const token& t) {
  const bool raw = t.prefix.find_first_of("rR") != std::string_view::npos;
  const bool bytes = t.prefix.find_first_of("bB") != std::string_view::npos;
  if (raw) return std::string{t.body};
  std::string out;
  for (std::size_t i = 0; i < t.body.size();) {
    if (t.body[i] != '\\') {
      out += t.body[i++];
      continue;
    }
    const std::size_t length = append_cel_escape(t.body, i, bytes, out);
    if (length == 0) {
      const auto offset = static_cast<std::size_t>(t.body.data() - query.data()) + i;
      const std::string_view after = cut_utf8(t.body.substr(i + 1), 4);
      std::size_t character = after.empty() ? 0 : 1;
      while (character < after.size() && (static_cast<unsigned char>(after[character]) & 0xC0) == 0x80)
        ++character;
      std::string shown = quoted(after.substr(0, character));
      return tl::unexpected(error_at(query, offset, "invalid escape \"\\" + shown.substr(1)));
    }
    i += length;
  }
  return out;
}

} // namespace remora::filter
