#include "actors/jobs/job_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "job_table_fixture.hpp"

namespace remora::jobs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class JobTable : public test::job_table_fixture {};

TEST_F(JobTable, IsNeverDueWhileItIsEmpty) {
  EXPECT_EQ(table.next_due(), job_table::never);
  EXPECT_THAT(table.take_due(t("12:00:00")).runs, IsEmpty());
}

TEST_F(JobTable, RunsAJobForTheFirstTimeStrictlyAfterItWasScheduled) {
  schedule("a", "0 0 * * * *", 0, "01:00:00");
  EXPECT_EQ(table.next_due(), t("02:00:00"));
}

TEST_F(JobTable, TakesARunAtItsInstantAndNotBefore) {
  schedule("a", "0 0 * * * *");
  EXPECT_THAT(table.take_due(t("00:59:59.999999999")).runs, IsEmpty());
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("a 01:00:00"));
  EXPECT_THAT(run_all("01:00:00"), IsEmpty());
  EXPECT_EQ(table.next_due(), t("02:00:00"));
}

TEST_F(JobTable, TellsARunWhatTheHooksNeed) {
  schedule("a", "0 0 * * * *", 7);
  const auto due = table.take_due(t("01:00:00"));
  ASSERT_THAT(due.runs, SizeIs(1));
  EXPECT_EQ(due.runs[0].cron, "0 0 * * * *");
  EXPECT_EQ(due.runs[0].limit, 7u);
  EXPECT_FALSE(due.runs[0].requested);
}

TEST_F(JobTable, RunsInTheOrderOfInstantsAndThenAsScheduled) {
  schedule("late", "30 0 1 * * *");
  schedule("z", "0 0 1 * * *");
  schedule("a", "0 0 1 * * *");
  schedule("early", "59 59 0 * * *");
  EXPECT_THAT(run_all("01:00:30"),
              ElementsAre("early 00:59:59", "z 01:00:00", "a 01:00:00", "late 01:00:30"));
}

TEST_F(JobTable, StepsFromInstantToInstantWithTheClockOfACapture) {
  schedule("m", "0 * * * * *");
  schedule("s", "@every 40s");
  EXPECT_THAT(step_until("00:02:00"),
              ElementsAre("s 00:00:40", "m 00:01:00", "s 00:01:20", "m 00:02:00", "s 00:02:00"));
}

