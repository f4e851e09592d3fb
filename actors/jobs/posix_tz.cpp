#include "actors/jobs/posix_tz.hpp"

#include <utility>

#include "base/calendar.hpp"

namespace remora::jobs {

namespace {

constexpr std::int32_t seconds_per_hour = 3'600;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool take(std::string_view& text, char c) noexcept {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// One to three digits, at most `highest`.
std::optional<unsigned> take_number(std::string_view& text, unsigned highest) noexcept {
  unsigned value = 0;
  unsigned digits = 0;
  for (; digits < 3 && !text.empty() && is_digit(text.front()); ++digits) {
    value = value * 10 + static_cast<unsigned>(text.front() - '0');
    text.remove_prefix(1);
  }
  if (digits == 0 || value > highest) return std::nullopt;
  return value;
}

/// The name of a kind of time: three letters or more, or anything between < and >.
bool take_name(std::string_view& text) noexcept {
  if (take(text, '<')) {
    const auto end = text.find('>');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
    return end >= 3;
  }
  std::size_t letters = 0;
  while (letters < text.size() && is_letter(text[letters]))
    ++letters;
  text.remove_prefix(letters);
  return letters >= 3;
}

/// [+-]h[:m[:s]] in seconds.
std::optional<std::int32_t> take_duration(std::string_view& text, unsigned max_hours) noexcept {
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  const auto hours = take_number(text, max_hours);
  if (!hours) return std::nullopt;
  std::int32_t seconds = static_cast<std::int32_t>(*hours) * seconds_per_hour;
  for (const std::int32_t unit : {60, 1}) {
    if (!take(text, ':')) break;
    const auto part = take_number(text, 59);
    if (!part) return std::nullopt;
    seconds += static_cast<std::int32_t>(*part) * unit;
  }
  return negative ? -seconds : seconds;
}

} // namespace

std::optional<posix_tz::yearly_date> posix_tz::take_date(std::string_view& text) noexcept {
  yearly_date date;
  if (take(text, 'M')) {
    const auto month = take_number(text, 12);
    if (!month || *month == 0 || !take(text, '.')) return std::nullopt;
    const auto week = take_number(text, 5);
    if (!week || *week == 0 || !take(text, '.')) return std::nullopt;
    const auto day = take_number(text, 6);
    if (!day) return std::nullopt;
    date.month = *month, date.week = *week, date.day = *day;
  } else {
    const bool skips_leap_day = take(text, 'J');
    date.as = skips_leap_day ? yearly_date::form::day_without_leap_day : yearly_date::form::day_of_year;
    const auto day = take_number(text, 365);
    if (!day || (skips_leap_day && *day == 0)) return std::nullopt;
    date.day = *day;
  }
  if (take(text, '/')) {
    const auto seconds = take_duration(text, 167);
    if (!seconds) return std::nullopt;
    date.seconds = *seconds;
  }
  return date;
}

std::int64_t posix_tz::day_in(const yearly_date& date, std::int64_t year) noexcept {
  switch (date.as) {
    case yearly_date::form::day_of_year:
      return to_days(year, 1, 1) + date.day;
    case yearly_date::form::day_without_leap_day:
      return to_days(year, 1, 1) + date.day - 1 + (is_leap_year(year) && date.day >= 60 ? 1 : 0);
    case yearly_date::form::week_of_month:
      break;
  }
  const std::int64_t first = to_days(year, date.month, 1);
  unsigned day = (date.day + 7 - weekday_of(first)) % 7 + (date.week - 1) * 7;
  if (day >= days_in_month(year, date.month)) day -= 7;
  return first + day;
}

std::optional<posix_tz> posix_tz::parse(std::string_view text) noexcept {
  posix_tz rule;
  if (!take_name(text)) return std::nullopt;
  const auto west = take_duration(text, 24); // POSIX counts towards the west
  if (!west) return std::nullopt;
  rule.standard_ = -*west;
  if (text.empty()) return rule;

  rule.has_summer_ = true;
  rule.summer_ = rule.standard_ + seconds_per_hour;
  if (!take_name(text)) return std::nullopt;
  if (!text.empty() && text.front() != ',') {
    const auto summer_west = take_duration(text, 24);
    if (!summer_west) return std::nullopt;
    rule.summer_ = -*summer_west;
  }
  for (yearly_date* date : {&rule.begins_, &rule.ends_}) {
    if (!take(text, ',')) return std::nullopt;
    const auto taken = take_date(text);
    if (!taken) return std::nullopt;
    *date = *taken;
  }
  if (!text.empty()) return std::nullopt;
  return rule;
}

std::array<zone_transition, 2> posix_tz::changes_in(std::int64_t year) const noexcept {
  // Each change is written in the local time that it ends.
  const zone_transition begin{day_in(begins_, year) * seconds_per_day + begins_.seconds - standard_, summer_};
  const zone_transition end{day_in(ends_, year) * seconds_per_day + ends_.seconds - summer_, standard_};
  if (begin.at <= end.at) return {begin, end};
  return {end, begin};
}

} // namespace remora::jobs
