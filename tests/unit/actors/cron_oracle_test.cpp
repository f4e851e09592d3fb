#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <ctime>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "actors/jobs/cron.hpp"
#include "schedules.hpp"

/// Schedules compared with an oracle that shares nothing with them: it walks over every second and asks the C
/// library for the local time. REMORA_TEST_SEED chooses other expressions and moments.
namespace remora::jobs {
namespace {

constexpr std::int64_t ns = 1'000'000'000;
constexpr std::int64_t hour = 3'600;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t forty_years = 14'600; ///< In days.

std::uint64_t chosen_seed() {
  const char* text = std::getenv("REMORA_TEST_SEED"); // NOLINT(concurrency-mt-unsafe): one thread
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 20'260'329;
}

using generator = std::mt19937_64;

int pick(generator& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

/// A random expression, beside what it means.
struct expression {
  std::string text;
  std::array<std::vector<bool>, 6> allowed;
  bool any_day = false;
  bool any_weekday = false;
  bool fixed = true;
};

struct bounds {
  int low;
  int high;
};
constexpr std::array<bounds, 6> field_bounds{{{0, 59}, {0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}}};

/// Adds one random element to field `f` and returns its text.
std::string add_element(generator& random, expression& e, std::size_t f) {
  const auto [low, high] = field_bounds[f];
  auto& allowed = e.allowed[f];
  int first = pick(random, low, high);
  int last = first;
  int step = 1;
  std::string text;
  const int form = pick(random, 0, 5);
  if (form >= 4) {
    first = low, last = high;
    step = pick(random, 1, f == 2 ? 6 : 70);
    text = pick(random, 0, 1) == 0 ? "*" : "?";
    if (step > 1 || pick(random, 0, 1) == 0) text += "/" + std::to_string(step);
    if (step == 1 && f == 3) e.any_day = true;
    if (step == 1 && f == 5) e.any_weekday = true;
    if (f < 3) e.fixed = false;
  } else if (form == 3) {
    last = high;
    step = pick(random, 1, 30);
    text = std::to_string(first) + "/" + std::to_string(step);
  } else if (form >= 1) {
    last = pick(random, first, high);
    text = std::to_string(first) + "-" + std::to_string(last);
    if (form == 2) {
      step = pick(random, 1, 9);
      text += "/" + std::to_string(step);
    }
  } else {
    text = std::to_string(first);
  }
  for (int i = first; i <= last; i += step)
    allowed[static_cast<std::size_t>(i)] = true;
  return text;
}

/// @param open How many of 10 fields of the calendar are `*`, so that a short window sees some runs.
expression make_expression(generator& random, int open) {
  expression e;
  for (std::size_t f = 0; f < 6; ++f) {
    e.allowed[f].assign(60, false);
    std::string text;
    if (f >= 3 && pick(random, 0, 9) < open) {
      e.allowed[f].assign(60, true);
      if (f == 3) e.any_day = true;
      if (f == 5) e.any_weekday = true;
      text = "*";
    } else {
      for (int n = pick(random, 1, 3); n > 0; --n)
        text += (text.empty() ? "" : ",") + add_element(random, e, f);
    }
    e.text += (f == 0 ? "" : " ") + text;
  }
  return e;
}

bool allows(const expression& e, const std::tm& local) {
  const auto has = [&e](std::size_t f, int value) { return e.allowed[f][static_cast<std::size_t>(value)]; };
  const bool date = has(3, local.tm_mday);
  const bool weekday = has(5, local.tm_wday);
  const bool by_day = e.any_day || e.any_weekday ? date && weekday : date || weekday;
  return has(0, local.tm_sec) && has(1, local.tm_min) && has(2, local.tm_hour) && has(4, local.tm_mon + 1) &&
         by_day;
}

/// The local time of every second of a window, as the C library has it.
struct window {
  std::int64_t begin = 0;
  std::vector<std::tm> local;
};

window look_at(const char* zone_name, std::int64_t begin, std::int64_t seconds) {
  setenv("TZ", zone_name, 1); // NOLINT(concurrency-mt-unsafe): one thread
  tzset();
  window w{begin, std::vector<std::tm>(static_cast<std::size_t>(seconds))};
  for (std::int64_t i = 0; i < seconds; ++i) {
    const std::time_t t = begin + i;
    localtime_r(&t, &w.local[static_cast<std::size_t>(i)]);
  }
  unsetenv("TZ"); // NOLINT(concurrency-mt-unsafe): one thread
  tzset();
  return w;
}

/// True when a local time that no clock showed, in [from, from + seconds), is allowed.
bool allows_in_gap(const expression& e, std::int64_t from, std::int64_t seconds) {
  for (std::int64_t i = 0; i < seconds; ++i) {
    const std::time_t t = from + i;
    std::tm local{};
    gmtime_r(&t, &local);
    if (allows(e, local)) return true;
  }
  return false;
}

/// Every run in the window from the second `skip` on.
std::vector<std::int64_t> runs_in(const expression& e, const window& w, std::size_t skip) {
  std::vector<std::int64_t> runs;
  std::int64_t latest_local = INT64_MIN;
  for (std::size_t i = 0; i < w.local.size(); ++i) {
    const std::int64_t t = w.begin + static_cast<std::int64_t>(i);
    const std::int64_t local = t + w.local[i].tm_gmtoff;
    bool run = allows(e, w.local[i]);
    if (e.fixed && i > 0) {
      const std::int64_t gap = local - latest_local - 1;
      if (gap < 0) run = false; // a clock has shown it before
      if (gap > 0 && gap < 3 * hour) run = run || allows_in_gap(e, latest_local + 1, gap);
    }
    latest_local = std::max(latest_local, local);
    if (run && i >= skip) runs.push_back(t);
  }
  return runs;
}

/// Compares every answer of the schedule about [begin + skip, end of the window) with the oracle's.
void compare(generator& random, const expression& e, const window& w, std::size_t skip,
             const time_zone& zone) {
  const auto parsed = cron_schedule::parse(e.text);
  if (!parsed) {
    ASSERT_NE(parsed.error().message.find("never matches"), std::string::npos) << parsed.error().message;
    return;
  }
  const auto expected = runs_in(e, w, skip);
  const std::int64_t begin = w.begin + static_cast<std::int64_t>(skip);
  const std::int64_t end = w.begin + static_cast<std::int64_t>(w.local.size());
  const timestamp before = from_unix_ns(begin * ns - 1);
  const timestamp until = from_unix_ns(end * ns - 1);

  std::vector<std::int64_t> found;
  for (auto t = parsed->next_after(before, zone); t && *t <= until; t = parsed->next_after(*t, zone))
    found.push_back(to_unix_ns(*t) / ns);
  ASSERT_EQ(found, expected);
  ASSERT_EQ(parsed->count_until(before, until, zone), expected.size());
  const auto last = parsed->last_until(before, until, zone);
  ASSERT_EQ(last.has_value(), !expected.empty());
  if (last) {
    ASSERT_EQ(to_unix_ns(*last) / ns, expected.back());
  }

  for (int n = 0; n < 200; ++n) {
    const std::int64_t t = begin + pick(random, 0, static_cast<int>(end - begin) - 1);
    const auto next = std::upper_bound(expected.begin(), expected.end(), t);
    const auto answer = parsed->next_after(from_unix_ns(t * ns + pick(random, 0, 999'999'999)), zone);
    if (next != expected.end()) {
      ASSERT_TRUE(answer);
      ASSERT_EQ(to_unix_ns(*answer) / ns, *next) << "after " << t;
    }
    const bool is_run = std::binary_search(expected.begin(), expected.end(), t);
    ASSERT_EQ(parsed->matches(from_unix_ns(t * ns), zone), is_run) << t;
  }
}

struct zone_year {
  const char* zone;
  int year;
};

void PrintTo(const zone_year& z, std::ostream* out) {
  for (const char* c = z.zone; *c != '\0'; ++c)
    *out << (std::isalnum(static_cast<unsigned char>(*c)) != 0 ? *c : '_');
  *out << '_' << z.year;
}

class CronAgainstAnOracle : public testing::TestWithParam<zone_year> {};

TEST_P(CronAgainstAnOracle, AgreesOnEverySecondAroundEachChangeOfTheYear) {
  const std::uint64_t seed = chosen_seed();
  generator random(seed);
  const auto [zone_name, year] = GetParam();
  const time_zone zone = test::zone(zone_name);
  const std::int64_t year_begin = to_unix_ns(test::at(std::to_string(year) + "-01-01T00:00:00Z")) / ns;
  std::vector<std::int64_t> centres{year_begin + pick(random, 0, 360) * day}; // and one moment like any other
  for (auto change = zone.period_at(year_begin).end; change < year_begin + 366 * day;
       change = zone.period_at(change).end)
    centres.push_back(change);
  ASSERT_LE(centres.size(), 7u);
  constexpr std::int64_t lead = 4 * hour; // so that the oracle knows what clocks have shown already
  for (const std::int64_t centre : centres) {
    const window w = look_at(zone_name, centre - 3 * hour - lead, lead + 8 * hour);
    for (int n = 0; n < 30; ++n) {
      const expression e = make_expression(random, 7);
      SCOPED_TRACE(testing::Message() << "REMORA_TEST_SEED=" << seed << ", \"" << e.text << "\" in "
                                      << zone_name << " around " << centre);
      compare(random, e, w, static_cast<std::size_t>(lead), zone);
      if (HasFatalFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Zones, CronAgainstAnOracle,
    testing::Values(zone_year{"UTC", 2026}, zone_year{"Etc/GMT+5", 2026}, zone_year{"Europe/Berlin", 2026},
                    zone_year{"Europe/Berlin", 2050}, zone_year{"America/New_York", 2026},
                    zone_year{"Europe/Dublin", 2026}, zone_year{"Australia/Lord_Howe", 2026},
                    zone_year{"Asia/Kolkata", 2026}, zone_year{"Pacific/Apia", 2011},
                    zone_year{"Antarctica/Troll", 2026}, zone_year{"Africa/Casablanca", 2026},
                    zone_year{"America/New_York", 1965}, zone_year{"Asia/Pyongyang", 2018},
                    zone_year{"Pacific/Kwajalein", 1993}),
    testing::PrintToStringParamName());

TEST(CronAgainstAnOracleOfDays, AgreesOnTheDatesOfFortyYears) {
  const std::uint64_t seed = chosen_seed();
  generator random(seed);
  for (int n = 0; n < 150; ++n) {
    expression e = make_expression(random, 3);
    e.text = "7 8 9" + e.text.substr(e.text.find(' ', e.text.find(' ', e.text.find(' ') + 1) + 1));
    SCOPED_TRACE(testing::Message() << "REMORA_TEST_SEED=" << seed << ", \"" << e.text << "\"");
    for (std::size_t f = 0; f < 3; ++f)
      e.allowed[f].assign(60, true);
    const auto parsed = cron_schedule::parse(e.text);
    std::vector<std::int64_t> expected;
    for (std::int64_t n_day = 0; n_day < forty_years; ++n_day) {
      const std::time_t t = n_day * day + 9 * hour + 487;
      std::tm date{};
      gmtime_r(&t, &date);
      if (allows(e, date)) expected.push_back(t);
    }
    ASSERT_EQ(parsed.has_value(), !expected.empty());
    if (!parsed) continue;
    const timestamp until = from_unix_ns(forty_years * day * ns);
    std::vector<std::int64_t> found;
    for (auto t = parsed->next_after(from_unix_ns(-1), {}); t && *t <= until; t = parsed->next_after(*t, {}))
      found.push_back(to_unix_ns(*t) / ns);
    ASSERT_EQ(found, expected);
    ASSERT_EQ(parsed->count_until(from_unix_ns(-1), until, {}), expected.size());
  }
}

} // namespace
} // namespace remora::jobs
