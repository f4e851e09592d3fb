#include "actors/scripts/job_reporter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script_fixture.hpp"

namespace remora::actors::test {
namespace {

using protocol::job_action;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class JobReporter : public testing::Test {
 protected:
  /// Tells at this second; what was said: "jobs a,b", "run x".
  std::vector<std::string> tell(double second) {
    reporter.tell(table, at(second));
    return std::exchange(heard->all, {});
  }
  void schedule(const char* tag, double second = 0) {
    ASSERT_TRUE(table.schedule(tag, "@every 1s", 0, at(second)));
  }
  void run_due(double second) {
    for (const auto& run : table.take_due(at(second)).runs) {
      table.began(run, at(second));
      table.finished(run, at(second), job_outcome::passed);
    }
  }

  std::shared_ptr<noting_script_watcher> heard = std::make_shared<noting_script_watcher>();
  job_reporter reporter{heard, "s"};
  jobs::job_table table;
};

TEST_F(JobReporter, SaysNothingBeforeItBegins) {
  schedule("a");
  EXPECT_THAT(tell(5), IsEmpty());
  EXPECT_EQ(reporter.due(table), timestamp::max());
}

TEST_F(JobReporter, BeginsWithAllJobsAlsoWhenThereAreNone) {
  reporter.begin();
  EXPECT_THAT(tell(0), ElementsAre("jobs "));
  EXPECT_THAT(tell(10), IsEmpty());
}

TEST_F(JobReporter, TellsAChangeAtOnceAndTheNextOneAfterATenthOfASecond) {
  reporter.begin();
  tell(0);
  schedule("a");
  EXPECT_THAT(tell(1), ElementsAre("jobs a"));
  schedule("b");
  EXPECT_THAT(tell(1.05), IsEmpty());
  EXPECT_EQ(reporter.due(table), at(1.1));
  EXPECT_THAT(tell(1.1), ElementsAre("jobs a,b"));
  EXPECT_EQ(reporter.due(table), timestamp::max());
}

TEST_F(JobReporter, TellsOnceASecondThatJobsRan) {
  reporter.begin();
  schedule("a");
  tell(0);
  run_due(1);
  run_due(2);
  EXPECT_THAT(tell(0.9), IsEmpty());
  EXPECT_EQ(reporter.due(table), at(1));
  EXPECT_THAT(tell(1), ElementsAre("jobs a"));
}

TEST_F(JobReporter, WaitsForNoClockThatWasSetBack) {
  reporter.begin();
  tell(3'600);
  schedule("a");
  EXPECT_THAT(tell(10), ElementsAre("jobs a"));
}

TEST_F(JobReporter, TellsOnceWhatIsAskedForSeveralTimes) {
  reporter.begin();
  tell(0);
  for (int i = 0; i < 3; ++i)
    reporter.request(job_action::run, "x", false, true);
  reporter.request(job_action::remove, "x", false, true);
  reporter.request(job_action::run, "x", false, false);
  EXPECT_THAT(tell(1), ElementsAre("run own x", "remove own x", "run x"));
  EXPECT_THAT(tell(9), IsEmpty());
}

TEST_F(JobReporter, KeepsWhatIsAskedForUntilThePauseIsOver) {
  reporter.begin();
  tell(0);
  reporter.request(job_action::run, "x", false, false);
  EXPECT_THAT(tell(0.01), IsEmpty());
  EXPECT_EQ(reporter.due(table), at(0.1));
  EXPECT_THAT(tell(0.1), ElementsAre("run x"));
}

TEST_F(JobReporter, AsksForNoMoreThanAThousandThingsAtATime) {
  reporter.begin();
  tell(0);
  for (int i = 0; i < 1'500; ++i)
    reporter.request(job_action::run, std::to_string(i), false, false);
  EXPECT_THAT(tell(1), SizeIs(1'000));
}

TEST_F(JobReporter, WithoutListenerSaysAndKeepsNothing) {
  job_reporter alone{nullptr, "s"};
  alone.begin();
  alone.request(job_action::run, "x", false, false);
  schedule("a");
  alone.tell(table, at(1));
  EXPECT_EQ(alone.due(table), timestamp::max());
}

} // namespace
} // namespace remora::actors::test
