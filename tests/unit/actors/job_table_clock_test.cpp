// What a clock that is set does to jobs: each instant at most once, and one catch-up at most.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/jobs/job_table.hpp"
#include "job_table_fixture.hpp"

namespace remora::jobs {
namespace {

using test::at;
using test::shown_all;
using test::text_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class JobTableClock : public test::job_table_fixture {
 protected:
  /// Runs what is due at this time of any day.
  std::vector<std::string> run_at(std::string_view date_and_time) {
    const timestamp now = at(date_and_time);
    std::vector<std::string> all;
    for (const due_run& run : table.take_due(now).runs) {
      table.began(run, now);
      table.finished(run, now, job_outcome::passed);
      all.push_back(text_of(run.planned));
    }
    return all;
  }
  void schedule_at(std::string_view cron, std::string_view date_and_time) {
    ASSERT_TRUE(table.schedule("a", cron, 0, at(date_and_time)));
  }
};

struct step {
  const char* what;
  const char* before; ///< The clock when it is set.
  const char* after;
};
const step steps_back[] = {{"AnHour", "2026-01-10T10:00:30Z", "2026-01-10T09:00:30Z"},
                           {"ADay", "2026-01-10T10:00:30Z", "2026-01-09T10:00:30Z"},
                           {"ASecond", "2026-01-10T10:00:00Z", "2026-01-10T09:59:59Z"}};

class JobTableSetBack : public JobTableClock, public testing::WithParamInterface<step> {};

TEST_P(JobTableSetBack, RunsNoInstantAgain) {
  schedule_at("0 * * * * *", "2026-01-10T09:58:30Z");
  std::vector<std::string> planned = run_at("2026-01-10T09:59:00Z");
  const auto add = [&](const std::vector<std::string>& more) {
    planned.insert(planned.end(), more.begin(), more.end());
  };
  add(run_at(GetParam().before));
  for (timestamp now = at(GetParam().after); now < at("2026-01-10T10:03:30Z");
       now += std::chrono::seconds{15})
    add(run_at(text_of(now)));
  EXPECT_THAT(planned, ElementsAre("2026-01-10T09:59:00Z", "2026-01-10T10:00:00Z", "2026-01-10T10:01:00Z",
                                   "2026-01-10T10:02:00Z", "2026-01-10T10:03:00Z"));
}

INSTANTIATE_TEST_SUITE_P(By, JobTableSetBack, testing::ValuesIn(steps_back),
                         [](const auto& each) { return std::string{each.param.what}; });

TEST_F(JobTableClock, SetForwardByAnHourCatchesUpOnceForEachJob) {
  schedule("a", "0 * * * * *");
  schedule("b", "*/10 * * * * *");
  EXPECT_THAT(run_all("01:00:05"), ElementsAre("a 01:00:00", "b 01:00:00"));
  EXPECT_THAT(run_all("01:00:09"), IsEmpty());
  EXPECT_THAT(run_all("01:00:10"), ElementsAre("b 01:00:10"));
}

TEST_F(JobTableClock, SetForwardAndBackAgainRunsNoInstantTwice) {
  schedule("a", "0 * * * * *");
  EXPECT_THAT(run_all("00:01:00"), ElementsAre("a 00:01:00"));
  EXPECT_THAT(run_all("01:01:00"), ElementsAre("a 01:01:00"));
  EXPECT_THAT(run_all("00:02:00"), IsEmpty());
  EXPECT_THAT(run_all("01:01:59"), IsEmpty());
  EXPECT_THAT(run_all("01:02:00"), ElementsAre("a 01:02:00"));
}

TEST_F(JobTableClock, KnowsWhatIsDoneWithWhenAJobIsRemovedAndScheduledAnew) {
  schedule("a", "@hourly");
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("a 01:00:00"));
  table.remove("a");
  schedule("a", "@hourly", 0, "00:30:00");
  EXPECT_THAT(run_all("01:00:00"), IsEmpty());
  table.remove_all();
  schedule("a", "@hourly", 0, "00:30:00");
  EXPECT_EQ(table.next_due(), t("02:00:00"));
}

TEST_F(JobTableClock, KnowsWhatIsDoneWithAfterAJobEndedByItsLimit) {
  schedule("a", "@hourly", 1);
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("a 01:00:00"));
  schedule("a", "@hourly", 1, "00:30:00");
  EXPECT_EQ(table.next_due(), t("02:00:00"));
}