TEST_F(JobTable, RunsAMinutelyJob1440TimesInADay) {
  schedule("m", "0 * * * * *");
  const timestamp midnight = test::at("2026-01-02T00:00:00Z");
  std::size_t runs = 0;
  while (table.next_due() <= midnight) {
    for (const auto& one : table.take_due(table.next_due()).runs) {
      table.finished(one, one.planned, job_outcome::passed);
      ++runs;
    }
  }
  EXPECT_EQ(runs, 1'440u);
}

TEST_F(JobTable, ListsTagsInTheOrderScheduled) {
  for (const char* tag : {"c", "a", "b"})
    schedule(tag, "@hourly");
  EXPECT_THAT(table.tags(), ElementsAre("c", "a", "b"));
  EXPECT_EQ(table.size(), 3u);
  EXPECT_TRUE(table.contains("a"));
  EXPECT_FALSE(table.contains("x"));
}

// Replacing and removing

TEST_F(JobTable, ReplacesAJobOfTheSameTagInItsPlaceAndStartsAfresh) {
  schedule("a", "@hourly");
  schedule("b", "@hourly");
  run_all("01:00:00");
  schedule("a", "0 30 * * * *", 3, "01:00:00");
  EXPECT_THAT(table.tags(), ElementsAre("a", "b"));
  EXPECT_EQ(info("a").run_count, 0u);
  EXPECT_EQ(info("a").limit, 3u);
  EXPECT_EQ(info("a").last_run, std::nullopt);
  EXPECT_THAT(run_all("01:30:00"), ElementsAre("a 01:30:00"));
}

TEST_F(JobTable, DoesNotRepeatAnInstantForTheReplacementWhenTheClockWentBack) {
  schedule("a", "@hourly");
  run_all("01:00:00");
  schedule("a", "@hourly", 0, "00:30:00");
  EXPECT_EQ(table.next_due(), t("02:00:00"));
}

TEST_F(JobTable, KeepsTheOldJobWhenTheReplacementIsWrong) {
  schedule("a", "@hourly");
  EXPECT_EQ(table.schedule("a", "61 * * * * *", 0, t("00:00:00")).error().code, errc::invalid_cron);
  EXPECT_EQ(info("a").cron, "@hourly");
}

TEST_F(JobTable, RemovesAJobAndItsInstants) {
  schedule("a", "@hourly");
  schedule("b", "0 30 * * * *");
  EXPECT_TRUE(table.remove("b"));
  EXPECT_EQ(table.next_due(), t("01:00:00"));
  EXPECT_FALSE(table.remove("b"));
  EXPECT_EQ(table.find("b"), std::nullopt);
  EXPECT_THAT(table.tags(), ElementsAre("a"));
}

TEST_F(JobTable, RemovesAllJobs) {
  schedule("a", "@hourly");
  schedule("b", "@hourly");
  table.request_all(t("00:00:01"));
  table.remove_all();
  EXPECT_EQ(table.next_due(), job_table::never);
  EXPECT_THAT(table.take_due(t("23:00:00")).runs, IsEmpty());
  EXPECT_THAT(table.list(), IsEmpty());
}

TEST_F(JobTable, IgnoresTheEndOfARunWhoseJobWasRemoved) {
  schedule("a", "@hourly", 1);
  const auto due = table.take_due(t("01:00:00"));
  table.remove("a");
  run(due.runs.at(0), "01:00:00", "01:00:01");
  EXPECT_FALSE(ended.job_ended);
  EXPECT_EQ(table.size(), 0u);
}

TEST_F(JobTable, DoesNotCountTheEndOfAnOldRunForTheJobThatReplacedIt) {
  schedule("a", "@hourly", 1);
  const auto due = table.take_due(t("01:00:00"));
  schedule("a", "@hourly", 1, "01:00:00");
  run(due.runs.at(0), "01:00:00", "01:00:01");
  EXPECT_FALSE(ended.job_ended);
  EXPECT_EQ(info("a").run_count, 0u);
  EXPECT_EQ(table.next_due(), t("02:00:00"));
}

TEST_F(JobTable, DoesNotTakeTheEndOfAnOldRunForTheEndOfTheNewJobsRun) {
  schedule("a", "@hourly");
  const auto old_one = table.take_due(t("01:00:00"));
  schedule("a", "@hourly", 1, "01:00:00");
  const auto new_one = table.take_due(t("02:00:00"));
  run(old_one.runs.at(0), "01:00:00", "02:00:01");
  EXPECT_FALSE(ended.job_ended);
  run(new_one.runs.at(0), "02:00:00", "02:00:02");
  EXPECT_TRUE(ended.job_ended);
}

// Limits

TEST_F(JobTable, EndsAJobAfterItsLimitOfPlannedRuns) {
  schedule("hello", "*/15 * * * * *", 2);
  EXPECT_THAT(run_all("00:00:15"), ElementsAre("hello 00:00:15"));
  EXPECT_FALSE(ended.job_ended);
  EXPECT_THAT(run_all("00:00:30"), ElementsAre("hello 00:00:30"));
  EXPECT_TRUE(ended.job_ended);
  EXPECT_EQ(table.next_due(), job_table::never);
  EXPECT_THAT(table.tags(), IsEmpty());
}

TEST_F(JobTable, ListsTheJobDuringItsLastRunWithoutANextOne) {
  schedule("a", "@hourly", 1);
  const auto due = table.take_due(t("01:00:00"));
  table.began(due.runs.at(0), t("01:00:00"));
  EXPECT_EQ(info("a").state, job_state::running);
  EXPECT_EQ(info("a").next_run, std::nullopt);
  EXPECT_THAT(table.take_due(t("05:00:00")).skipped, IsEmpty()) << "nothing is planned any more";
}

TEST_F(JobTable, DoesNotCountRequestedRunsTowardsTheLimit) {
  schedule("a", "@hourly", 1);
  table.request_run("a", t("00:10:00"));
  EXPECT_THAT(run_all("00:10:00"), ElementsAre("a* 00:10:00"));
  EXPECT_FALSE(ended.job_ended);
  EXPECT_EQ(info("a").run_count, 1u);
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("a 01:00:00"));
  EXPECT_TRUE(ended.job_ended);
}

TEST_F(JobTable, DoesNotCountSkippedInstantsTowardsTheLimit) {
  schedule("a", "0 * * * * *", 2);
  EXPECT_THAT(run_all("00:10:00"), ElementsAre("a 00:10:00"));
  EXPECT_EQ(info("a").skipped, 9u);
  EXPECT_THAT(run_all("00:11:00"), ElementsAre("a 00:11:00"));
  EXPECT_TRUE(ended.job_ended);
}

