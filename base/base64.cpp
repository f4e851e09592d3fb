#include "base/base64.hpp"

#include <cstdint>

namespace remora {

namespace {

constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char digit(std::uint32_t group, unsigned shift) noexcept { return digits[(group >> shift) & 0x3Fu]; }

} // namespace

void append_base64(std::string& to, std::string_view bytes) {
  const auto at = [bytes](std::size_t i) { return std::uint32_t{static_cast<std::uint8_t>(bytes[i])}; };
  const std::size_t begin = to.size();
  to.resize(begin + (bytes.size() + 2) / 3 * 4);
  char* out = to.data() + begin;
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    for (const unsigned shift : {18u, 12u, 6u, 0u})
      *out++ = digit(group, shift);
  }
  const std::size_t left = bytes.size() - i;
  if (left == 0) return;
  const std::uint32_t group = at(i) << 16 | (left == 2 ? at(i + 1) << 8 : 0u);
  *out++ = digit(group, 18);
  *out++ = digit(group, 12);
  *out++ = left == 2 ? digit(group, 6) : '=';
  *out = '=';
}

} // namespace remora
