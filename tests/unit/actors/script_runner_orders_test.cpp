// What others hear of a script's jobs, and what they may do with them.
#include "script_fixture.hpp"

namespace remora::actors::test {
namespace {

using protocol::job_action;
using testing::ElementsAre;
using testing::IsEmpty;

class ScriptUnderOrders : public testing::Test {
 protected:
  script& begin(const std::string& code, const script_start& how = {}, remora::script::limits limits = {}) {
    current = std::make_unique<script>(code, 0, nullptr, limits,
                                       [&](script_runner::parts& parts) { parts.script_news = heard; });
    current->runner->begin(how);
    return *current;
  }
  bool order(job_action what, const std::string& tag) {
    protocol::job_order order;
    order.what = what;
    order.tag = tag;
    return current->runner->obey_order(order);
  }
  void order_all(job_action what) {
    protocol::job_order order;
    order.what = what;
    order.all = true;
    current->runner->obey_order(order);
  }
  std::vector<std::string> heard_now() { return std::exchange(heard->all, {}); }

  std::shared_ptr<noting_script_watcher> heard = std::make_shared<noting_script_watcher>();
  std::unique_ptr<script> current;
};

const std::string two_jobs =
    "jobs.schedule('a', '@every 10s', function () {}); jobs.schedule('b', '@every 10s', function () {});";

// ---- what is told

TEST_F(ScriptUnderOrders, TellsItsJobsWhenItBegins) {
  begin(two_jobs);
  EXPECT_THAT(heard_now(), ElementsAre("jobs a,b"));
}

TEST_F(ScriptUnderOrders, TellsWhatAHookSchedulesAndRemoves) {
  script& s = begin(
      "function onPacketCaptured() { jobs.remove('a'); jobs.schedule('c', '@daily', function () {}); }" +
      two_jobs);
  heard_now();
  s.take({1});
  EXPECT_THAT(heard_now(), ElementsAre("jobs b,c", "remove own a"));
}

TEST_F(ScriptUnderOrders, TellsThatAJobRanWithItsCountAndItsNextInstant) {
  script& s = begin(two_jobs);
  heard_now();
  s.run_until(5);
  EXPECT_THAT(heard_now(), IsEmpty());
  s.run_until(10);
  EXPECT_THAT(heard_now(), ElementsAre("jobs a,b"));
  EXPECT_EQ(heard->newest[0].runs, 1u);
  EXPECT_EQ(heard->newest[0].next, at(20));
}

TEST_F(ScriptUnderOrders, TellsThatAJobReachedItsLimit) {
  script& s = begin("jobs.schedule('a', '@every 10s', function () {}, 1);");
  heard_now();
  s.run_until(10);
  EXPECT_THAT(heard_now(), ElementsAre("jobs "));
}

// ---- what it asks of others

TEST_F(ScriptUnderOrders, PassesOnWhatItAsksOfTheJobsOfAllNodes) {
  script& s = begin(
      "function onPacketCaptured() { jobs.run('a'); jobs.run('theirs'); jobs.remove('other'); "
      "jobs.remove('b');"
      "  jobs.runAll(); jobs.removeAll(); jobs.run(''); }" +
      two_jobs);
  heard_now();
  s.take({1});
  EXPECT_THAT(heard_now(), ElementsAre("jobs ", "run own a", "run theirs", "remove other", "remove own b",
                                       "run all", "remove all", "run "));
  EXPECT_EQ(heard->script, "a");
}

TEST_F(ScriptUnderOrders, KeepsToItsNodeWhatItAsksForWhileItLoads) {
  script& s = begin("jobs.run('x'); jobs.removeAll(); jobs.remove('y'); jobs.runAll();" + two_jobs);
  s.run_until(5);
  EXPECT_THAT(heard_now(), ElementsAre("jobs a,b"));
}

TEST_F(ScriptUnderOrders, KeepsToItsNodeWhetherTheSchedulerRuns) {
  script& s = begin("function onPacketCaptured() { jobs.scheduler.stop(); jobs.list(); }" + two_jobs);
  heard_now();
  s.take({1});
  EXPECT_THAT(heard_now(), ElementsAre("jobs a,b"));
  EXPECT_EQ(heard->newest[0].next, std::nullopt);
}

TEST_F(ScriptUnderOrders, DoesNotPassOnWhatAnotherScriptOrAnOrderSays) {
  script& s = begin(two_jobs);
  heard_now();
  round work;
  work.number = 1;
  work.until = at(1);
  work.commands.push_back({job_command::what::remove, 7, "a", {}, 0, {}});
  s.runner->take(work);
  EXPECT_THAT(heard_now(), ElementsAre("jobs b"));
  s.run_until(2);
  order(job_action::remove, "b");
  EXPECT_THAT(heard_now(), ElementsAre("jobs "));
}

// ---- what it obeys

TEST_F(ScriptUnderOrders, RunsAJobOnceWhenOrdered) {
  script& s = begin(two_jobs);
  EXPECT_TRUE(order(job_action::run, "b"));
  s.run_until(5);
  EXPECT_THAT(s.records->all, ElementsAre("+0 job b passed"));
}

TEST_F(ScriptUnderOrders, RunsAndRemovesAllJobsWhenOrdered) {
  script& s = begin(two_jobs);
  order_all(job_action::run);
  s.run_until(5);
  EXPECT_THAT(s.records->all, ElementsAre("+0 job a passed", "+0 job b passed"));
  order_all(job_action::remove);
  s.run_until(60);
  EXPECT_THAT(s.runner->own_tags(), IsEmpty());
  EXPECT_EQ(s.records->jobs.size(), 2u);
}

TEST_F(ScriptUnderOrders, RecordsNothingOfAJobThatIsPaused) {
  script& s = begin(two_jobs);
  heard_now();
  EXPECT_TRUE(order(job_action::pause, "a"));
  s.run_until(25);
  EXPECT_THAT(heard->all, testing::Contains("jobs a(paused),b"));
  EXPECT_THAT(s.records->all, ElementsAre("+10 job b passed", "+20 job b passed"));
  EXPECT_TRUE(order(job_action::resume, "a"));
  s.run_until(30);
  EXPECT_THAT(s.records->all,
              ElementsAre("+10 job b passed", "+20 job b passed", "+30 job a passed", "+30 job b passed"));
}

TEST_F(ScriptUnderOrders, PausesAndResumesAllJobs) {
  script& s = begin(two_jobs);
  order_all(job_action::pause);
  s.run_until(15);
  EXPECT_THAT(s.records->all, IsEmpty());
  order_all(job_action::resume);
  s.run_until(20);
  EXPECT_EQ(s.records->jobs.size(), 2u);
}

TEST_F(ScriptUnderOrders, BeginsWithJobsPaused) {
  script& s = begin(two_jobs, {timestamp::min(), {"a"}});
  EXPECT_THAT(heard_now(), ElementsAre("jobs a(paused),b"));
  s.run_until(10);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job b passed"));
}

TEST_F(ScriptUnderOrders, DoesNotRunAPausedJobForInstantsThatPassedBeforeItBegan) {
  current = std::make_unique<script>(two_jobs);
  current->runner->begin({at(-25), {"a"}});
  current->run_until(1);
  EXPECT_THAT(current->records->all,
              ElementsAre(testing::StartsWith("-- job b(-20) skipped 2 planned runs"), "+0 job b passed"));
}

TEST_F(ScriptUnderOrders, KeepsAJobPausedWhenTheScriptIsStartedAfresh) {
  remora::script::limits tight;
  tight.job = milliseconds{5};
  script& s = begin(
      "jobs.schedule('loop', '@every 10s', function () { for (;;) {} });"
      "jobs.schedule('a', '@every 10s', function () {});",
      {timestamp::min(), {"a"}}, tight);
  s.run_until(15);
  EXPECT_EQ(heard->newest.back().tag, "a");
  EXPECT_TRUE(heard->newest.back().paused);
  EXPECT_EQ(s.records->jobs.size(), 1u);
}

TEST_F(ScriptUnderOrders, DoesNothingForATagItDoesNotHave) {
  script& s = begin(two_jobs);
  heard_now();
  for (const job_action what : {job_action::run, job_action::pause, job_action::resume, job_action::remove})
    EXPECT_FALSE(order(what, "unknown"));
  s.run_until(5);
  EXPECT_THAT(heard_now(), IsEmpty());
  EXPECT_THAT(s.records->all, IsEmpty());
}

// ---- suspended

TEST_F(ScriptUnderOrders, TellsThatItIsSuspendedAndThatItRunsAgain) {
  remora::script::limits limits;
  limits.turn = milliseconds{20};
  script& s = begin("function onPacketCaptured(info) { if (info.length === 100) for (;;) {} }", {}, limits);
  s.take({1, 2, 3});
  heard_now();
  s.run_until(60);
  EXPECT_THAT(heard_now(), ElementsAre("resumed"));
}

} // namespace
} // namespace remora::actors::test
