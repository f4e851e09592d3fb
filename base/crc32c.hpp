#pragma once

#include <cstdint>
#include <string_view>

namespace remora {

/// CRC-32C (Castagnoli) of `bytes`, continued from `before`: crc32c(b, crc32c(a)) is that of a and b in a
/// row. Finds accidents, not forgeries. Source: RFC 3720, appendix B.4.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

} // namespace remora
