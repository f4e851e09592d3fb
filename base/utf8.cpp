#include "base/utf8.hpp"

#include <cstdint>

namespace remora {

namespace {

/// One character read off the front of a text. `length` is 0 when no character starts there.
struct decoded {
  std::uint32_t code_point = 0;
  std::size_t length = 0;
};

constexpr bool is_surrogate(std::uint32_t c) noexcept { return c >= 0xD800 && c <= 0xDFFF; }
constexpr bool is_high_surrogate(std::uint32_t c) noexcept { return c >= 0xD800 && c <= 0xDBFF; }
constexpr bool is_low_surrogate(std::uint32_t c) noexcept { return c >= 0xDC00 && c <= 0xDFFF; }

/// Decodes one character of UTF-8 of at most four bytes; surrogates are let through for the caller to judge.
decoded decode_one(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  std::uint32_t code_point = 0;
  std::uint32_t smallest = 0;
  if ((first & 0xE0) == 0xC0) {
    length = 2, code_point = first & 0x1F, smallest = 0x80;
  } else if ((first & 0xF0) == 0xE0) {
    length = 3, code_point = first & 0x0F, smallest = 0x800;
  } else if ((first & 0xF8) == 0xF0) {
    length = 4, code_point = first & 0x07, smallest = 0x10000;
  } else {
    return {};
  }
  if (text.size() < length) return {};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code_point = code_point << 6 | (byte(i) & 0x3F);
  }
  if (code_point < smallest || code_point > 0x10FFFF) return {};
  return {code_point, length};
}

void append(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  }
}

} // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const decoded c = decode_one(text.substr(offset));
    if (c.length == 0 || is_surrogate(c.code_point)) return offset;
    offset += c.length;
  }
  return std::nullopt;
}

std::string to_well_formed_utf8(std::string_view text) {
  const auto invalid = find_invalid_utf8(text);
  if (!invalid) return std::string{text};
  constexpr std::uint32_t replacement = 0xFFFD;
  std::string out{text.substr(0, *invalid)};
  std::size_t offset = *invalid;
  while (offset < text.size()) {
    const decoded c = decode_one(text.substr(offset));
    if (c.length == 0) {
      append(out, replacement);
      ++offset;
      continue;
    }
    offset += c.length;
    if (is_high_surrogate(c.code_point) && offset < text.size()) {
      const decoded low = decode_one(text.substr(offset));
      if (low.length != 0 && is_low_surrogate(low.code_point)) {
        append(out, 0x10000 + ((c.code_point - 0xD800) << 10) + (low.code_point - 0xDC00));
        offset += low.length;
        continue;
      }
    }
    append(out, is_surrogate(c.code_point) ? replacement : c.code_point);
  }
  return out;
}

std::string_view cut_utf8(std::string_view text, std::size_t max_bytes) noexcept {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xC0) == 0x80)
    --end;
  return text.substr(0, end);
}

std::string quoted(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  const bool cut = text.size() > max_bytes;
  if (cut) text = cut_utf8(text, max_bytes);
  std::string out = "\"";
  for (const char c : to_well_formed_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  out += cut ? "...\"" : "\"";
  return out;
}

} // namespace remora