TEST_F(JobTableClock, RemembersWhatWasDoneBeforeARestart) {
  done_instants done;
  done.add(t("01:00:00"));
  schedule("scheduled before", "@hourly", 0, "00:30:00");
  for (const char* tag : {"scheduled before", "scheduled after"})
    table.remember(tag, done, t("00:30:00"));
  schedule("scheduled after", "@hourly", 0, "00:30:00");
  EXPECT_THAT(run_all("01:00:00"), IsEmpty());
  EXPECT_THAT(run_all("02:00:00"), ElementsAre("scheduled before 02:00:00", "scheduled after 02:00:00"));
}

TEST_F(JobTableClock, LosesNothingThatIsDueWhenItRemembersWhatWasDoneEarlier) {
  done_instants done;
  done.add(t("01:00:00"));
  schedule("a", "@hourly", 0, "01:30:00");
  table.remember("a", done, t("02:00:00"));
  EXPECT_THAT(run_all("02:00:00"), ElementsAre("a 02:00:00"));
}

TEST_F(JobTableClock, IsNotSilencedByARunInAWrongYear) {
  done_instants done;
  done.add(at("2036-06-01T00:00:00Z"));
  table.remember("a", done, t("00:30:00"));
  schedule("a", "@hourly", 0, "00:30:00");
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("a 01:00:00"));
}

TEST_F(JobTableClock, DoesNotRepeatAnInstantThatItPassedOverWhileTheClockWasWrong) {
  // A machine without a battery: it begins in 1970, and then hears what time it is.
  done_instants done;
  done.add(at("2026-01-01T10:00:00Z"));
  table.remember("a", done, at("1970-01-01T00:10:00Z"));
  schedule_at("@hourly", "1970-01-01T00:10:00Z");
  EXPECT_THAT(run_at("1970-01-01T01:00:00Z"), SizeIs(1));
  EXPECT_THAT(run_at("2026-01-01T10:25:00Z"), IsEmpty()) << "the latest instant was 10:00";
  EXPECT_THAT(run_at("2026-01-01T11:00:00Z"), ElementsAre("2026-01-01T11:00:00Z"));
}

TEST_F(JobTableClock, PlansAnewWhenAClockThatWasFarAheadIsSetRight) {
  schedule_at("@hourly", "2026-01-01T09:30:00Z");
  EXPECT_THAT(run_at("2026-01-01T10:00:00Z"), SizeIs(1));
  EXPECT_THAT(run_at("2036-01-01T00:00:00Z"), ElementsAre("2036-01-01T00:00:00Z"));
  table.clock_was_set_back(at("2026-01-01T09:45:00Z"));
  EXPECT_THAT(run_at("2026-01-01T10:00:00Z"), IsEmpty()) << "that ran before the clock was wrong";
  EXPECT_THAT(run_at("2026-01-01T11:00:00Z"), ElementsAre("2026-01-01T11:00:00Z"));
}

TEST_F(JobTableClock, TakesAnInstantToPlanAfterThatIsFarAheadForNow) {
  schedule("a", "@hourly");
  table.plan_after(at("2036-01-01T00:00:00Z"), t("00:30:00"));
  EXPECT_EQ(table.next_due(), t("01:00:00"));
}

TEST_F(JobTableClock, ForgetsHalfOfWhatTagsWithoutEndHaveDone) {
  for (std::size_t i = 0; i < 2 * job_table::max_jobs + 5; ++i) {
    const std::string tag = "t" + std::to_string(i);
    schedule(tag, "@hourly");
    table.plan_after(t("00:00:00") + std::chrono::seconds{i}, t("00:00:00") + std::chrono::seconds{i});
    table.remove(tag);
  }
  schedule("t20004", "@every 1s");
  EXPECT_EQ(table.next_due(), t("00:00:00") + std::chrono::seconds{20'005});
  schedule("t0", "@every 1s");
  EXPECT_EQ(table.next_due(), t("00:00:01"));
}

} // namespace
} // namespace remora::jobs
