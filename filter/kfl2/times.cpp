#include "filter/kfl2/times.hpp"

#include <array>
#include <cstdio>
#include <limits>

#include "base/calendar.hpp"

namespace remora::filter::kfl2 {

namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t first_second = -62'135'596'800; // 0001-01-01
constexpr std::int64_t last_second = 253'402'300'799;  // 9999-12-31T23:59:59

moment normal(std::int64_t seconds, std::int64_t nanos) noexcept {
  const std::int64_t carry = floor_div(nanos, ns_per_second);
  return {seconds + carry, static_cast<std::int32_t>(nanos - carry * ns_per_second)};
}

/// Reads fixed pieces off the front of a text; once one is missing, all that follow are.
class reader {
 public:
  explicit reader(std::string_view text) noexcept : rest_{text} {}

  unsigned number(std::size_t digits, unsigned least, unsigned most) noexcept {
    unsigned value = 0;
    for (std::size_t i = 0; i < digits; ++i)
      value = value * 10 + digit();
    good_ = good_ && value >= least && value <= most;
    return value;
  }
  /// The character there, which must be one of `allowed`.
  char one_of(std::string_view allowed) noexcept {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) {
      good_ = false;
      return '\0';
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  /// A fraction of a second, if one is there, in nanoseconds.
  std::int32_t fraction() noexcept {
    if (rest_.empty() || rest_.front() != '.') return 0;
    rest_.remove_prefix(1);
    std::int32_t nanos = 0;
    std::int32_t unit = static_cast<std::int32_t>(ns_per_second);
    std::size_t digits = 0;
    for (; at_digit() && digits < 9; ++digits) {
      unit /= 10;
      nanos += static_cast<std::int32_t>(digit()) * unit;
    }
    good_ = good_ && digits > 0;
    return nanos;
  }
  bool good() const noexcept { return good_; }
  bool done() const noexcept { return good_ && rest_.empty(); }

 private:
  bool at_digit() const noexcept { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  unsigned digit() noexcept {
    if (!at_digit()) {
      good_ = false;
      return 0;
    }
    const auto value = static_cast<unsigned>(rest_.front() - '0');
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool good_ = true;
};

/// One number of a duration, exact: whole units and a fraction of one.
struct quantity {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;
  std::uint64_t fraction_unit = 1; ///< 10 to the number of digits of `fraction`.
};

/// Cuts a decimal number off the front. Nothing when none is there or it is too large.
std::optional<quantity> take_quantity(std::string_view& rest) noexcept {
  quantity q;
  bool any = false;
  bool behind_point = false;
  for (; !rest.empty(); rest.remove_prefix(1)) {
    const char c = rest.front();
    if (c == '.' && !behind_point) {
      behind_point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    any = true;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (!behind_point) {
      if (q.whole > (std::numeric_limits<std::uint64_t>::max() - 9) / 10) return std::nullopt;
      q.whole = q.whole * 10 + digit;
    } else if (q.fraction_unit < 1'000'000'000) { // further digits are cut
      q.fraction = q.fraction * 10 + digit;
      q.fraction_unit *= 10;
    }
  }
  if (!any) return std::nullopt;
  return q;
}

std::optional<std::uint64_t> take_unit(std::string_view& rest) noexcept {
  struct unit {
    std::string_view name;
    std::uint64_t ns;
  };
  constexpr unit units[] = {
      {"ms", 1'000'000},    {"us", 1'000},         {"\xC2\xB5s", 1'000},     {"ns", 1},
      {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000},
  };
  for (const unit& u : units) {
    if (rest.substr(0, u.name.size()) != u.name) continue;
    rest.remove_prefix(u.name.size());
    return u.ns;
  }
  return std::nullopt;
}

} // namespace

moment to_moment(timestamp t) noexcept { return normal(0, to_unix_ns(t)); }

moment from_unix_ms(std::int64_t ms) noexcept {
  const std::int64_t seconds = floor_div(ms, 1'000);
  return {seconds, static_cast<std::int32_t>((ms - seconds * 1'000) * 1'000'000)};
}

bool is_in_range(moment t) noexcept { return t.seconds >= first_second && t.seconds <= last_second; }

std::optional<moment> read_timestamp(std::string_view text) noexcept {
  reader r{text};
  const unsigned year = r.number(4, 1, 9'999);
  r.one_of("-");
  const unsigned month = r.number(2, 1, 12);
  r.one_of("-");
  const unsigned day = r.number(2, 1, 31);
  r.one_of("Tt");
  const unsigned hour = r.number(2, 0, 23);
  r.one_of(":");
  const unsigned minute = r.number(2, 0, 59);
  r.one_of(":");
  const unsigned second = r.number(2, 0, 59);
  const std::int32_t nanos = r.fraction();
  std::int64_t offset = 0;
  const char sign = r.one_of("Zz+-");
  if (sign == '+' || sign == '-') {
    offset = r.number(2, 0, 23) * 3'600;
    r.one_of(":");
    offset += r.number(2, 0, 59) * 60;
    if (sign == '-') offset = -offset;
  }
  if (!r.done() || day > days_in_month(year, month)) return std::nullopt;
  const std::int64_t seconds =
      to_days(year, month, day) * seconds_per_day + hour * 3'600 + minute * 60 + second - offset;
  const moment t{seconds, nanos};
  if (!is_in_range(t)) return std::nullopt;
  return t;
}

std::string write_timestamp(moment t) {
  const std::int64_t days = floor_div(t.seconds, seconds_per_day);
  const std::int64_t of_day = t.seconds - days * seconds_per_day;
  const civil_day d = to_civil(days);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04lld-%02u-%02uT%02lld:%02lld:%02lld",
                static_cast<long long>(d.year), d.month, d.day, static_cast<long long>(of_day / 3'600),
                static_cast<long long>(of_day / 60 % 60), static_cast<long long>(of_day % 60));
  std::string out = text.data();
  if (t.nanos != 0) {
    std::string digits = std::to_string(t.nanos + 1'000'000'000).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    out += '.' + digits;
  }
  return out + 'Z';
}

std::optional<duration_value> read_duration(std::string_view text) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return duration_value{};
  if (text.empty()) return std::nullopt;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t sum = 0;
  while (!text.empty()) {
    const auto q = take_quantity(text);
    const auto unit = q ? take_unit(text) : std::nullopt;
    if (!unit || q->whole > most / *unit) return std::nullopt;
    sum += q->whole * *unit;
    if (sum > most) return std::nullopt;
    sum += *unit % q->fraction_unit == 0 ? *unit / q->fraction_unit * q->fraction
                                         : *unit * q->fraction / q->fraction_unit;
    if (sum > most) return std::nullopt;
  }
  const auto ns = static_cast<std::int64_t>(sum);
  return duration_value{negative ? -ns : ns};
}

std::string write_duration(duration_value d) {
  const std::int64_t seconds = d.ns / ns_per_second;
  const std::int64_t nanos = d.ns % ns_per_second;
  std::string out = std::to_string(seconds);
  if (nanos != 0) {
    if (nanos < 0 && seconds == 0) out = "-0";
    std::string digits = std::to_string((nanos < 0 ? -nanos : nanos) + ns_per_second).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    out += '.' + digits;
  }
  return out + 's';
}

std::optional<moment> shift(moment t, duration_value by) noexcept {
  const std::int64_t seconds = floor_div(by.ns, ns_per_second);
  const moment moved = normal(t.seconds + seconds, t.nanos + (by.ns - seconds * ns_per_second));
  if (!is_in_range(moved)) return std::nullopt;
  return moved;
}

std::optional<duration_value> difference(moment a, moment b) noexcept {
  duration_value d;
  // Both within ten thousand years: the seconds cannot overflow.
  if (__builtin_mul_overflow(a.seconds - b.seconds, ns_per_second, &d.ns)) return std::nullopt;
  if (__builtin_add_overflow(d.ns, static_cast<std::int64_t>(a.nanos - b.nanos), &d.ns)) return std::nullopt;
  return d;
}

} // namespace remora::filter::kfl2
