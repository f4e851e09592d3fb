#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/jobs/job_table.hpp"
#include "job_table_fixture.hpp"

namespace remora::jobs {
namespace {

using test::shown;
using test::shown_all;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class JobTableTiming : public test::job_table_fixture {};

// Overlap and lateness

TEST_F(JobTableTiming, SkipsInstantsThatPassWhileTheJobIsActive) {
  schedule("a", "0 * * * * *");
  const auto due = table.take_due(t("00:01:00"));
  const auto meanwhile = table.take_due(t("00:03:30"));
  EXPECT_THAT(meanwhile.runs, IsEmpty());
  EXPECT_THAT(shown_all(meanwhile.skipped), ElementsAre("a 00:02:00..00:03:00 x2"));
  run(due.runs.at(0), "00:01:00", "00:03:40");
  EXPECT_EQ(ended.skipped, std::nullopt);
  EXPECT_EQ(info("a").skipped, 2u);
  EXPECT_THAT(run_all("00:04:00"), ElementsAre("a 00:04:00"));
}

TEST_F(JobTableTiming, ReportsWhatPassedDuringARunWhenItEnds) {
  schedule("a", "* * * * * *");
  const auto due = table.take_due(t("00:00:01"));
  run(due.runs.at(0), "00:00:01", "00:00:04.500");
  ASSERT_TRUE(ended.skipped);
  EXPECT_EQ(shown(*ended.skipped), "a 00:00:02..00:00:04 x3");
  EXPECT_THAT(run_all("00:00:05"), ElementsAre("a 00:00:05"));
}

TEST_F(JobTableTiming, StillRunsAnInstantAtWhichTheRunBeforeEnds) {
  schedule("a", "* * * * * *");
  const auto due = table.take_due(t("00:00:01"));
  run(due.runs.at(0), "00:00:01", "00:00:02");
  EXPECT_EQ(ended.skipped, std::nullopt);
  EXPECT_THAT(run_all("00:00:02"), ElementsAre("a 00:00:02"));
}

TEST_F(JobTableTiming, RunsASingleMissedInstantLate) {
  schedule("a", "@hourly");
  const auto due = table.take_due(t("01:59:59"));
  EXPECT_THAT(shown_all(due.runs), ElementsAre("a 01:00:00"));
  EXPECT_THAT(due.skipped, IsEmpty());
}

TEST_F(JobTableTiming, RunsOnlyTheLatestOfSeveralMissedInstants) {
  schedule("a", "0 * * * * *");
  const auto due = table.take_due(t("00:05:30"));
  EXPECT_THAT(shown_all(due.runs), ElementsAre("a 00:05:00"));
  EXPECT_THAT(shown_all(due.skipped), ElementsAre("a 00:01:00..00:04:00 x4"));
  EXPECT_EQ(table.next_due(), t("00:06:00"));
}

TEST_F(JobTableTiming, LeavesOtherJobsAloneWhileOneIsActive) {
  schedule("slow", "0 * * * * *");
  schedule("quick", "0 * * * * *");
  const auto due = table.take_due(t("00:01:00"));
  run(due.runs.at(1), "00:01:00", "00:01:00");
  EXPECT_THAT(run_all("00:02:00"), ElementsAre("quick 00:02:00"));
  EXPECT_EQ(info("slow").skipped, 1u);
}

// The clock

TEST_F(JobTableTiming, NeverRepeatsAnInstantWhenTheClockGoesBack) {
  schedule("a", "0 * * * * *");
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("a 01:00:00"));
  for (const char* now : {"00:00:00", "00:30:00", "01:00:00", "01:00:59"})
    EXPECT_THAT(run_all(now), IsEmpty()) << now;
  EXPECT_THAT(run_all("01:01:00"), ElementsAre("a 01:01:00"));
}

TEST_F(JobTableTiming, DoesNotRepeatAnInstantWhenTheClockGoesBackDuringTheRun) {
  schedule("a", "@hourly");
  const auto due = table.take_due(t("02:00:00"));
  run(due.runs.at(0), "02:00:00", "00:30:00");
  EXPECT_EQ(table.next_due(), t("03:00:00"));
}

TEST_F(JobTableTiming, CatchesUpOnceAfterAJumpOfTwoCenturies) {
  schedule("s", "* * * * * *");
  schedule("e", "@every 7s");
  const auto due = table.take_due(test::at("2226-01-01T00:00:00Z"));
  ASSERT_THAT(due.runs, SizeIs(2));
  EXPECT_EQ(test::text_of(due.runs[1].planned), "2226-01-01T00:00:00Z");
  ASSERT_THAT(due.skipped, SizeIs(2));
  EXPECT_EQ(due.skipped[0].count, std::uint64_t{73'048} * 86'400 - 1)
      << "200 years with 48 leap days, but for the run itself";
  EXPECT_EQ(test::text_of(due.skipped[0].last), "2225-12-31T23:59:59Z");
}

TEST_F(JobTableTiming, PlansNothingBeyondTheEndOfTime) {
  schedule("a", "0 0 0 1 1 *");
  table.take_due(timestamp::max());
  EXPECT_EQ(table.next_due(), job_table::never);
  EXPECT_TRUE(table.contains("a"));
}

TEST_F(JobTableTiming, ReadsSchedulesInItsZone) {
  table = job_table(test::zone("Europe/Berlin"));
  schedule("a", "0 0 9 * * *");
  EXPECT_EQ(table.next_due(), t("08:00:00"));
}

// Requested runs

TEST_F(JobTableTiming, RunsARequestedJobAtOnce) {
  schedule("a", "@hourly");
  EXPECT_TRUE(table.request_run("a", t("00:10:00")));
  EXPECT_EQ(table.next_due(), job_table::at_once);
  EXPECT_THAT(run_all("00:10:00"), ElementsAre("a* 00:10:00"));
  EXPECT_EQ(table.next_due(), t("01:00:00"));
  EXPECT_FALSE(table.request_run("b", t("00:10:00")));
}

TEST_F(JobTableTiming, RunsARequestedJobEvenWhenTheClockWentBack) {
  schedule("a", "@hourly");
  table.request_run("a", t("00:10:00"));
  EXPECT_THAT(run_all("00:05:00"), ElementsAre("a* 00:10:00"));
}

TEST_F(JobTableTiming, MergesRequestsUntilTheRunIsTaken) {
  schedule("a", "@hourly");
  table.request_run("a", t("00:10:00"));
  table.request_run("a", t("00:11:00"));
  EXPECT_THAT(run_all("00:12:00"), ElementsAre("a* 00:10:00"));
  EXPECT_EQ(table.next_due(), t("01:00:00"));
}

TEST_F(JobTableTiming, HoldsARequestBackUntilTheActiveRunHasFinished) {
  schedule("a", "@hourly");
  const auto due = table.take_due(t("01:00:00"));
  table.request_run("a", t("01:00:01"));
  EXPECT_EQ(table.next_due(), t("02:00:00"));
  EXPECT_THAT(table.take_due(t("01:00:02")).runs, IsEmpty());
  run(due.runs.at(0), "01:00:00", "01:00:03");
  EXPECT_EQ(table.next_due(), job_table::at_once);
  EXPECT_THAT(run_all("01:00:03"), ElementsAre("a* 01:00:01"));
}

TEST_F(JobTableTiming, TakesThePlannedRunFirstWhenARequestIsWaitingToo) {
  schedule("a", "@hourly");
  table.request_run("a", t("00:59:59"));
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("a 01:00:00"));
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("a* 00:59:59"));
}