TEST_F(JobTable, PlansAgainWhenTheLastRunNeverBegan) {
  schedule("a", "@hourly", 1);
  const auto due = table.take_due(t("01:00:00"));
  const auto end = table.finished(due.runs.at(0), t("01:00:05"), job_outcome::skipped);
  EXPECT_FALSE(end.job_ended);
  EXPECT_EQ(info("a").run_count, 0u);
  EXPECT_EQ(info("a").skipped, 1u);
  EXPECT_EQ(table.next_due(), t("02:00:00"));
}

// What is told about a job

TEST_F(JobTable, TellsAboutAJob) {
  schedule("a", "0 0 * * * *", 9);
  EXPECT_EQ(info("a").state, job_state::waiting);
  EXPECT_EQ(info("a").next_run, t("01:00:00"));
  const auto due = table.take_due(t("01:00:00"));
  table.began(due.runs.at(0), t("01:00:00.250"));
  EXPECT_EQ(info("a").state, job_state::running);
  EXPECT_EQ(info("a").last_run, t("01:00:00.250"));
  EXPECT_EQ(info("a").run_count, 1u);
  table.finished(due.runs[0], t("01:00:01"), job_outcome::passed);
  const auto all = table.list();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].tag, "a");
  EXPECT_EQ(all[0].cron, "0 0 * * * *");
  EXPECT_EQ(all[0].limit, 9u);
  EXPECT_EQ(all[0].state, job_state::waiting);
  EXPECT_EQ(all[0].next_run, t("02:00:00"));
  EXPECT_EQ(all[0].failed, 0u);
  EXPECT_EQ(to_string(all[0].state), "waiting");
}

TEST_F(JobTable, CountsFailedRunsAndKeepsTheLastError) {
  schedule("a", "@hourly");
  run(table.take_due(t("01:00:00")).runs.at(0), "01:00:00", "01:00:01", job_outcome::failed);
  EXPECT_EQ(info("a").failed, 1u);
  EXPECT_EQ(info("a").last_error, "Error: no");
  run(table.take_due(t("02:00:00")).runs.at(0), "02:00:00", "02:00:01", job_outcome::timed_out);
  EXPECT_EQ(info("a").failed, 2u);
  run(table.take_due(t("03:00:00")).runs.at(0), "03:00:00", "03:00:01");
  EXPECT_EQ(info("a").failed, 2u);
  EXPECT_EQ(info("a").run_count, 3u);
}

TEST_F(JobTable, CutsALongError) {
  schedule("a", "@hourly");
  const auto due = table.take_due(t("01:00:00"));
  table.finished(due.runs.at(0), t("01:00:00"), job_outcome::failed, std::string(5'000, 'e'));
  EXPECT_EQ(info("a").last_error.size(), job_table::max_error_bytes);
}

// Bounds

TEST_F(JobTable, RefusesTagsOfNoOrTooManyBytes) {
  const auto empty = table.schedule("", "@hourly", 0, t("00:00:00"));
  EXPECT_EQ(empty.error().code, errc::invalid_job);
  EXPECT_EQ(empty.error().message, "cannot schedule a job without a tag; give it a name");
  EXPECT_TRUE(table.schedule(std::string(256, 't'), "@hourly", 0, t("00:00:00")));
  const auto long_one = table.schedule(std::string(257, 't'), "@hourly", 0, t("00:00:00"));
  EXPECT_EQ(long_one.error().code, errc::invalid_job);
  EXPECT_EQ(long_one.error().message,
            "cannot schedule job \"" + std::string(64, 't') + "...\": the tag is longer than 256 bytes");
}

TEST_F(JobTable, RefusesAJobTooMany) {
  for (std::size_t i = 0; i < job_table::max_jobs; ++i)
    ASSERT_TRUE(table.schedule("job" + std::to_string(i), "@hourly", 0, t("00:00:00")));
  const auto refused = table.schedule("one more", "@hourly", 0, t("00:00:00"));
  EXPECT_EQ(refused.error().code, errc::invalid_job);
  EXPECT_EQ(refused.error().message,
            "cannot schedule job \"one more\": the script has 10000 jobs already; remove some first");
  EXPECT_TRUE(table.schedule("job7", "@daily", 0, t("00:00:00"))) << "replacing is no addition";
  EXPECT_THAT(table.take_due(t("01:00:00")).runs, SizeIs(job_table::max_jobs - 1));
}

} // namespace
} // namespace remora::jobs
