#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "filter/kfl2/value.hpp"

namespace remora::filter::kfl2 {

moment to_moment(timestamp t) noexcept;
/// Milliseconds since 1970.
moment from_unix_ms(std::int64_t ms) noexcept;

/// RFC 3339 with Z or an offset, a fraction of up to nine digits, years 1 to 9999.
std::optional<moment> read_timestamp(std::string_view text) noexcept;
std::string write_timestamp(moment t);

/// Numbers with units h m s ms us ns, added up: -1h30.5m. A plain 0 needs no unit. Nothing for any other text
/// or beyond 292 years.
std::optional<duration_value> read_duration(std::string_view text) noexcept;
/// Seconds: 5400s, 0.25s.
std::string write_duration(duration_value d);

/// Nothing when the sum leaves the years 1 to 9999.
std::optional<moment> shift(moment t, duration_value by) noexcept;
/// Nothing beyond 292 years.
std::optional<duration_value> difference(moment a, moment b) noexcept;
bool is_in_range(moment t) noexcept;

/// How far the clocks of a zone are ahead of UTC at `t`, in seconds. A zone is a name of the tz database, an
/// offset such as +02:00, UTC, or empty for UTC. Nothing when there is no such zone.
std::optional<std::int64_t> zone_offset(std::string_view zone, moment t);

} // namespace remora::filter::kfl2
