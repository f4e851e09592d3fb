#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace remora {

using nanoseconds = std::chrono::nanoseconds;
using milliseconds = std::chrono::milliseconds;

/// A point in time: UTC nanoseconds since 1970, good for the years 1678 to 2262.
using timestamp = std::chrono::time_point<std::chrono::system_clock, nanoseconds>;

/// The time of the operating system's wall clock.
timestamp wall_now() noexcept;

/// Nanoseconds since 1970.
constexpr std::int64_t to_unix_ns(timestamp t) noexcept { return t.time_since_epoch().count(); }
constexpr timestamp from_unix_ns(std::int64_t ns) noexcept { return timestamp{nanoseconds{ns}}; }

/// The 30 characters of "2023-11-14T22:13:20.123456789Z".
using rfc3339_text = std::array<char, 30>;

/// A time as RFC 3339 with nanoseconds, in UTC, without allocating.
rfc3339_text format_rfc3339(timestamp t) noexcept;

/// The same as a string.
std::string to_rfc3339(timestamp t);

/// Reads what to_rfc3339() writes; the fraction may have 0 to 9 digits and the zone must be Z.
/// Nothing when the text is anything else, or no day of the calendar.
std::optional<timestamp> parse_rfc3339(std::string_view text) noexcept;

} // namespace remora