TEST_F(JobTableTiming, RunsAllJobsInTheOrderScheduledWhenAsked) {
  for (const char* tag : {"c", "a", "b"})
    schedule(tag, "@hourly");
  table.request_all(t("00:10:00"));
  EXPECT_THAT(run_all("00:10:00"), ElementsAre("c* 00:10:00", "a* 00:10:00", "b* 00:10:00"));
}

TEST_F(JobTableTiming, SkipsAPlannedInstantDuringARequestedRun) {
  schedule("a", "@hourly");
  table.request_run("a", t("00:59:00"));
  const auto due = table.take_due(t("00:59:00"));
  run(due.runs.at(0), "00:59:00", "01:30:00");
  ASSERT_TRUE(ended.skipped);
  EXPECT_EQ(shown(*ended.skipped), "a 01:00:00..01:00:00 x1");
}

// Stopping and pausing

TEST_F(JobTableTiming, LetsInstantsPassUnrecordedWhileStopped) {
  schedule("a", "@hourly");
  table.stop();
  EXPECT_FALSE(table.is_running());
  EXPECT_EQ(table.next_due(), job_table::never);
  EXPECT_EQ(info("a").next_run, std::nullopt);
  table.start(t("03:30:00"));
  EXPECT_TRUE(table.is_running());
  const auto due = table.take_due(t("04:00:00"));
  EXPECT_THAT(shown_all(due.runs), ElementsAre("a 04:00:00"));
  EXPECT_THAT(due.skipped, IsEmpty());
  EXPECT_EQ(info("a").skipped, 0u);
}

TEST_F(JobTableTiming, RunsRequestedJobsWhileStopped) {
  schedule("a", "@hourly");
  table.stop();
  schedule("b", "@hourly");
  table.request_all(t("00:10:00"));
  EXPECT_THAT(run_all("00:10:00"), ElementsAre("a* 00:10:00", "b* 00:10:00"));
  EXPECT_EQ(table.next_due(), job_table::never);
}

TEST_F(JobTableTiming, PlansOnceHoweverOftenItIsStarted) {
  schedule("a", "@hourly");
  table.start(t("05:00:00"));
  EXPECT_EQ(table.next_due(), t("01:00:00"));
}

TEST_F(JobTableTiming, PausesOneJob) {
  schedule("a", "@hourly");
  schedule("b", "@hourly");
  EXPECT_TRUE(table.pause("a"));
  EXPECT_TRUE(info("a").paused);
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("b 01:00:00"));
  EXPECT_TRUE(table.resume("a", t("01:30:00")));
  EXPECT_THAT(run_all("02:00:00"), ElementsAre("a 02:00:00", "b 02:00:00"));
  EXPECT_EQ(info("a").skipped, 0u);
  EXPECT_FALSE(table.pause("x"));
  EXPECT_FALSE(table.resume("x", t("01:30:00")));
}

TEST_F(JobTableTiming, KeepsAJobPausedWhenTheTableStartsAgainAndWhenItsRunEnds) {
  schedule("a", "@hourly");
  const auto due = table.take_due(t("01:00:00"));
  table.pause("a");
  run(due.runs.at(0), "01:00:00", "01:00:01");
  EXPECT_EQ(table.next_due(), job_table::never);
  table.stop();
  table.start(t("01:30:00"));
  EXPECT_EQ(table.next_due(), job_table::never);
}

} // namespace
} // namespace remora::jobs
