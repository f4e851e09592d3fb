#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "actors/jobs/cron.hpp"
#include "base/units.hpp"
#include "base/utf8.hpp"

namespace remora::jobs {

namespace {

using names = std::array<std::string_view, 12>;
constexpr names month_names{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                            "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr names weekday_names{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

/// What may stand in a field.
struct field_kind {
  std::string_view name;
  unsigned low;
  unsigned high;
  unsigned highest_written; ///< Above `high` only for the second name of Sunday, 7.
  const names* value_names;
  std::string_view names_shown;
};

constexpr field_kind second_kind{"second", 0, 59, 59, nullptr, ""};
constexpr field_kind minute_kind{"minute", 0, 59, 59, nullptr, ""};
constexpr field_kind hour_kind{"hour", 0, 23, 23, nullptr, ""};
constexpr field_kind day_kind{"day of month", 1, 31, 31, nullptr, ""};
constexpr field_kind month_kind{"month", 1, 12, 12, &month_names, "JAN-DEC"};
constexpr field_kind weekday_kind{"day of week", 0, 6, 7, &weekday_names, "SUN-SAT"};

/// What a field allows.
struct field_values {
  std::uint64_t bits = 0;
  bool open = false;     ///< Holds `*` or `?` without a step above 1.
  bool wildcard = false; ///< Holds `*` or `?`.
};

/// One number or name of a field.
struct field_value {
  unsigned number = 0;
  bool named = false;
};

tl::unexpected<error> wrong(std::string what) { return fail(errc::invalid_cron, std::move(what)); }

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
char upper_case(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same_word(std::string_view lhs, std::string_view rhs) noexcept {
  return std::equal(lhs.begin(), lhs.end(), rhs.begin(), rhs.end(),
                    [](char a, char b) { return upper_case(a) == upper_case(b); });
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && !is_blank(text[at]))
      ++at;
    words.push_back(text.substr(begin, at - begin));
  }
  return words;
}

/// Decimal digits alone; what is too large for any field comes back as a number that no field allows.
std::optional<unsigned> to_number(std::string_view text) noexcept {
  constexpr unsigned enough = 1'000'000'000;
  unsigned value = 0;
  if (text.empty()) return std::nullopt;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = std::min(enough, std::min(enough / 10, value) * 10 + static_cast<unsigned>(c - '0'));
  }
  return value;
}

std::string span_text(unsigned low, unsigned high) {
  return std::to_string(low) + "-" + std::to_string(high);
}

result<field_value> parse_value(std::string_view text, const field_kind& kind) {
  if (text.empty()) return wrong("a value is missing");
  if (kind.value_names != nullptr) {
    for (unsigned i = 0; kind.low + i <= kind.high; ++i) {
      if (same_word(text, (*kind.value_names)[i])) return field_value{kind.low + i, true};
    }
  }
  const auto number = to_number(text);
  const std::string allowed = span_text(kind.low, kind.highest_written);
  if (!number) {
    std::string what = quoted(text) + " is no " + std::string(kind.name) + "; write " + allowed;
    if (kind.value_names != nullptr) what += " or " + std::string(kind.names_shown);
    return wrong(std::move(what));
  }
  if (*number < kind.low || *number > kind.highest_written)
    return wrong(std::string(text.substr(0, 20)) + " is outside " + allowed);
  return field_value{*number, false};
}

result<unsigned> parse_step(std::string_view text) {
  const auto step = to_number(text);
  if (!step) return wrong(quoted(text) + " is no step; write a number after the slash");
  if (*step == 0) return wrong("step 0 never advances; write 1 or more");
  return *step;
}

/// The first and the last value of "a-b".
result<std::pair<unsigned, unsigned>> parse_range(std::string_view first, std::string_view last,
                                                  const field_kind& kind) {
  const auto from = parse_value(first, kind);
  if (!from) return tl::unexpected<error>(from.error());
  auto to = parse_value(last, kind);
  if (!to) return tl::unexpected<error>(to.error());
  // A week that is spelt with names may end on Sunday: FRI-SUN is 5-7.
  if (kind.highest_written == 7 && to->named && to->number == 0 && from->number > 0) to->number = 7;
  if (from->number > to->number) {
    const auto part = [](unsigned a, unsigned b) { return a == b ? std::to_string(a) : span_text(a, b); };
    return wrong("range " + quoted(std::string(first) + "-" + std::string(last)) + " runs backwards; write " +
                 part(std::min(from->number, kind.high), kind.high) + "," + part(kind.low, to->number));
  }
  return std::pair{from->number, to->number};
}

/// One element of a list: `*`, `?`, "a" or "a-b", each perhaps with "/step".
result<field_values> parse_element(std::string_view text, const field_kind& kind) {
  if (text.empty()) return wrong("a value is missing beside a comma");
  const auto slash = text.find('/');
  unsigned step = 1;
  if (slash != std::string_view::npos) {
    const auto parsed = parse_step(text.substr(slash + 1));
    if (!parsed) return tl::unexpected<error>(parsed.error());
    step = *parsed;
  }
  const std::string_view base = text.substr(0, slash);
  field_values values;
  unsigned first = kind.low;
  unsigned last = kind.high;
  if (base == "*" || base == "?") {
    values.wildcard = true;
    values.open = step == 1;
  } else if (const auto dash = base.find('-'); dash != std::string_view::npos) {
    const auto range = parse_range(base.substr(0, dash), base.substr(dash + 1), kind);
    if (!range) return tl::unexpected<error>(range.error());
    std::tie(first, last) = *range;
  } else {
    const auto value = parse_value(base, kind);
    if (!value) return tl::unexpected<error>(value.error());
    first = value->number;
    last = slash == std::string_view::npos ? first : std::max(first, kind.high); // a/n: from a to the end
  }
  for (unsigned i = first; i <= last; i += step)
    values.bits |= std::uint64_t{1} << (i > kind.high ? kind.low : i); // 7 is Sunday
  return values;
}

result<field_values> parse_field(std::string_view text, const field_kind& kind) {
  field_values all;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    auto element = parse_element(text.substr(begin, end - begin), kind);
    if (!element) return element;
    all.bits |= element->bits;
    all.open = all.open || element->open;
    all.wildcard = all.wildcard || element->wildcard;
    begin = end + 1;
  }
  return all;
}

