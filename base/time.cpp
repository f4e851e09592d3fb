#include "base/time.hpp"

#include <limits>

#include "base/calendar.hpp"

namespace remora {

namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
void put_digits(char* out, std::uint64_t value, int digits) noexcept {
  for (int i = digits - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

/// Takes exactly `digits` digits off the front of `text`.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t digits) noexcept {
  if (text.size() < digits) return std::nullopt;
  unsigned value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, char c) noexcept {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// The fraction after the dot: 1 to 9 digits.
std::optional<std::int64_t> take_fraction(std::string_view& text) noexcept {
  std::int64_t ns = 0;
  int digits = 0;
  while (digits < 9 && !text.empty() && text.front() >= '0' && text.front() <= '9') {
    ns = ns * 10 + (text.front() - '0');
    text.remove_prefix(1);
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 9; ++digits)
    ns *= 10;
  return ns;
}

} // namespace

timestamp wall_now() noexcept {
  return std::chrono::time_point_cast<nanoseconds>(std::chrono::system_clock::now());
}

rfc3339_text format_rfc3339(timestamp t) noexcept {
  const std::int64_t ns = to_unix_ns(t);
  std::int64_t seconds = ns / ns_per_second;
  std::int64_t fraction = ns % ns_per_second;
  if (fraction < 0) {
    fraction += ns_per_second;
    --seconds;
  }
  std::int64_t days = seconds / seconds_per_day;
  std::int64_t second_of_day = seconds % seconds_per_day;
  if (second_of_day < 0) {
    second_of_day += seconds_per_day;
    --days;
  }
  const civil_day date = to_civil(days);
  rfc3339_text out{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0', '0', ':', '0',
                   '0', ':', '0', '0', '.', '0', '0', '0', '0', '0', '0', '0', '0', '0', 'Z'};
  put_digits(&out[0], static_cast<std::uint64_t>(date.year), 4);
  put_digits(&out[5], date.month, 2);
  put_digits(&out[8], date.day, 2);
  put_digits(&out[11], static_cast<std::uint64_t>(second_of_day / 3'600), 2);
  put_digits(&out[14], static_cast<std::uint64_t>(second_of_day / 60 % 60), 2);
  put_digits(&out[17], static_cast<std::uint64_t>(second_of_day % 60), 2);
  put_digits(&out[20], static_cast<std::uint64_t>(fraction), 9);
  return out;
}

std::string to_rfc3339(timestamp t) {
  const rfc3339_text text = format_rfc3339(t);
  return {text.data(), text.size()};
}

std::optional<timestamp> parse_rfc3339(std::string_view text) noexcept {
  const auto year = take_digits(text, 4);
  if (!year || !take_char(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take_char(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !take_char(text, 'T')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take_char(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take_char(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second) return std::nullopt;
  std::int64_t fraction = 0;
  if (take_char(text, '.')) {
    const auto parsed = take_fraction(text);
    if (!parsed) return std::nullopt;
    fraction = *parsed;
  }
  if (text != "Z" || *month < 1 || *month > 12 || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  if (*year < 1678 || *year > 2261) return std::nullopt; // what 64 bits of nanoseconds can hold
  const std::int64_t days = to_days(*year, *month, *day);
  const civil_day round_trip = to_civil(days);
  if (round_trip.month != *month || round_trip.day != *day) return std::nullopt;
  const std::int64_t seconds =
      days * seconds_per_day + std::int64_t{*hour} * 3'600 + std::int64_t{*minute} * 60 + *second;
  return from_unix_ns(seconds * ns_per_second + fraction);
}

} // namespace remora
