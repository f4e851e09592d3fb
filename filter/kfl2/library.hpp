#pragma once

#include "filter/kfl2/node.hpp"

/// The operators and functions of KFL2 as they work at run time. Where a dyn hid a type that none of the
/// overloads takes, they give no_such_overload.
namespace remora::filter::kfl2::library {

// operators.cpp
value add(frame& f, const value* a);
value subtract(frame& f, const value* a);
value multiply(frame& f, const value* a);
value divide(frame& f, const value* a);
value remainder(frame& f, const value* a);
value negate(frame& f, const value* a);
value logical_not(frame& f, const value* a);
value equals(frame& f, const value* a);
value differs(frame& f, const value* a);
value less(frame& f, const value* a);
value at_most(frame& f, const value* a);
value greater(frame& f, const value* a);
value at_least(frame& f, const value* a);
value is_in(frame& f, const value* a);
value index(frame& f, const value* a);

// text_functions.cpp
value contains(frame& f, const value* a);
value starts_with(frame& f, const value* a);
value ends_with(frame& f, const value* a);
value matches(frame& f, const value* a);
value size(frame& f, const value* a);
value map_get(frame& f, const value* a);

// conversions.cpp
value to_int(frame& f, const value* a);
value to_uint(frame& f, const value* a);
value to_double(frame& f, const value* a);
value to_string(frame& f, const value* a);
value to_bytes(frame& f, const value* a);
value to_bool(frame& f, const value* a);
value to_type(frame& f, const value* a);
value to_dyn(frame& f, const value* a);
value to_timestamp(frame& f, const value* a);
value to_duration(frame& f, const value* a);

// time_functions.cpp; in_zone has the zone as its second argument
value now(frame& f, const value* a);
value full_year(frame& f, const value* a);
value full_year_in_zone(frame& f, const value* a);
value month(frame& f, const value* a);
value month_in_zone(frame& f, const value* a);
value date(frame& f, const value* a);
value date_in_zone(frame& f, const value* a);
value day_of_month(frame& f, const value* a);
value day_of_month_in_zone(frame& f, const value* a);
value day_of_week(frame& f, const value* a);
value day_of_week_in_zone(frame& f, const value* a);
value day_of_year(frame& f, const value* a);
value day_of_year_in_zone(frame& f, const value* a);
value hours(frame& f, const value* a);
value hours_in_zone(frame& f, const value* a);
value minutes(frame& f, const value* a);
value minutes_in_zone(frame& f, const value* a);
value seconds(frame& f, const value* a);
value seconds_in_zone(frame& f, const value* a);
value milliseconds(frame& f, const value* a);
value milliseconds_in_zone(frame& f, const value* a);

} // namespace remora::filter::kfl2::library
