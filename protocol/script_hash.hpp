#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace remora {

/// The SHA-256 of a script's code, by which versions are told apart. Computed by whoever reads the code.
struct script_hash {
  std::array<std::uint8_t, 32> bytes{};
};

inline bool operator==(const script_hash& a, const script_hash& b) noexcept { return a.bytes == b.bytes; }
inline bool operator!=(const script_hash& a, const script_hash& b) noexcept { return !(a == b); }
inline bool operator<(const script_hash& a, const script_hash& b) noexcept { return a.bytes < b.bytes; }

/// 64 hexadecimal digits in lower case.
std::string to_hex(const script_hash& hash);

/// Reads exactly 64 hexadecimal digits of either case; nothing for any other text.
std::optional<script_hash> parse_script_hash(std::string_view hex) noexcept;

} // namespace remora
