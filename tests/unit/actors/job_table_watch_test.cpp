// What others are told of the jobs of a table, and what they may do with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/jobs/job_table.hpp"
#include "job_table_fixture.hpp"

namespace remora::jobs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class JobTableWatch : public test::job_table_fixture {
 protected:
  /// How changes() and moves() grow by what `act` does.
  template <class Act>
  std::pair<bool, bool> grows(Act act) {
    const auto changes = table.changes();
    const auto moves = table.moves();
    act();
    return {table.changes() > changes, table.moves() > moves};
  }
};
constexpr std::pair changed{true, true};
constexpr std::pair only_moved{false, true};
constexpr std::pair nothing{false, false};

TEST_F(JobTableWatch, SaysWhatIsScheduled) {
  schedule("a", "@hourly", 3);
  schedule("b", "@daily");
  table.pause("b");
  run_all("01:00:00");
  const auto all = table.scheduled();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].tag, "a");
  EXPECT_EQ(all[0].cron, "@hourly");
  EXPECT_EQ(all[0].limit, 3u);
  EXPECT_EQ(all[0].runs, 1u);
  EXPECT_EQ(all[0].next, t("02:00:00"));
  EXPECT_FALSE(all[0].paused);
  EXPECT_EQ(all[1].next, std::nullopt);
  EXPECT_TRUE(all[1].paused);
}

TEST_F(JobTableWatch, CountsChangesOfWhatThereIs) {
  EXPECT_EQ(grows([&] { schedule("a", "@hourly"); }), changed);
  EXPECT_EQ(grows([&] { schedule("a", "@daily"); }), changed);
  EXPECT_EQ(grows([&] { table.pause("a"); }), changed);
  EXPECT_EQ(grows([&] { table.resume("a", t("00:00:00")); }), changed);
  EXPECT_EQ(grows([&] { table.stop(); }), changed);
  EXPECT_EQ(grows([&] { table.start(t("00:00:00")); }), changed);
  EXPECT_EQ(grows([&] { table.remove("a"); }), changed);
  schedule("b", "@hourly");
  EXPECT_TRUE(grows([&] { table.remove_all(); }).first);
}

TEST_F(JobTableWatch, CountsTheEndOfAJobByItsLimitAsAChange) {
  schedule("a", "@hourly", 1);
  EXPECT_TRUE(grows([&] { run_all("01:00:00"); }).first);
}

TEST_F(JobTableWatch, CountsRunsAsMovesAlone) {
  schedule("a", "@hourly");
  EXPECT_EQ(grows([&] { run_all("01:00:00"); }), only_moved);
  table.request_run("a", t("01:00:01"));
  EXPECT_EQ(grows([&] { run_all("01:00:01"); }), only_moved);
}

TEST_F(JobTableWatch, CountsNothingWhereNothingIsDone) {
  schedule("a", "@hourly");
  table.pause("a");
  EXPECT_EQ(grows([&] {
              table.pause("a");
              table.pause("unknown");
              table.resume("unknown", t("00:00:00"));
              table.remove("unknown");
              table.start(t("00:00:00"));
              table.take_due(t("00:30:00"));
              table.find("a");
            }),
            nothing);
}

TEST_F(JobTableWatch, KeepsATagPausedWhenItsJobIsReplacedOrRemovedAndScheduledAnew) {
  schedule("a", "@hourly");
  table.pause("a");
  schedule("a", "@hourly");
  EXPECT_TRUE(info("a").paused);
  table.remove("a");
  schedule("a", "@hourly");
  EXPECT_TRUE(info("a").paused);
  EXPECT_EQ(table.next_due(), job_table::never);
  table.resume("a", t("00:00:00"));
  table.remove("a");
  schedule("a", "@hourly");
  EXPECT_FALSE(info("a").paused);
}

TEST_F(JobTableWatch, PausesATagBeforeItHasAJob) {
  EXPECT_FALSE(table.pause("a"));
  schedule("a", "@hourly");
  EXPECT_THAT(run_all("01:00:00"), IsEmpty());
}

TEST_F(JobTableWatch, PausesExactlyTheTagsOfAList) {
  for (const char* tag : {"a", "b"})
    schedule(tag, "@hourly");
  table.pause("a");
  table.set_paused({"b", "c"}, t("00:00:00"));
  schedule("c", "@hourly");
  EXPECT_THAT(run_all("01:00:00"), ElementsAre("a 01:00:00"));
}

TEST_F(JobTableWatch, RunsAPausedJobThatIsAskedFor) {
  schedule("a", "@hourly");
  table.pause("a");
  table.request_run("a", t("00:10:00"));
  EXPECT_THAT(run_all("00:10:00"), ElementsAre("a* 00:10:00"));
  EXPECT_THAT(run_all("01:00:00"), IsEmpty());
}

} // namespace
} // namespace remora::jobs
