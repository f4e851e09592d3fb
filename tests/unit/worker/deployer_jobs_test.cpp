// The jobs of a node, as they are seen and ordered from outside.
#include "deployer_fixture.hpp"

namespace remora::worker::test {
namespace {

using protocol::job_action;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class DeployerJobs : public deployer_test {
 protected:
  /// Lets the actors' clock pass, so that those that wait for it wake.
  void pass(milliseconds time = milliseconds{10}) {
    sched.advance_time(time);
    work();
  }
  static std::string daily(const std::string& tags) {
    std::string code;
    for (const char tag : tags)
      code += "jobs.schedule('" + std::string{tag} + "', '@daily', function () { return 1; });";
    return code;
  }
};

// ---- what is told

TEST_F(DeployerJobs, TellsTheJobsOfAScriptOnceItRuns) {
  want({{"s", daily("ab")}, {"none", counts}});
  EXPECT_THAT(watcher->jobs, ElementsAre("s: a,b"));
}

TEST_F(DeployerJobs, TellsTheJobsOfTheNewVersionAfterAnEdit) {
  want({{"s", daily("ab")}});
  want({{"s", daily("bc")}});
  EXPECT_THAT(watcher->jobs, ElementsAre("s: a,b", "s: b,c"));
}

TEST_F(DeployerJobs, TellsThatAScriptHasNoJobsAfterAnEditThatTookThem) {
  want({{"s", daily("a")}});
  want({{"s", counts}});
  EXPECT_THAT(watcher->jobs, ElementsAre("s: a", "s: "));
}

TEST_F(DeployerJobs, TellsThatAScriptHasNoJobsOnceItEnded) {
  want({{"s", daily("a")}, {"other", counts}});
  watcher->take_jobs();
  want({{"other", counts}});
  EXPECT_THAT(watcher->jobs, ElementsAre("s: "));
}

TEST_F(DeployerJobs, TellsThatAScriptHasNoJobsOnceItIsGivenUp) {
  want({{"s", daily("a")}});
  watcher->take_jobs();
  caf::anon_send_exit(real[0], caf::exit_reason::user_shutdown); // its actor dies
  work();
  EXPECT_THAT(watcher->jobs, ElementsAre("s: "));
}

TEST_F(DeployerJobs, TellsThatNoScriptHasJobsOnceTheCaptureEnded) {
  want({{"s", daily("a")}, {"t", daily("b")}});
  watcher->take_jobs();
  end_capture();
  EXPECT_THAT(watcher->jobs, UnorderedElementsAre("s: ", "t: "));
}

TEST_F(DeployerJobs, TellsNothingOfAVersionThatDoesNotLoad) {
  want({{"s", daily("a")}});
  watcher->take_jobs();
  want({{"s", daily("b") + "throw 1;"}});
  EXPECT_THAT(watcher->jobs, IsEmpty());
}

TEST_F(DeployerJobs, PassesOnWhatAScriptAsksOfTheJobsOfAllNodes) {
  want({{"s", "function onPacketCaptured() { jobs.run('theirs'); jobs.remove('a'); }" + daily("ab")}});
  watcher->take_jobs();
  const timestamp pause_is_over = wall_now() + actors::job_reporter::shortest_pause;
  while (wall_now() < pause_is_over) {
  }
  source_->times.push_back(1);
  work();
  EXPECT_THAT(watcher->jobs, ElementsAre("s: b", "s asks: run theirs", "s asks: remove own a"));
}

// ---- what is ordered

TEST_F(DeployerJobs, RunsAJobOnceWherePeopleAskForIt) {
  want({{"s", daily("ab")}, {"t", daily("b")}, {"u", daily("c")}});
  order(job_action::run, "b");
  pass();
  EXPECT_THAT(sink.all, UnorderedElementsAre("s: job b passed 1", "t: job b passed 1"));
}

TEST_F(DeployerJobs, RunsTheJobOfOneScriptAlone) {
  want({{"s", daily("b")}, {"t", daily("b")}});
  order(job_action::run, "b", "t");
  pass();
  EXPECT_THAT(sink.all, ElementsAre("t: job b passed 1"));
}

TEST_F(DeployerJobs, RunsAllJobs) {
  want({{"s", daily("ab")}, {"t", daily("b")}});
  order(job_action::run, "");
  pass();
  EXPECT_THAT(sink.all, UnorderedElementsAre("s: job a passed 1", "s: job b passed 1", "t: job b passed 1"));
}

TEST_F(DeployerJobs, RemovesAJob) {
  want({{"s", daily("ab")}});
  watcher->take_jobs();
  order(job_action::remove, "a");
  pass(std::chrono::seconds{1});
  while (watcher->jobs.empty()) // it was told a moment ago what there is, and waits for the pause to end
    pass(std::chrono::seconds{1});
  EXPECT_THAT(watcher->jobs, ElementsAre("s: b"));
}

TEST_F(DeployerJobs, PassesOverATagThatNoScriptHas) {
  want({{"s", daily("a")}});
  watcher->take_jobs();
  for (const job_action what : {job_action::run, job_action::pause, job_action::resume, job_action::remove})
    order(what, "unknown");
  pass();
  EXPECT_THAT(sink.all, IsEmpty());
  want({{"s", daily("a") + daily("u")}}, "{}");
  EXPECT_THAT(watcher->jobs, ElementsAre("s: a,u"));
}

TEST_F(DeployerJobs, KeepsAJobPausedOverAnEdit) {
  want({{"s", daily("ab")}});
  order(job_action::pause, "a");
  want({{"s", daily("abc")}});
  EXPECT_EQ(watcher->jobs.back(), "s: a(paused),b,c");
  order(job_action::resume, "a");
  want({{"s", daily("ab")}});
  EXPECT_EQ(watcher->jobs.back(), "s: a,b");
}

TEST_F(DeployerJobs, PausesAllJobsAndKeepsThoseAlone) {
  want({{"s", daily("ab")}, {"t", daily("x")}});
  order(job_action::pause, "");
  want({{"s", daily("abc")}, {"t", daily("xy")}});
  EXPECT_THAT(watcher->jobs, Contains("s: a(paused),b(paused),c"));
  EXPECT_THAT(watcher->jobs, Contains("t: x(paused),y"));
}

TEST_F(DeployerJobs, PausesTheJobsOfAListBeforeTheScriptBegins) {
  want({{"s", daily("ab")}}, "{}", {{{"s", "b"}, {"other", "a"}}});
  EXPECT_THAT(watcher->jobs, ElementsAre("s: a,b(paused)"));
}

TEST_F(DeployerJobs, PausesAndResumesRunningScriptsByANewList) {
  const std::string late = "function onPacketCaptured() { console.log('a'); }" + daily("ab");
  want({{"s", late}}, "{}", {{{"s", "b"}}});
  want({{"s", late}}, "{}", {{{"s", "a"}}});
  pass(std::chrono::seconds{1});
  while (watcher->jobs.size() < 2)
    pass(std::chrono::seconds{1});
  EXPECT_EQ(watcher->jobs.back(), "s: a(paused),b");
}

TEST_F(DeployerJobs, LeavesPausesAsTheyAreWithoutAList) {
  want({{"s", daily("a")}}, "{}", {{{"s", "a"}}});
  want({{"s", daily("ab")}});
  EXPECT_EQ(watcher->jobs.back(), "s: a(paused),b");
}

TEST_F(DeployerJobs, HandsPausesToAVersionThatWaitsForTheOneBefore) {
  want({{"s", fake}});
  want({{"s", fake}}, R"({"x": 1})", {{{"s", "a"}}});
  ASSERT_EQ(scripts.size(), 2u);
  ASSERT_EQ(scripts[1]->starts.size(), 1u);
  EXPECT_THAT(scripts[1]->starts[0].paused, ElementsAre("a"));
}

TEST_F(DeployerJobs, OrdersTheVersionThatGetsPacketsToRun) {
  want({{"s", fake}});
  order(job_action::run, "a", "s");
  ASSERT_EQ(scripts[0]->orders.size(), 1u);
  EXPECT_EQ(scripts[0]->orders[0].tag, "a");
}

// ---- over a restart

TEST_F(DeployerJobs, RunsNoInstantThatBeganInAnEarlierLife) {
  // A clock that was set back by an hour: what will be due within it has run.
  instants->store("s", "every second", wall_now() + std::chrono::hours{1});
  want({{"s",
         "jobs.schedule('every second', '* * * * * *', function () {});"
         "jobs.schedule('other', '* * * * * *', function () {});"}});
  const timestamp later = wall_now() + milliseconds{1'100};
  while (wall_now() < later) {
  }
  pass(std::chrono::seconds{2});
  EXPECT_THAT(sink.all, testing::Each(testing::HasSubstr("job other ")));
  EXPECT_THAT(sink.all, Contains("s: job other passed "));
}

TEST_F(DeployerJobs, RemembersWhichInstantsBegan) {
  want({{"s", "jobs.schedule('j', '* * * * * *', function () {});"}});
  const timestamp later = wall_now() + milliseconds{1'100};
  while (wall_now() < later) {
  }
  pass(std::chrono::seconds{2});
  ASSERT_FALSE(sink.jobs.empty());
  EXPECT_EQ(instants->all["s"]["j"].latest(), sink.jobs.back().planned);
}

} // namespace
} // namespace remora::worker::test
