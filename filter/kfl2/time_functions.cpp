#include "base/calendar.hpp"
#include "filter/kfl2/library.hpp"
#include "filter/kfl2/times.hpp"

namespace remora::filter::kfl2::library {

namespace {

constexpr failure no_such_zone{"no such time zone"};
constexpr std::int64_t ns_per_second = 1'000'000'000;

/// The clock and calendar of one place.
struct local_time {
  civil_day day;
  std::int64_t days;
  std::int64_t of_day; ///< Seconds.
  std::int32_t nanos;
};

local_time at_place(moment t, std::int64_t offset) {
  const std::int64_t seconds = t.seconds + offset;
  const std::int64_t days = floor_div(seconds, seconds_per_day);
  return {to_civil(days), days, seconds - days * seconds_per_day, t.nanos};
}

using part = std::int64_t (*)(const local_time& at);

value read_part(const value& time, std::int64_t offset, part wanted) {
  const auto* t = std::get_if<moment>(&time);
  return t != nullptr ? value{wanted(at_place(*t, offset))} : value{no_such_overload};
}

/// @param a The time, and the zone.
value read_part_in_zone(frame& f, const value* a, part wanted) {
  const auto* t = std::get_if<moment>(&a[0]);
  const auto* zone = std::get_if<std::string_view>(&a[1]);
  if (t == nullptr || zone == nullptr) return no_such_overload;
  if (!f.spend(16)) return out_of_work;
  const auto offset = zone_offset(*zone, *t);
  return offset ? read_part(a[0], *offset, wanted) : value{no_such_zone};
}

/// Of a duration: how often `unit` fits.
value count_units(const duration_value& d, std::int64_t unit) { return d.ns / unit; }

std::int64_t year_of(const local_time& at) { return at.day.year; }
std::int64_t month_of(const local_time& at) { return at.day.month - 1; }
std::int64_t date_of(const local_time& at) { return at.day.day; }
std::int64_t day_of_month_of(const local_time& at) { return at.day.day - 1; }
std::int64_t day_of_week_of(const local_time& at) { return weekday_of(at.days); }
std::int64_t day_of_year_of(const local_time& at) { return at.days - to_days(at.day.year, 1, 1); }
std::int64_t hours_of(const local_time& at) { return at.of_day / 3'600; }
std::int64_t minutes_of(const local_time& at) { return at.of_day / 60 % 60; }
std::int64_t seconds_of(const local_time& at) { return at.of_day % 60; }
std::int64_t milliseconds_of(const local_time& at) { return at.nanos / 1'000'000; }

/// A part of a time, or what a duration has of the unit.
value of_either(const value* a, part wanted, std::int64_t unit) {
  if (const auto* d = std::get_if<duration_value>(a)) return count_units(*d, unit);
  return read_part(*a, 0, wanted);
}

} // namespace

value now(frame& f, const value*) { return to_moment(f.e.now()); }

value full_year(frame&, const value* a) { return read_part(*a, 0, year_of); }
value month(frame&, const value* a) { return read_part(*a, 0, month_of); }
value date(frame&, const value* a) { return read_part(*a, 0, date_of); }
value day_of_month(frame&, const value* a) { return read_part(*a, 0, day_of_month_of); }
value day_of_week(frame&, const value* a) { return read_part(*a, 0, day_of_week_of); }
value day_of_year(frame&, const value* a) { return read_part(*a, 0, day_of_year_of); }
value hours(frame&, const value* a) { return of_either(a, hours_of, 3'600 * ns_per_second); }
value minutes(frame&, const value* a) { return of_either(a, minutes_of, 60 * ns_per_second); }
value seconds(frame&, const value* a) { return of_either(a, seconds_of, ns_per_second); }

value milliseconds(frame&, const value* a) {
  // Of a duration CEL gives the milliseconds of its last second, not all of them.
  if (const auto* d = std::get_if<duration_value>(a)) return d->ns % ns_per_second / 1'000'000;
  return read_part(*a, 0, milliseconds_of);
}

value full_year_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, year_of); }
value month_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, month_of); }
value date_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, date_of); }
value day_of_month_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, day_of_month_of); }
value day_of_week_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, day_of_week_of); }
value day_of_year_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, day_of_year_of); }
value hours_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, hours_of); }
value minutes_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, minutes_of); }
value seconds_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, seconds_of); }
value milliseconds_in_zone(frame& f, const value* a) { return read_part_in_zone(f, a, milliseconds_of); }

} // namespace remora::filter::kfl2::library
