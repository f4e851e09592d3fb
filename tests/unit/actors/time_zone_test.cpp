#include "actors/jobs/time_zone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/jobs/posix_tz.hpp"
#include "schedules.hpp"

namespace remora::jobs {
namespace {

std::int64_t second(std::string_view text) { return to_unix_ns(test::at(text)) / 1'000'000'000; }
std::int32_t offset(const time_zone& zone, std::string_view text) {
  return zone.period_at(second(text)).offset;
}

TEST(TimeZone, IsUtcWhenItHasNoName) {
  for (const char* name : {"", "UTC"}) {
    const auto zone = time_zone::find(name);
    ASSERT_TRUE(zone);
    EXPECT_TRUE(zone->is_utc());
    EXPECT_EQ(zone->name(), "UTC");
    EXPECT_EQ(zone->period_at(0).offset, 0);
  }
}

TEST(TimeZone, KnowsTheOtherNamesOfUtc) {
  EXPECT_TRUE(test::zone("Etc/UTC").is_utc());
  EXPECT_FALSE(test::zone("Europe/London").is_utc());
}

TEST(TimeZone, ChangesItsOffsetAtTheSecond) {
  const auto berlin = test::zone("Europe/Berlin");
  EXPECT_EQ(berlin.name(), "Europe/Berlin");
  EXPECT_EQ(offset(berlin, "2026-03-29T00:59:59Z"), 3'600);
  EXPECT_EQ(offset(berlin, "2026-03-29T01:00:00Z"), 7'200);
  EXPECT_EQ(offset(berlin, "2026-10-25T00:59:59Z"), 7'200);
  EXPECT_EQ(offset(berlin, "2026-10-25T01:00:00Z"), 3'600);
}

TEST(TimeZone, GivesPeriodsThatCoverAllTime) {
  for (const char* name : {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Etc/GMT+5"}) {
    const auto zone = test::zone(name);
    std::int64_t at = time_zone::first_second;
    while (at < time_zone::end_second) {
      const auto period = zone.period_at(at);
      ASSERT_EQ(period.begin, at) << name;
      ASSERT_GT(period.end, period.begin) << name;
      ASSERT_EQ(zone.period_at(period.end - 1).begin, period.begin) << name;
      at = period.end;
    }
    EXPECT_EQ(at, time_zone::end_second);
  }
}

TEST(TimeZone, AnswersForSecondsThatNoTimestampHolds) {
  const auto berlin = test::zone("Europe/Berlin");
  EXPECT_EQ(berlin.period_at(INT64_MIN).begin, time_zone::first_second);
  EXPECT_EQ(berlin.period_at(INT64_MAX).end, time_zone::end_second);
}

TEST(TimeZone, KeepsChangingToSummerTimeAfterTheLastYearThatItsFileLists) {
  EXPECT_EQ(offset(test::zone("Europe/Berlin"), "2040-07-01T00:00:00Z"), 7'200);
  EXPECT_EQ(offset(test::zone("Europe/Berlin"), "2040-12-01T00:00:00Z"), 3'600);
  EXPECT_EQ(offset(test::zone("America/New_York"), "2196-10-06T15:39:41Z"), -4 * 3'600);
  EXPECT_EQ(offset(test::zone("Australia/Lord_Howe"), "2250-01-01T00:00:00Z"), 39'600);
  EXPECT_EQ(offset(test::zone("Europe/Dublin"), "2100-07-01T00:00:00Z"), 3'600);
}

TEST(TimeZone, NamesTheNearestOnesWhenThereIsNoSuchZone) {
  const auto wrong = time_zone::find("europe/berln");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, errc::invalid_config);
  EXPECT_THAT(wrong.error().message,
              testing::StartsWith("unknown time zone \"europe/berln\"; did you mean \"Europe/Berlin\""));
}

TEST(TimeZone, FindsACityWithoutItsContinent) {
  EXPECT_EQ(time_zone::find("lord_howe").error().message,
            "unknown time zone \"lord_howe\"; did you mean \"Australia/Lord_Howe\"?");
}

TEST(TimeZone, RefusesNamesThatAreNoZones) {
  for (const char* name : {"../../../etc/passwd", "/etc/localtime", "zone.tab", "posixrules", "Berlin ",
                           "Mars/Olympus", "right/Europe/Berlin", "+02:00"}) {
    EXPECT_EQ(time_zone::find(name).error().code, errc::invalid_config) << name;
  }
  EXPECT_EQ(time_zone::find(std::string(100'000, 'a')).error().code, errc::invalid_config);
}

struct rule_case {
  const char* rule;
  std::int64_t year;
  const char* first_change;
  std::int64_t first_offset;
  const char* second_change;
  std::int64_t second_offset;
};

TEST(PosixTimeZoneRule, SaysWhenTheYearChanges) {
  const rule_case cases[] = {
      {"CET-1CEST,M3.5.0,M10.5.0/3", 2026, "2026-03-29T01:00:00Z", 7'200, "2026-10-25T01:00:00Z", 3'600},
      {"EST5EDT,M3.2.0,M11.1.0", 2026, "2026-03-08T07:00:00Z", -14'400, "2026-11-01T06:00:00Z", -18'000},
      {"IST-1GMT0,M10.5.0,M3.5.0/1", 2026, "2026-03-29T01:00:00Z", 3'600, "2026-10-25T01:00:00Z", 0},
      {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2026, "2026-04-04T15:00:00Z", 37'800, "2026-10-03T15:30:00Z",
       39'600},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026, "2026-03-29T01:00:00Z", -3'600, "2026-10-25T01:00:00Z",
       -7'200},
      {"EET-2EEST,M3.4.4/50,M10.4.4/50", 2026, "2026-03-28T00:00:00Z", 10'800, "2026-10-23T23:00:00Z", 7'200},
      {"AAA0BBB,J60/0,J300/0", 2024, "2024-03-01T00:00:00Z", 3'600, "2024-10-26T23:00:00Z", 0},
      {"AAA0BBB,J60/0,J300/0", 2023, "2023-03-01T00:00:00Z", 3'600, "2023-10-26T23:00:00Z", 0},
      {"AAA0BBB,59/0,299/0:30", 2024, "2024-02-29T00:00:00Z", 3'600, "2024-10-25T23:30:00Z", 0},
      {"AAA0BBB,59/0,299/0:30:15", 2023, "2023-03-01T00:00:00Z", 3'600, "2023-10-26T23:30:15Z", 0},
  };
  for (const auto& c : cases) {
    const auto rule = posix_tz::parse(c.rule);
    ASSERT_TRUE(rule && rule->has_summer_time()) << c.rule;
    const auto changes = rule->changes_in(c.year);
    EXPECT_EQ(test::text_of(from_unix_ns(changes[0].at * 1'000'000'000)), c.first_change) << c.rule;
    EXPECT_EQ(changes[0].offset, c.first_offset) << c.rule;
    EXPECT_EQ(test::text_of(from_unix_ns(changes[1].at * 1'000'000'000)), c.second_change) << c.rule;
    EXPECT_EQ(changes[1].offset, c.second_offset) << c.rule;
  }
}

TEST(PosixTimeZoneRule, ReadsZonesWithoutSummerTime) {
  EXPECT_EQ(posix_tz::parse("UTC0")->standard_offset(), 0);
  EXPECT_EQ(posix_tz::parse("<+0545>-5:45")->standard_offset(), 20'700);
  EXPECT_FALSE(posix_tz::parse("<-03>3")->has_summer_time());
}

TEST(PosixTimeZoneRule, RefusesWhatIsNoRule) {
  for (const char* text : {"",
                           "U",
                           "UTC",
                           "UT0",
                           "UTC0x",
                           "<+02",
                           "<>0",
                           "UTC25",
                           "CET-1CEST",
                           "CET-1CEST,M3.5.0",
                           "CET-1CEST,M3.5.0,",
                           "CET-1CEST,M13.5.0,M10.5.0",
                           "CET-1CEST,M3.6.0,M10.5.0",
                           "CET-1CEST,M3.5.7,M10.5.0",
                           "CET-1CEST,M0.1.0,M10.5.0",
                           "CET-1CEST,J0,J365",
                           "CET-1CEST,J366,J1",
                           "CET-1CEST,366,1",
                           "CET-1CEST,M3.5.0/168,M10.5.0",
                           "CET-1CEST,M3.5.0,M10.5.0,",
                           "CET-1CEST,M3.5.0/,M10.5.0",
                           "CET-1:60",
                           "CET-1CEST,M3,M10"}) {
    EXPECT_FALSE(posix_tz::parse(text)) << text;
  }
}

} // namespace
} // namespace remora::jobs
