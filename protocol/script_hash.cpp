#include "protocol/script_hash.hpp"

#include <cstddef>

namespace remora {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::optional<std::uint8_t> digit_value(char c) noexcept {
  if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  const std::size_t at = digits.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(at);
}

} // namespace

std::string to_hex(const script_hash& hash) {
  std::string out;
  out.reserve(2 * hash.bytes.size());
  for (const std::uint8_t byte : hash.bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::optional<script_hash> parse_script_hash(std::string_view hex) noexcept {
  script_hash out;
  if (hex.size() != 2 * out.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < out.bytes.size(); ++i) {
    const auto high = digit_value(hex[2 * i]);
    const auto low = digit_value(hex[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    out.bytes[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return out;
}

} // namespace remora
