#include "worker/deployed_jobs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace remora::worker {
namespace {

using protocol::job_action;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<scheduled_job> some_jobs(const std::string& tags) {
  std::vector<scheduled_job> all;
  for (const char tag : tags) {
    scheduled_job job;
    job.tag = tag;
    all.push_back(job);
  }
  return all;
}

class DeployedJobs : public testing::Test {
 protected:
  DeployedJobs() {
    jobs.begun("s", 1);
    jobs.learn("s", 1, some_jobs("ab"));
    jobs.begun("t", 2);
    jobs.learn("t", 2, some_jobs("b"));
  }
  static protocol::job_order order(job_action what, const std::string& tag, const std::string& title = "") {
    protocol::job_order made;
    made.what = what;
    made.script = title;
    made.tag = tag;
    made.all = tag.empty();
    return made;
  }
  static std::vector<std::string> shown(const std::vector<protocol::job_order>& orders) {
    std::vector<std::string> all;
    for (const auto& one : orders)
      all.push_back(one.script + ' ' + std::string{to_string(one.what)} + ' ' + (one.all ? "*" : one.tag));
    return all;
  }
  std::vector<std::string> sort_out(const protocol::job_order& what) {
    const auto sorted = jobs.sort_out(what, {"s", "t", "u"});
    found = sorted.found;
    return shown(sorted.orders);
  }

  deployed_jobs jobs;
  bool found = false;
};

TEST_F(DeployedJobs, ListenToTheInstanceThatBeganLast) {
  jobs.begun("s", 3);
  EXPECT_FALSE(jobs.learn("s", 1, some_jobs("x")));
  EXPECT_TRUE(jobs.learn("s", 3, some_jobs("c")));
  EXPECT_FALSE(jobs.ended("s", 1));
  EXPECT_TRUE(jobs.ended("s", 3));
  EXPECT_FALSE(jobs.ended("s", 3));
  EXPECT_FALSE(jobs.learn("s", 3, some_jobs("c")));
}

TEST_F(DeployedJobs, AreNoNewsWhereThereAreNoneAndWereNone) {
  jobs.begun("u", 3);
  EXPECT_FALSE(jobs.learn("u", 3, {}));
  EXPECT_TRUE(jobs.learn("u", 3, some_jobs("a")));
  EXPECT_TRUE(jobs.learn("u", 3, {}));
  EXPECT_FALSE(jobs.ended("u", 3));
}

TEST_F(DeployedJobs, AreOrderedInEveryScriptThatHasTheTag) {
  EXPECT_THAT(sort_out(order(job_action::run, "b")), ElementsAre("s run b", "t run b"));
  EXPECT_TRUE(found);
  EXPECT_THAT(sort_out(order(job_action::remove, "a")), ElementsAre("s remove a"));
  EXPECT_THAT(sort_out(order(job_action::run, "")), ElementsAre("s run *", "t run *"));
}

TEST_F(DeployedJobs, AreNotFoundWhereNobodyHasTheTag) {
  EXPECT_THAT(sort_out(order(job_action::pause, "x")), IsEmpty());
  EXPECT_FALSE(found);
  EXPECT_THAT(jobs.paused("s"), IsEmpty());
}

TEST_F(DeployedJobs, OfAScriptThatIsNamedArePausedBeforeTheyAreScheduled) {
  EXPECT_THAT(sort_out(order(job_action::pause, "later", "s")), ElementsAre("s pause later"));
  EXPECT_FALSE(found);
  EXPECT_THAT(jobs.paused("s"), ElementsAre("later"));
  EXPECT_THAT(sort_out(order(job_action::pause, "later", "not deployed")), IsEmpty());
  EXPECT_THAT(jobs.paused("not deployed"), IsEmpty());
}

TEST_F(DeployedJobs, StayPausedUntilTheyAreResumed) {
  sort_out(order(job_action::pause, "b"));
  jobs.ended("s", 1);
  EXPECT_THAT(jobs.paused("s"), ElementsAre("b"));
  EXPECT_THAT(sort_out(order(job_action::resume, "b")), ElementsAre("s resume b", "t resume b"));
  EXPECT_THAT(jobs.paused("s"), IsEmpty());
}

TEST_F(DeployedJobs, ArePausedOneByOneWhenAllAreMeant) {
  EXPECT_THAT(sort_out(order(job_action::pause, "")), ElementsAre("s pause a", "s pause b", "t pause b"));
  EXPECT_THAT(jobs.paused("s"), ElementsAre("a", "b"));
  EXPECT_THAT(sort_out(order(job_action::resume, "")), ElementsAre("s resume *", "t resume *", "u resume *"));
  EXPECT_THAT(jobs.paused("s"), IsEmpty());
}

TEST_F(DeployedJobs, ArePausedExactlyAsAListSays) {
  sort_out(order(job_action::pause, "a", "s"));
  EXPECT_THAT(shown(jobs.set_paused({{"s", "b"}, {"v", "x"}})),
              ElementsAre("s pause b", "v pause x", "s resume a"));
  EXPECT_THAT(jobs.paused("s"), ElementsAre("b"));
  EXPECT_THAT(jobs.paused("v"), ElementsAre("x"));
  EXPECT_THAT(jobs.set_paused({{"s", "b"}, {"v", "x"}}), IsEmpty());
}

TEST_F(DeployedJobs, ArePausedUpToABound) {
  std::vector<paused_job> many;
  for (std::size_t i = 0; i < deployed_jobs::max_paused + 10; ++i)
    many.push_back({"s", std::to_string(i)});
  jobs.set_paused(many);
  EXPECT_EQ(jobs.paused("s").size(), deployed_jobs::max_paused);
}

} // namespace
} // namespace remora::worker
