#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora {

/// An amount of memory or disk. A type of its own, so that it is not mistaken for a count.
struct byte_size {
  std::uint64_t bytes = 0;
};

constexpr bool operator==(byte_size a, byte_size b) noexcept { return a.bytes == b.bytes; }
constexpr bool operator!=(byte_size a, byte_size b) noexcept { return a.bytes != b.bytes; }
constexpr bool operator<(byte_size a, byte_size b) noexcept { return a.bytes < b.bytes; }

constexpr byte_size kib(std::uint64_t n) noexcept { return {n << 10}; }
constexpr byte_size mib(std::uint64_t n) noexcept { return {n << 20}; }
constexpr byte_size gib(std::uint64_t n) noexcept { return {n << 30}; }

/// Reads `500ms`, `10s`, `5m`, `1h`, `7d`, `1.5s` or a combination from large to small such as `1h30m`.
/// Units: ns us ms s m h d. A plain `0` needs no unit. Fractions below a nanosecond are cut off.
/// Errors: invalid_usage, without the text itself (the caller knows whether it may be shown).
result<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// Writes what parse_duration() reads back to the same value: `1h30m`, `1s500ms`, `0s`, `-5s`. A day is 24 h.
std::string format_duration(std::chrono::nanoseconds duration);

/// Reads `64KiB`, `1.5GiB`, `512MB`, `10Gi`, `64 MiB` or a plain number of bytes; the case of the unit does
/// not matter. KiB, MiB, GiB, TiB (also Ki, Mi, Gi, Ti) are powers of 1024; kB, MB, GB, TB powers of 1000.
/// Errors: invalid_usage, without the text itself.
result<byte_size> parse_size(std::string_view text);

/// Writes what parse_size() reads back to the same value, with the largest unit that needs no fraction:
/// `64MiB`, `512MB`, `1500` (bytes).
std::string format_size(byte_size size);

} // namespace remora
