#include "actors/jobs/cron.hpp"

#include <algorithm>
#include <bitset>

#include "base/calendar.hpp"

namespace remora::jobs {

namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t last_year = 2262;

/// A shift of local time by less than this is summer time, whose skipped jobs are made up for; by more, a
/// zone that moved across the date line, where the day itself never was.
constexpr std::int64_t max_caught_up_gap = 10'800;

unsigned lowest_bit(std::uint64_t bits) noexcept { return static_cast<unsigned>(__builtin_ctzll(bits)); }
std::uint64_t bits_from(std::uint64_t bits, std::int64_t from) noexcept { return bits >> from << from; }
std::uint64_t bit_count(std::uint64_t bits) noexcept { return std::bitset<64>(bits).count(); }
bool has_bit(std::uint64_t bits, std::int64_t bit) noexcept { return (bits >> bit & 1) != 0; }
std::uint64_t count_below(std::uint64_t bits, std::int64_t bit) noexcept {
  return bit_count(bits & ((std::uint64_t{1} << bit) - 1));
}

/// The days of one month that are allowed: bits 1 to 31.
std::uint64_t days_allowed(const cron_fields& f, std::int64_t year, unsigned month) noexcept {
  const std::uint64_t in_month = (std::uint64_t{2} << days_in_month(year, month)) - 2;
  const unsigned first = weekday_of(to_days(year, month, 1));
  const std::uint64_t week =
      ((f.weekdays | f.weekdays << 7) >> first) & 0x7F; // bit 0: the weekday of the 1st
  const std::uint64_t by_week = (week | week << 7 | week << 14 | week << 21 | week << 28) << 1;
  const bool both_restricted = !f.any_day && !f.any_weekday;
  return (both_restricted ? f.days | by_week : f.days & by_week) & in_month;
}

/// Calls `visit(first day of the month since 1970, allowed days from `day` on)` for the months allowed,
/// starting with the one that holds `day`, until it returns true or the calendar of timestamps ends.
template <class Visit>
void visit_months(const cron_fields& f, std::int64_t day, Visit visit) noexcept {
  const civil_day start = to_civil(day);
  unsigned from_day = start.day;
  unsigned month = start.month;
  for (std::int64_t year = start.year; year <= last_year; ++year) {
    for (; month <= 12; ++month, from_day = 0) {
      if (!has_bit(f.months, month)) continue;
      if (visit(to_days(year, month, 1), bits_from(days_allowed(f, year, month), from_day))) return;
    }
    month = 1;
  }
}

/// The first allowed day at or after `day`.
std::optional<std::int64_t> next_day(const cron_fields& f, std::int64_t day) noexcept {
  std::optional<std::int64_t> found;
  visit_months(f, day, [&found](std::int64_t first, std::uint64_t allowed) {
    if (allowed != 0) found = first + lowest_bit(allowed) - 1;
    return allowed != 0;
  });
  return found;
}

/// How many allowed days lie in [from, end).
std::uint64_t count_days(const cron_fields& f, std::int64_t from, std::int64_t end) noexcept {
  std::uint64_t days = 0;
  if (from >= end) return 0;
  visit_months(f, from, [&days, end](std::int64_t first, std::uint64_t allowed) {
    const std::int64_t past_end = end - first + 1; // the day of this month at which the count ends
    days += past_end > 31 ? bit_count(allowed) : past_end < 1 ? 0 : count_below(allowed, past_end);
    return past_end <= 31;
  });
  return days;
}

bool day_allowed(const cron_fields& f, std::int64_t day) noexcept {
  const civil_day date = to_civil(day);
  return has_bit(f.months, date.month) && has_bit(days_allowed(f, date.year, date.month), date.day);
}

bool time_allowed(const cron_fields& f, std::int64_t second_of_day) noexcept {
  return has_bit(f.hours, second_of_day / 3'600) && has_bit(f.minutes, second_of_day / 60 % 60) &&
         has_bit(f.seconds, second_of_day % 60);
}

std::int64_t first_time(const cron_fields& f) noexcept {
  return std::int64_t{lowest_bit(f.hours)} * 3'600 + std::int64_t{lowest_bit(f.minutes)} * 60 +
         lowest_bit(f.seconds);
}

/// The first allowed second of a day at or after `from`.
std::optional<std::int64_t> next_time(const cron_fields& f, std::int64_t from) noexcept {
  const std::int64_t hour = from / 3'600;
  const std::int64_t minute = from / 60 % 60;
  if (has_bit(f.hours, hour)) {
    const std::int64_t hour_begin = hour * 3'600;
    if (has_bit(f.minutes, minute)) {
      const auto seconds = bits_from(f.seconds, from % 60);
      if (seconds != 0) return hour_begin + minute * 60 + lowest_bit(seconds);
    }
    const auto minutes = bits_from(f.minutes, minute + 1);
    if (minutes != 0) return hour_begin + std::int64_t{lowest_bit(minutes)} * 60 + lowest_bit(f.seconds);
  }
  const auto hours = bits_from(f.hours, hour + 1);
  if (hours == 0) return std::nullopt;
  return std::int64_t{lowest_bit(hours)} * 3'600 + first_time(f) % 3'600;
}

/// How many allowed seconds of a day lie before `end`.
std::uint64_t count_times(const cron_fields& f, std::int64_t end) noexcept {
  const std::int64_t hour = end / 3'600;
  const std::int64_t minute = end / 60 % 60;
  const std::uint64_t in_minute = bit_count(f.seconds);
  std::uint64_t count = count_below(f.hours, hour) * bit_count(f.minutes) * in_minute;
  if (!has_bit(f.hours, hour)) return count;
  count += count_below(f.minutes, minute) * in_minute;
  if (has_bit(f.minutes, minute)) count += count_below(f.seconds, end % 60);
  return count;
}

/// The first allowed local second (counted like Unix time, without a zone) at or after `from`.
std::optional<std::int64_t> next_local(const cron_fields& f, std::int64_t from) noexcept {
  const std::int64_t today = floor_div(from, seconds_per_day);
  if (day_allowed(f, today)) {
    if (const auto time = next_time(f, from - today * seconds_per_day))
      return today * seconds_per_day + *time;
  }
  const auto day = next_day(f, today + 1);
  if (!day) return std::nullopt;
  return *day * seconds_per_day + first_time(f);
}

/// How many allowed local seconds lie in [from, end).
std::uint64_t count_local(const cron_fields& f, std::int64_t from, std::int64_t end) noexcept {
  if (from >= end) return 0;
  const std::int64_t first = floor_div(from, seconds_per_day);
  const std::int64_t last = floor_div(end, seconds_per_day);
  const auto before = [&f](std::int64_t second, std::int64_t day) {
    return day_allowed(f, day) ? count_times(f, second - day * seconds_per_day) : 0;
  };
  const std::uint64_t per_day = bit_count(f.hours) * bit_count(f.minutes) * bit_count(f.seconds);
  return count_days(f, first, last) * per_day + before(end, last) - before(from, first);
}

/// The part of a period of a zone on which a schedule may run.
struct local_span {
  time_zone::period period;
  std::int64_t begin; ///< Local second; later than the period's own where a fixed time must not come twice.
  bool catch_up = false; ///< A fixed time fell into the gap before the period: run at the period's begin.
};

/// @param from Unix second within the period; nothing before it is wanted.
local_span span_from(const cron_fields& f, const time_zone& zone, std::int64_t from) noexcept {
  local_span span{zone.period_at(from), 0, false};
  const auto& here = span.period;
  span.begin = from + here.offset;
  if (!f.fixed_time || here.begin == time_zone::first_second) return span;
  const std::int32_t offset_before = zone.period_at(here.begin - 1).offset;
  const std::int64_t expected = here.begin + offset_before; // what clocks would show without the change
  const std::int64_t gap = here.offset - offset_before;
  if (gap < 0) {
    span.begin = std::max(span.begin, expected);
  } else if (gap > 0 && gap < max_caught_up_gap && from == here.begin) {
    const auto missed = next_local(f, expected);
    span.catch_up = missed && *missed < expected + gap;
  }
  return span;
}

std::int64_t second_of(timestamp t) noexcept { return floor_div(to_unix_ns(t), ns_per_second); }
timestamp at_second(std::int64_t second) noexcept { return from_unix_ns(second * ns_per_second); }

} // namespace

std::optional<timestamp> cron_schedule::next_after(timestamp after, const time_zone& zone) const noexcept {
  std::int64_t from = std::max(second_of(after) + 1, time_zone::first_second);
  if (fields_.every_seconds > 0) {
    const std::int64_t next = (floor_div(from - 1, fields_.every_seconds) + 1) * fields_.every_seconds;
    if (next >= time_zone::end_second) return std::nullopt;
    return at_second(next);
  }
  std::optional<std::int64_t> found; // valid for every begin in [searched_from, found]
  std::int64_t searched_from = 0;
  while (from < time_zone::end_second) {
    const local_span span = span_from(fields_, zone, from);
    if (span.catch_up) return at_second(span.period.begin);
    if (!found || span.begin < searched_from || span.begin > *found) {
      found = next_local(fields_, span.begin);
      searched_from = span.begin;
    }
    if (found && *found - span.period.offset < span.period.end) return at_second(*found - span.period.offset);
    from = span.period.end;
  }
  return std::nullopt;
}

std::optional<timestamp> cron_schedule::last_until(timestamp after, timestamp until,
                                                   const time_zone& zone) const noexcept {
  auto found = next_after(after, zone);
  if (!found || *found > until) return std::nullopt;
  // Narrow [low, high): from `low` on there is an instant up to `until`, from `high` on there is none.
  std::int64_t low = second_of(*found);
  std::int64_t high = second_of(until) + 1;
  while (low + 1 < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const auto next = next_after(at_second(middle - 1), zone);
    if (next && *next <= until) {
      found = next;
      low = second_of(*next);
    } else {
      high = middle;
    }
  }
  return found;
}

std::uint64_t cron_schedule::count_until(timestamp after, timestamp until,
                                         const time_zone& zone) const noexcept {
  std::int64_t from = std::max(second_of(after) + 1, time_zone::first_second);
  const std::int64_t end = second_of(until) + 1;
  if (from >= end) return 0;
  if (const std::int64_t period = fields_.every_seconds; period > 0)
    return static_cast<std::uint64_t>(floor_div(end - 1, period) - floor_div(from - 1, period));
  std::uint64_t count = 0;
  while (from < end) {
    const local_span span = span_from(fields_, zone, from);
    const std::int64_t span_end = std::min(span.period.end, end) + span.period.offset;
    count += count_local(fields_, span.begin, span_end);
    // Made up for at an instant that the schedule names anyway: that is one run, not two.
    if (span.catch_up && next_local(fields_, span.begin) != span.begin) ++count;
    from = span.period.end;
  }
  return count;
}

bool cron_schedule::matches(timestamp t, const time_zone& zone) const noexcept {
  const std::int64_t second = second_of(t);
  if (second < time_zone::first_second || at_second(second) != t) return false;
  if (fields_.every_seconds > 0) return second % fields_.every_seconds == 0;
  const local_span span = span_from(fields_, zone, second);
  if (span.catch_up) return true;
  const std::int64_t local = second + span.period.offset;
  const std::int64_t day = floor_div(local, seconds_per_day);
  return local >= span.begin && time_allowed(fields_, local - day * seconds_per_day) &&
         day_allowed(fields_, day);
}

} // namespace remora::jobs
