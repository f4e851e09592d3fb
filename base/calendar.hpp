#pragma once

#include <cstdint>

/// The calendar without a time zone: which date a count of days is. Both functions are proleptic Gregorian,
/// exact for every date that a `timestamp` can hold, and after Howard Hinnant, "chrono-Compatible Low-Level
/// Date Algorithms".
namespace remora {

constexpr std::int64_t seconds_per_day = 86'400;

/// A date of the calendar.
struct civil_day {
  std::int64_t year; ///< 2026
  unsigned month;    ///< 1 to 12
  unsigned day;      ///< 1 to 31
};

/// The date that lies `days` days after 1970-01-01.
constexpr civil_day to_civil(std::int64_t days) noexcept {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
  return {year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

/// Days from 1970-01-01 to a date. A day beyond the end of its month counts on into the next one.
constexpr std::int64_t to_days(std::int64_t year, unsigned month, unsigned day) noexcept {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

/// 0 for Sunday to 6 for Saturday.
constexpr unsigned weekday_of(std::int64_t days) noexcept {
  const std::int64_t since_sunday = (days + 4) % 7; // 1970-01-01 was a Thursday
  return static_cast<unsigned>(since_sunday < 0 ? since_sunday + 7 : since_sunday);
}

constexpr bool is_leap_year(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// 28 to 31.
constexpr unsigned days_in_month(std::int64_t year, unsigned month) noexcept {
  if (month == 2) return is_leap_year(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// Division that rounds towards the past, so that moments before 1970 fall into the right day.
constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) noexcept {
  return value / by - (value % by < 0 ? 1 : 0);
}

} // namespace remora
