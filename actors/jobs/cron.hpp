#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "actors/jobs/time_zone.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

namespace remora::jobs {

/// What a cron expression allows, one bit for each value.
struct cron_fields {
  std::uint64_t seconds = 0;  ///< Bits 0 to 59.
  std::uint64_t minutes = 0;  ///< Bits 0 to 59.
  std::uint64_t hours = 0;    ///< Bits 0 to 23.
  std::uint64_t days = 0;     ///< Bits 1 to 31.
  std::uint64_t months = 0;   ///< Bits 1 to 12.
  std::uint64_t weekdays = 0; ///< Bits 0 (Sunday) to 6.

  bool any_day = false;     ///< The day of the month is open: it holds `*` or `?`, without a step above 1.
  bool any_weekday = false; ///< The same of the day of the week.
  bool fixed_time = false;  ///< Second, minute and hour are written without `*` and `?`.

  std::int64_t every_seconds = 0; ///< Of `@every`: the period, and the fields mean nothing. Otherwise 0.
};

/// When a job runs: a cron expression, read. The user's view of the rules is docs/jobs.md.
class cron_schedule {
 public:
  static constexpr std::size_t max_text_bytes = 256;

  /// Reads six fields (second minute hour day-of-month month day-of-week), five (second 0), or a descriptor
  /// such as "@daily" or "@every 1h30m". Errors: invalid_cron, with the field and what is wrong with it; also
  /// for a schedule that never matches.
  static result<cron_schedule> parse(std::string_view text);

  /// The first instant strictly after `after` at which a job with this schedule runs, always a whole second.
  /// Nothing when there is none before the end of 2262-04-11, where timestamps end.
  /// `@every` counts from 1970 in UTC, so that every node finds the same instants.
  std::optional<timestamp> next_after(timestamp after, const time_zone& zone) const noexcept;

  /// The last instant in (after, until], or nothing.
  std::optional<timestamp> last_until(timestamp after, timestamp until, const time_zone& zone) const noexcept;

  /// How many instants lie in (after, until]. Takes a step for each month between, not for each instant.
  std::uint64_t count_until(timestamp after, timestamp until, const time_zone& zone) const noexcept;

  /// True when a job with this schedule runs at `t`.
  bool matches(timestamp t, const time_zone& zone) const noexcept;

  const cron_fields& fields() const noexcept { return fields_; }

 private:
  explicit cron_schedule(const cron_fields& fields) noexcept : fields_(fields) {}

  cron_fields fields_;
};

} // namespace remora::jobs
