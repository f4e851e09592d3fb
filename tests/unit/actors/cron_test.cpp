#include "actors/jobs/cron.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedules.hpp"

namespace remora::jobs {
namespace {

using test::at;
using test::runs;
using test::zone;
using testing::ElementsAre;

TEST(Cron, RunsStrictlyAfterTheMomentAsked) {
  EXPECT_THAT(runs("* * * * * *", "2026-01-01T00:00:00Z", 1), ElementsAre("2026-01-01T00:00:01Z"));
  EXPECT_THAT(runs("* * * * * *", "2026-01-01T00:00:00.999999999Z", 1), ElementsAre("2026-01-01T00:00:01Z"));
  EXPECT_THAT(runs("0 0 0 * * *", "2025-12-31T23:59:59.999999999Z", 1), ElementsAre("2026-01-01T00:00:00Z"));
}

TEST(Cron, CarriesFromTheSecondUpToTheYear) {
  EXPECT_THAT(runs("30 59 23 31 12 *", "2025-12-31T23:59:30Z", 2),
              ElementsAre("2026-12-31T23:59:30Z", "2027-12-31T23:59:30Z"));
  EXPECT_THAT(runs("10,20 0,30 6,18 * * *", "2026-02-28T18:30:10Z", 3),
              ElementsAre("2026-02-28T18:30:20Z", "2026-03-01T06:00:10Z", "2026-03-01T06:00:20Z"));
}

TEST(Cron, RunsEveryMinuteOfADayOnce) {
  const auto schedule = test::cron("0 * * * * *");
  EXPECT_EQ(schedule.count_until(at("2023-11-14T00:00:00Z"), at("2023-11-15T00:00:00Z"), {}), 1'440u);
  EXPECT_EQ(runs("0 * * * * *", "2023-11-14T00:00:00Z", 1'440).back(), "2023-11-15T00:00:00Z");
}

TEST(Cron, SkipsMonthsThatLackTheDay) {
  EXPECT_THAT(runs("0 0 0 31 * *", "2026-01-31T00:00:00Z", 3),
              ElementsAre("2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z", "2026-07-31T00:00:00Z"));
}

TEST(Cron, WaitsForLeapYears) {
  EXPECT_THAT(runs("0 0 12 29 2 *", "2096-02-29T12:00:00Z", 2),
              ElementsAre("2104-02-29T12:00:00Z", "2108-02-29T12:00:00Z"));
}

TEST(Cron, RunsOnEitherDayWhenBothDayFieldsAreRestricted) {
  EXPECT_THAT(runs("0 0 0 13 * FRI", "2026-02-01T00:00:00Z", 5),
              ElementsAre("2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z",
                          "2026-02-27T00:00:00Z", "2026-03-06T00:00:00Z"));
}

TEST(Cron, RunsOnTheRestrictedDayWhenTheOtherFieldIsOpen) {
  for (const char* open : {"*", "?", "*/1"}) {
    EXPECT_THAT(runs("0 0 0 13 * " + std::string(open), "2026-02-14T00:00:00Z", 2),
                ElementsAre("2026-03-13T00:00:00Z", "2026-04-13T00:00:00Z"));
    EXPECT_THAT(runs("0 0 0 " + std::string(open) + " * FRI", "2026-02-14T00:00:00Z", 2),
                ElementsAre("2026-02-20T00:00:00Z", "2026-02-27T00:00:00Z"));
  }
}

TEST(Cron, CountsADayFieldWithAStepOrAFullRangeAsRestricted) {
  EXPECT_THAT(runs("0 0 0 1-31 * FRI", "2026-02-01T00:00:00Z", 2),
              ElementsAre("2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z"));
  EXPECT_THAT(runs("0 0 0 */10 * FRI", "2026-02-01T00:00:00Z", 3),
              ElementsAre("2026-02-06T00:00:00Z", "2026-02-11T00:00:00Z", "2026-02-13T00:00:00Z"));
}

TEST(Cron, AlignsEveryToTheEpochSoThatAllNodesAgree) {
  EXPECT_THAT(runs("@every 90s", "1970-01-01T00:00:00Z", 2),
              ElementsAre("1970-01-01T00:01:30Z", "1970-01-01T00:03:00Z"));
  EXPECT_THAT(runs("@every 90s", "2026-01-01T00:00:44.5Z", 1), runs("@every 90s", "2026-01-01T00:00:45Z", 1));
  EXPECT_THAT(runs("@every 1h30m", "1969-12-31T23:00:00Z", 2),
              ElementsAre("1970-01-01T00:00:00Z", "1970-01-01T01:30:00Z"));
}

TEST(Cron, KeepsEveryInStepAcrossSummerTime) {
  EXPECT_THAT(runs("@every 1h", "2026-03-29T00:00:00Z", 3, zone("Europe/Berlin")),
              ElementsAre("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z", "2026-03-29T03:00:00Z"));
}

TEST(Cron, EndsWhereTimestampsEnd) {
  EXPECT_THAT(runs("0 0 0 1 1,6 *", "2261-05-01T00:00:00Z", 3),
              ElementsAre("2261-06-01T00:00:00Z", "2262-01-01T00:00:00Z"));
  for (const char* text : {"* * * * * *", "@every 1s"}) {
    EXPECT_FALSE(test::cron(text).next_after(timestamp::max(), {})) << text;
    const auto last = test::cron(text).next_after(timestamp::max() - std::chrono::seconds{1}, {});
    ASSERT_TRUE(last) << text;
    EXPECT_FALSE(test::cron(text).next_after(*last, {})) << text;
    const auto first = test::cron(text).next_after(timestamp::min(), {});
    ASSERT_TRUE(first) << text;
    EXPECT_TRUE(test::cron(text).matches(*first, {})) << text;
    EXPECT_FALSE(test::cron(text).matches(timestamp::min(), {})) << text;
    EXPECT_EQ(test::cron(text).count_until(timestamp::min(), timestamp::max(), {}), 18'446'744'073u) << text;
    EXPECT_EQ(test::cron(text).last_until(timestamp::min(), timestamp::max(), {}), last) << text;
  }
}

TEST(Cron, CountsInstantsOverCenturiesWithoutVisitingThem) {
  const timestamp from = at("1900-01-01T00:00:00Z");
  const timestamp until = at("2200-01-01T00:00:00Z");
  EXPECT_EQ(test::cron("* * * * * *").count_until(from, until, zone("Europe/Berlin")), 9'467'107'200u);
  EXPECT_EQ(test::cron("0 0 0 29 2 *").count_until(from, until, {}), 73u);
  EXPECT_EQ(test::cron("0 30 2 * * *").count_until(from, until, zone("Europe/Berlin")), 109'573u)
      << "once a day, in spite of summer time";
}

TEST(Cron, FindsTheLastInstantOfASpan) {
  const auto schedule = test::cron("0 0 9-17 * * MON-FRI");
  EXPECT_EQ(schedule.last_until(at("2020-01-01T00:00:00Z"), at("2026-02-15T12:00:00Z"), {}),
            at("2026-02-13T17:00:00Z"));
  EXPECT_EQ(schedule.last_until(at("2026-02-13T17:00:00Z"), at("2026-02-15T12:00:00Z"), {}), std::nullopt);
  EXPECT_EQ(schedule.last_until(at("2026-02-13T16:59:59Z"), at("2026-02-13T17:00:00Z"), {}),
            at("2026-02-13T17:00:00Z"));
  EXPECT_EQ(schedule.last_until(at("2026-02-15T12:00:00Z"), at("2020-01-01T00:00:00Z"), {}), std::nullopt);
}

TEST(Cron, MatchesWholeSecondsOnly) {
  const auto schedule = test::cron("0 0 12 * * *");
  EXPECT_TRUE(schedule.matches(at("2026-01-01T12:00:00Z"), {}));
  EXPECT_FALSE(schedule.matches(at("2026-01-01T12:00:00.000000001Z"), {}));
  EXPECT_FALSE(schedule.matches(at("2026-01-01T12:00:01Z"), {}));
  EXPECT_TRUE(schedule.matches(at("2026-01-01T11:00:00Z"), zone("Europe/Berlin")));
}

TEST(CronInAZone, FollowsLocalTime) {
  EXPECT_THAT(runs("0 0 9 * * *", "2026-03-27T12:00:00Z", 3, zone("Europe/Berlin")),
              ElementsAre("2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"));
  EXPECT_THAT(runs("0 0 9 * * *", "2026-03-27T12:00:00Z", 1, zone("Etc/GMT+5")),
              ElementsAre("2026-03-27T14:00:00Z"));
}

TEST(CronInAZone, TakesTheDateFromLocalTime) {
  EXPECT_THAT(runs("0 0 0 1 * *", "2026-05-15T00:00:00Z", 2, zone("Asia/Kolkata")),
              ElementsAre("2026-05-31T18:30:00Z", "2026-06-30T18:30:00Z"));
  EXPECT_THAT(runs("0 0 20 * * SUN", "2026-05-15T00:00:00Z", 1, zone("America/New_York")),
              ElementsAre("2026-05-18T00:00:00Z"));
}

// Berlin, 2026-03-29: 02:00 to 03:00 does not exist; 03:00 is 01:00 UTC.
TEST(CronInSpring, RunsAFixedTimeThatDoesNotExistRightAfterTheGap) {
  EXPECT_THAT(runs("0 30 2 * * *", "2026-03-28T12:00:00Z", 2, zone("Europe/Berlin")),
              ElementsAre("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"));
  EXPECT_THAT(runs("0 30 2 * * *", "2026-03-07T12:00:00Z", 2, zone("America/New_York")),
              ElementsAre("2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"));
}

TEST(CronInSpring, RunsOnceForAllFixedTimesInTheGap) {
  EXPECT_THAT(runs("0 0,20,40 2 * * *", "2026-03-29T00:00:00Z", 2, zone("Europe/Berlin")),
              ElementsAre("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"));
}

TEST(CronInSpring, RunsOnceWhenTheScheduleNamesTheEndOfTheGapToo) {
  EXPECT_THAT(runs("0 0 2,3 * * *", "2026-03-29T00:00:00Z", 2, zone("Europe/Berlin")),
              ElementsAre("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"));
  EXPECT_EQ(test::cron("0 0 2,3 * * *")
                .count_until(at("2026-03-29T00:00:00Z"), at("2026-03-29T12:00:00Z"), zone("Europe/Berlin")),
            1u);
}

TEST(CronInSpring, DoesNotRunAgainAfterTheGapForATimeBeforeIt) {
  EXPECT_THAT(runs("0 59 1 * * *", "2026-03-29T00:00:00Z", 2, zone("Europe/Berlin")),
              ElementsAre("2026-03-29T00:59:00Z", "2026-03-29T23:59:00Z"));
}

TEST(CronInSpring, LetsWildcardsSimplyContinue) {
  EXPECT_THAT(runs("0 */20 * * * *", "2026-03-29T00:30:00Z", 3, zone("Europe/Berlin")),
              ElementsAre("2026-03-29T00:40:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:20:00Z"));
  EXPECT_THAT(runs("0 */20 2 * * *", "2026-03-28T12:00:00Z", 1, zone("Europe/Berlin")),
              ElementsAre("2026-03-30T00:00:00Z"))
      << "there is no 2 o'clock on the 29th";
  EXPECT_THAT(runs("0 30 */2 * * *", "2026-03-29T00:00:00Z", 1, zone("Europe/Berlin")),
              ElementsAre("2026-03-29T02:30:00Z"));
}

TEST(CronInSpring, KnowsGapsOfHalfAnHour) {
  // Lord Howe, 2026-10-04: 02:00 to 02:30 does not exist; 02:30 is 15:30 UTC of the 3rd.
  EXPECT_THAT(runs("0 15 2 * * *", "2026-10-03T12:00:00Z", 2, zone("Australia/Lord_Howe")),
              ElementsAre("2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"));
  EXPECT_THAT(runs("0 45 2 * * *", "2026-10-03T12:00:00Z", 1, zone("Australia/Lord_Howe")),
              ElementsAre("2026-10-03T15:45:00Z"));
}

TEST(CronInSpring, DoesNotMakeUpForADayThatNeverWas) {
  // Samoa moved across the date line: 2011-12-29 was followed by 2011-12-31, at 10:00 UTC.
  EXPECT_THAT(runs("0 0 12 * * *", "2011-12-29T00:00:00Z", 2, zone("Pacific/Apia")),
              ElementsAre("2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"));
  EXPECT_THAT(runs("0 0 12 30 12 *", "2011-01-01T00:00:00Z", 1, zone("Pacific/Apia")),
              ElementsAre("2012-12-29T22:00:00Z"));
  EXPECT_THAT(runs("@daily", "2011-12-29T11:00:00Z", 2, zone("Pacific/Apia")),
              ElementsAre("2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"));
}

TEST(CronInSpring, FindsTheGapFromAnyMomentBeforeIt) {
  const auto berlin = zone("Europe/Berlin");
  const auto schedule = test::cron("0 30 2 29 3 *");
  for (const char* from : {"2025-03-30T00:00:00Z", "2026-03-28T00:00:00Z", "2026-03-29T00:59:59.999999999Z"})
    EXPECT_EQ(schedule.next_after(at(from), berlin), at("2026-03-29T01:00:00Z")) << from;
  EXPECT_EQ(schedule.next_after(at("2026-03-29T01:00:00Z"), berlin), at("2027-03-29T00:30:00Z"));
}

// Berlin, 2026-10-25: 02:00 to 03:00 comes twice, first from 00:00 UTC, then from 01:00 UTC.
TEST(CronInAutumn, RunsAFixedTimeOnceAtItsFirstOccurrence) {
  EXPECT_THAT(runs("0 30 2 * * *", "2026-10-24T12:00:00Z", 2, zone("Europe/Berlin")),
              ElementsAre("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"));
  EXPECT_THAT(runs("0 30 1 * * *", "2026-10-31T12:00:00Z", 2, zone("America/New_York")),
              ElementsAre("2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"));
  EXPECT_THAT(runs("0 45 1 * * *", "2026-04-04T00:00:00Z", 2, zone("Australia/Lord_Howe")),
              ElementsAre("2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"));
}

TEST(CronInAutumn, RunsAFixedTimeAtTheEndOfTheOverlapOnce) {
  EXPECT_THAT(runs("0 0 2,3 * * *", "2026-10-24T12:00:00Z", 3, zone("Europe/Berlin")),
              ElementsAre("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", "2026-10-26T01:00:00Z"));
}

TEST(CronInAutumn, RunsWildcardsInBothHours) {
  EXPECT_THAT(runs("0 */30 * * * *", "2026-10-24T23:45:00Z", 5, zone("Europe/Berlin")),
              ElementsAre("2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z",
                          "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"));
  EXPECT_THAT(runs("0 */30 2 * * *", "2026-10-24T23:45:00Z", 4, zone("Europe/Berlin")),
              ElementsAre("2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z",
                          "2026-10-25T01:30:00Z"));
}

TEST(CronInAutumn, DoesNotRunAFixedTimeWhenAskedBetweenTheTwo) {
  EXPECT_THAT(runs("0 30 2 * * *", "2026-10-25T00:45:00Z", 1, zone("Europe/Berlin")),
              ElementsAre("2026-10-26T01:30:00Z"));
}

} // namespace
} // namespace remora::jobs
