#include "script/text.hpp"

#include <algorithm>
#include <cstdint>
#include <duktape.h>

#include "base/utf8.hpp"

namespace remora::script {

namespace {

/// Looks at every byte, which the compiler does sixteen at a time.
std::uint8_t largest_byte(std::string_view text) noexcept {
  std::uint8_t largest = 0;
  for (const char c : text)
    largest = std::max(largest, static_cast<std::uint8_t>(c));
  return largest;
}

void append_three_bytes(std::string& out, std::uint32_t c) {
  out.push_back(static_cast<char>(0xE0 | c >> 12));
  out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
  out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
}

} // namespace

bool needs_surrogates(std::string_view utf8) noexcept { return largest_byte(utf8) >= 0xF0; }

std::string with_surrogates(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t k) {
      return static_cast<std::uint32_t>(static_cast<std::uint8_t>(text[i + k]));
    };
    if (byte(0) < 0xF0) {
      out.push_back(text[i]);
      continue;
    }
    const std::uint32_t c =
        (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    append_three_bytes(out, 0xD800 + ((c - 0x10000) >> 10));
    append_three_bytes(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
    i += 3;
  }
  return out;
}

void push_text(duk_hthread* context, std::string_view utf8) {
  if (largest_byte(utf8) < 0x80) {
    duk_push_lstring(context, utf8.data(), utf8.size());
    return;
  }
  const std::string text = with_surrogates(to_well_formed_utf8(utf8));
  duk_push_lstring(context, text.data(), text.size());
}

std::string read_text(duk_hthread* context, int index) {
  duk_size_t size = 0;
  const char* text = duk_require_lstring(context, index, &size);
  return to_well_formed_utf8({text, size});
}

} // namespace remora::script
