#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>

#include "base/utf8.hpp"
#include "base/value.hpp"
#include "filter/kfl2/library.hpp"
#include "filter/kfl2/times.hpp"

namespace remora::filter::kfl2::library {

namespace {

constexpr failure cannot_convert{"a value cannot be converted"};

/// All of a text as a number.
template <class Number>
value read_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{} || stop != end) return cannot_convert;
  return number;
}

/// The whole part of a double, when it fits.
template <class Integer>
value cut(double number, double above) {
  const double lowest = std::is_signed_v<Integer> ? -above : 0;
  const double whole = std::trunc(number);
  if (!(whole >= lowest && whole < above)) return cannot_convert; // NaN too
  return static_cast<Integer>(whole);
}

template <class T>
value or_failure(std::optional<T> made) {
  if (!made) return cannot_convert;
  return *made;
}

} // namespace

value to_int(frame&, const value* a) {
  constexpr double above = 9'223'372'036'854'775'808.0;
  if (std::holds_alternative<std::int64_t>(*a)) return *a;
  if (const auto* number = std::get_if<std::uint64_t>(a)) {
    if (*number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return cannot_convert;
    return static_cast<std::int64_t>(*number);
  }
  if (const auto* number = std::get_if<double>(a)) return cut<std::int64_t>(*number, above);
  if (const auto* text = std::get_if<std::string_view>(a)) return read_number<std::int64_t>(*text);
  if (const auto* time = std::get_if<moment>(a)) return time->seconds;
  return no_such_overload;
}

value to_uint(frame&, const value* a) {
  constexpr double above = 18'446'744'073'709'551'616.0;
  if (std::holds_alternative<std::uint64_t>(*a)) return *a;
  if (const auto* number = std::get_if<std::int64_t>(a)) {
    if (*number < 0) return cannot_convert;
    return static_cast<std::uint64_t>(*number);
  }
  if (const auto* number = std::get_if<double>(a)) return cut<std::uint64_t>(*number, above);
  if (const auto* text = std::get_if<std::string_view>(a)) return read_number<std::uint64_t>(*text);
  return no_such_overload;
}

value to_double(frame&, const value* a) {
  if (std::holds_alternative<double>(*a)) return *a;
  if (const auto* number = std::get_if<std::int64_t>(a)) return static_cast<double>(*number);
  if (const auto* number = std::get_if<std::uint64_t>(a)) return static_cast<double>(*number);
  if (const auto* text = std::get_if<std::string_view>(a)) return read_number<double>(*text);
  return no_such_overload;
}

value to_string(frame& f, const value* a) {
  if (std::holds_alternative<std::string_view>(*a)) return *a;
  if (const auto* number = std::get_if<std::int64_t>(a)) return f.keep(std::to_string(*number));
  if (const auto* number = std::get_if<std::uint64_t>(a)) return f.keep(std::to_string(*number));
  if (const auto* number = std::get_if<double>(a)) {
    if (std::isnan(*number)) return std::string_view{"NaN"};
    if (std::isinf(*number)) return std::string_view{*number > 0 ? "+Inf" : "-Inf"};
    return f.keep(to_json_number(*number));
  }
  if (const auto* truth = std::get_if<bool>(a)) return std::string_view{*truth ? "true" : "false"};
  if (const auto* bytes = std::get_if<bytes_value>(a)) {
    if (!f.spend(1 + bytes->bytes.size() / 16)) return out_of_work;
    return find_invalid_utf8(bytes->bytes) ? value{cannot_convert} : value{bytes->bytes};
  }
  if (const auto* time = std::get_if<moment>(a)) return f.keep(write_timestamp(*time));
  if (const auto* d = std::get_if<duration_value>(a)) return f.keep(write_duration(*d));
  return no_such_overload;
}

value to_bytes(frame&, const value* a) {
  if (const auto* text = std::get_if<std::string_view>(a)) return bytes_value{*text};
  return std::holds_alternative<bytes_value>(*a) ? *a : value{no_such_overload};
}

value to_bool(frame&, const value* a) {
  const auto* text = std::get_if<std::string_view>(a);
  if (text == nullptr) return std::holds_alternative<bool>(*a) ? *a : value{no_such_overload};
  for (const std::string_view yes : {"1", "t", "true", "T", "TRUE", "True"})
    if (*text == yes) return true;
  for (const std::string_view no : {"0", "f", "false", "F", "FALSE", "False"})
    if (*text == no) return false;
  return cannot_convert;
}

value to_type(frame&, const value* a) { return type_value{kind_of(*a)}; }

value to_dyn(frame&, const value* a) { return *a; }

value to_timestamp(frame&, const value* a) {
  if (std::holds_alternative<moment>(*a)) return *a;
  if (const auto* text = std::get_if<std::string_view>(a)) return or_failure(read_timestamp(*text));
  const auto* seconds = std::get_if<std::int64_t>(a);
  if (seconds == nullptr) return no_such_overload;
  const moment t{*seconds, 0};
  return is_in_range(t) ? value{t} : value{cannot_convert};
}

value to_duration(frame&, const value* a) {
  if (std::holds_alternative<duration_value>(*a)) return *a;
  const auto* text = std::get_if<std::string_view>(a);
  return text != nullptr ? or_failure(read_duration(*text)) : value{no_such_overload};
}

} // namespace remora::filter::kfl2::library