/// True when no month that is allowed has a day that is allowed, leap years included.
bool never_matches(const cron_fields& fields) noexcept {
  if (fields.any_day || !fields.any_weekday) return false; // some day of every week is allowed
  constexpr std::array<unsigned, 13> longest{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (unsigned month = 1; month <= 12; ++month) {
    const std::uint64_t month_days = (std::uint64_t{2} << longest[month]) - 1;
    if ((fields.months >> month & 1) != 0 && (fields.days & month_days) != 0) return false;
  }
  return true;
}

result<cron_fields> parse_fields(const std::vector<std::string_view>& words) {
  if (words.size() != 5 && words.size() != 6) {
    return wrong(
        "it has " + std::to_string(words.size()) + (words.size() == 1 ? " field" : " fields") +
        "; write six (second minute hour day-of-month month day-of-week), or five without the second");
  }
  constexpr std::array<const field_kind*, 6> kinds{&second_kind, &minute_kind, &hour_kind,
                                                   &day_kind,    &month_kind,  &weekday_kind};
  std::array<field_values, 6> values;
  values[0].bits = 1; // five fields: second 0
  const std::size_t skipped = kinds.size() - words.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const field_kind& kind = *kinds[i + skipped];
    const auto field = parse_field(words[i], kind);
    if (!field) {
      return wrong("field " + std::to_string(i + 1) + " (" + std::string(kind.name) +
                   "): " + field.error().message);
    }
    values[i + skipped] = *field;
  }
  cron_fields fields;
  fields.seconds = values[0].bits;
  fields.minutes = values[1].bits;
  fields.hours = values[2].bits;
  fields.days = values[3].bits;
  fields.months = values[4].bits;
  fields.weekdays = values[5].bits;
  fields.any_day = values[3].open;
  fields.any_weekday = values[5].open;
  fields.fixed_time = !values[0].wildcard && !values[1].wildcard && !values[2].wildcard;
  if (never_matches(fields)) return wrong("it never matches: no month it allows has such a day");
  return fields;
}

result<cron_fields> parse_every(const std::vector<std::string_view>& words) {
  constexpr nanoseconds second = std::chrono::seconds{1};
  constexpr nanoseconds longest = std::chrono::hours{24 * 3'650};
  if (words.size() != 2) return wrong("@every takes one duration, such as @every 1h30m");
  const auto period = parse_duration(words[1]);
  if (!period) return wrong("@every " + quoted(words[1]) + ": " + period.error().message);
  if (*period < second) return wrong("@every takes at least 1s");
  if (*period > longest) return wrong("@every takes at most 3650d");
  if (*period % second != nanoseconds{0}) return wrong("@every takes whole seconds");
  cron_fields fields;
  fields.every_seconds = *period / second;
  return fields;
}

result<cron_fields> parse_descriptor(const std::vector<std::string_view>& words) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> descriptors{{
      {"@yearly", "0 0 0 1 1 *"},
      {"@annually", "0 0 0 1 1 *"},
      {"@monthly", "0 0 0 1 * *"},
      {"@weekly", "0 0 0 * * 0"},
      {"@daily", "0 0 0 * * *"},
      {"@midnight", "0 0 0 * * *"},
      {"@hourly", "0 0 * * * *"},
  }};
  if (same_word(words.front(), "@every")) return parse_every(words);
  for (const auto& [name, meaning] : descriptors) {
    if (!same_word(words.front(), name)) continue;
    if (words.size() > 1) return wrong("nothing may follow " + std::string(name));
    return parse_fields(split_words(meaning));
  }
  return wrong(
      "unknown descriptor " + quoted(words.front()) +
      "; there are @every <duration>, @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly");
}

result<cron_fields> parse_text(std::string_view text) {
  if (text.size() > cron_schedule::max_text_bytes)
    return wrong("it is longer than " + std::to_string(cron_schedule::max_text_bytes) + " bytes");
  const auto words = split_words(text);
  if (words.empty()) return wrong("it is empty; write six fields, such as \"0 */5 * * * *\", or @every 30s");
  return words.front().front() == '@' ? parse_descriptor(words) : parse_fields(words);
}

} // namespace

result<cron_schedule> cron_schedule::parse(std::string_view text) {
  const auto fields = parse_text(text);
  if (!fields) return wrong("invalid cron expression " + quoted(text) + ": " + fields.error().message);
  return cron_schedule{*fields};
}

} // namespace remora::jobs
