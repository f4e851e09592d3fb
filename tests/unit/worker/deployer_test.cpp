#include "worker/deployer.hpp"

#include <fstream>
#include <iterator>

#include "deployer_fixture.hpp"

namespace remora::worker::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Deployer : public deployer_test {};

TEST_F(Deployer, RunsWhatIsWanted) {
  want({{"a", "console.log('I am', utils.nodeName());"}, {"b", counts}});
  EXPECT_THAT(watcher->all, UnorderedElementsAre("running a 1", "running b 1"));
  EXPECT_THAT(sink.all, ElementsAre("a: I am node-1"));
}

TEST_F(Deployer, DoesNotTouchAScriptThatIsAsBefore) {
  want({{"a", "console.log('loaded');"}});
  want({{"a", "console.log('loaded');"}, {"b", counts}});
  EXPECT_THAT(watcher->all, ElementsAre("running a 1", "running b 2"));
  EXPECT_THAT(sink.all, ElementsAre("a: loaded"));
}

TEST_F(Deployer, ReplacesAScriptThatChanged) {
  want({{"a", "console.log('one');"}});
  want({{"a", "console.log('two');"}});
  EXPECT_THAT(watcher->all, ElementsAre("running a 1", "running a 2", "ended a"));
  EXPECT_THAT(sink.all, ElementsAre("a: one", "a: two"));
}

TEST_F(Deployer, ReplacesEveryScriptWhenTheEnvironmentChanges) {
  want({{"a", "console.log(env.X);"}, {"b", "console.log(env.X);"}}, R"({"X": 1})");
  sink.all.clear();
  want({{"a", "console.log(env.X);"}, {"b", "console.log(env.X);"}}, R"({"X": 2})");
  EXPECT_THAT(sink.all, UnorderedElementsAre("a: 2", "b: 2"));
}

TEST_F(Deployer, KeepsTheVersionThatRunsWhenTheNewOneDoesNotLoad) {
  want({{"a", "var n = 0; function onPacketCaptured() { console.log('packet', ++n); }"}});
  want({{"a", "var x = ;"}});
  EXPECT_THAT(watcher->all, ElementsAre("running a 1", HasSubstr("refused a 2: a.js:1:9")));
  sink.all.clear();
  source_->times.push_back(1);
  work();
  EXPECT_THAT(sink.all, ElementsAre("a: packet 1"));
}

TEST_F(Deployer, LoadsAnewAScriptThatDidNotLoadOnceItIsMended) {
  want({{"a", "var x = ;"}});
  want({{"a", counts}});
  EXPECT_THAT(watcher->all, ElementsAre(HasSubstr("refused a 1"), "running a 2"));
}

TEST_F(Deployer, SaysOnTheScriptsConsoleWhyItDoesNotLoad) {
  want({{"a", "var x = ;"}});
  EXPECT_THAT(sink.all, ElementsAre(HasSubstr("a: a.js:1:9: SyntaxError")));
}

TEST_F(Deployer, TellsAScriptThatDoesNotWantToRunHereFromOneThatCannot) {
  want({{"a", "if (utils.nodeName() === 'node-1') throw 'not here';"}});
  EXPECT_THAT(watcher->all, ElementsAre("declined a 1: a.js: not here"));
}

TEST_F(Deployer, LetsAsManyEventsWaitForAScriptAsTheDeploymentSays) {
  queue_events = 2;
  want({{"a", fake}});
  scripts[0]->holds = true;
  source_->times = {1, 2, 3, 4, 5};
  work();
  scripts[0]->holds = false;
  let_answer(0);
  end_capture();
  EXPECT_EQ(watcher->dropped, 3u);
}

TEST_F(Deployer, EndsAScriptThatIsNotWantedAnyMore) {
  want({{"a", counts}, {"b", counts}});
  watcher->take();
  want({{"b", counts}});
  EXPECT_THAT(watcher->all, ElementsAre("ended a"));
}

TEST_F(Deployer, ForgetsTheJobsOfAScriptThatEndedOnAllOthers) {
  want({{"a", "jobs.schedule('j', '@daily', function () {});"},
        {"b", "function onPacketCaptured() { console.log(jobs.list().join()); }"}});
  source_->times.push_back(1);
  work();
  want({{"b", "function onPacketCaptured() { console.log(jobs.list().join()); }"}});
  source_->times.push_back(2);
  work();
  EXPECT_THAT(sink.all, ElementsAre("b: j", "b: "));
}

TEST_F(Deployer, MissesNoPacketOverAHundredDeployments) {
  source_->most_at_once = 7;
  std::int64_t time = 0;
  for (int version = 0; version < 100; ++version) {
    for (int i = 0; i < 50; ++i)
      source_->times.push_back(++time);
    want({{"a", "function onPacketCaptured() {} // " + std::to_string(version)}});
  }
  work(2'000);
  end_capture();
  ASSERT_TRUE(watcher->packets);
  // The first packets came before there was a script.
  const std::uint64_t before = *watcher->packets - watcher->hook_calls;
  EXPECT_EQ(*watcher->packets, 5'000u);
  EXPECT_EQ(watcher->dropped, 0u);
  EXPECT_LT(before, 100u);
  EXPECT_EQ(before % 7, 0u) << "whole batches, all of them before the first script was there";
}

TEST_F(Deployer, RunsEachInstantOfAJobOnceOverSeveralDeployments) {
  const std::string job = "jobs.schedule('j', '* * * * * *', function () { return 1; }); // ";
  want({{"a", job}});
  for (int version = 0; version < 25; ++version) {
    const timestamp due = wall_now() + milliseconds{100};
    while (wall_now() < due) {
    }
    sched.advance_time(milliseconds{100});
    want({{"a", job + std::to_string(version)}});
  }
  end_capture();
  std::vector<timestamp> planned;
  for (const job_run& run : sink.jobs)
    if (run.outcome == job_outcome::passed) planned.push_back(run.planned);
  ASSERT_GE(planned.size(), 2u);
  for (std::size_t i = 1; i < planned.size(); ++i)
    EXPECT_EQ(planned[i] - planned[i - 1], std::chrono::seconds{1}) << "no instant twice, none left out";
}

TEST_F(Deployer, RunsWhatWasDueSinceTheFirstWhenTheSecondHadNoTurnBeforeTheThirdCame) {
  want({{"a", fake}});
  scripts[0]->holds = true;
  scripts[0]->handled_until = wall_now() - std::chrono::seconds{3};
  source_->times.push_back(1);
  work();
  const std::string job = "jobs.schedule('j', '* * * * * *', function () {});";
  want({{"a", job + "// second"}});
  want({{"a", job + "// third"}});
  EXPECT_THAT(sink.jobs, IsEmpty()) << "the first has not answered yet";
  let_answer(0);
  work();
  sched.advance_time(milliseconds{10});
  work();
  EXPECT_THAT(sink.all, ElementsAre("a: job j skipped ", "a: job j passed "))
      << "three instants have passed: the last one runs, the record of the others says that they were "
         "skipped";
}

TEST_F(Deployer, LetsTheNewestWishWinWhileAnEarlierOneLoads) {
  for (int version = 1; version <= 3; ++version) {
    auto wanted = std::make_shared<wanted_scripts>();
    wanted->generation = static_cast<std::uint64_t>(version);
    script_source made;
    made.title = made.file = "a";
    made.code = "console.log(" + std::to_string(version) + ");";
    wanted->scripts.push_back(made);
    caf::anon_send(actor, wanted_scripts_ptr{std::move(wanted)});
  }
  work();
  EXPECT_THAT(watcher->all, ElementsAre("running a 3"));
}

TEST_F(Deployer, GivesUpAScriptThatDoesNotAnswerAndRunsItsNextVersion) {
  want({{"a", counts}, {"b", counts}});
  watcher->take();
  watches[0]->mark_dead();
  sched.advance_time(std::chrono::milliseconds{500});
  work();
  EXPECT_THAT(watcher->take(), ElementsAre("stuck a", "ended a"));
  want({{"a", std::string{counts} + "// mended"}, {"b", counts}});
  EXPECT_THAT(watcher->all, ElementsAre("running a 2"));
}

TEST_F(Deployer, EndsEveryScriptWhenTheCaptureEnds) {
  want({{"a", counts}, {"b", counts}});
  source_->times = {1, 2, 3};
  work();
  watcher->take();
  end_capture();
  EXPECT_THAT(watcher->all, UnorderedElementsAre("ended a", "ended b"));
  EXPECT_EQ(watcher->hook_calls, 6u);
  EXPECT_EQ(watcher->packets, 3u);
}

TEST_F(Deployer, KeepsWhatScriptsShareOverADeployment) {
  want({{"a", "this.n = 41;"}});
  want({{"a", "this.n = this.n + 1; console.log(this.n);"}});
  EXPECT_THAT(sink.all, ElementsAre("a: 42"));
}

TEST_F(Deployer, LetsTheNextVersionReadWhatAScriptWrote) {
  want({{"dns watch", "file.write('seen', 'one');"}});
  want({{"dns watch", "file.append('seen', ', two'); file.copy('seen', 'copy'); console.log('copied');"}});
  EXPECT_THAT(sink.all, ElementsAre("dns watch: copied"));
  std::ifstream in{folder.path() / "dns watch/copy"};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{in}, {}}), "one, two");
}

TEST_F(Deployer, ChangesTheQuotaAndTheNamesOfArchivesWithoutTouchingScripts) {
  const std::string code =
      "function onPacketCaptured() { try { console.log(file.tar('.').slice(0, 5)); }"
      " catch (e) { console.log(e); } }";
  want({{"a", code}});
  file_quota_bytes = 0;
  want({{"a", code}});
  source_->times.push_back(1);
  work();
  file_quota_bytes = 1U << 20U;
  archive_prefix = "mine";
  want({{"a", code}});
  source_->times.push_back(2);
  work();
  EXPECT_THAT(watcher->all, ElementsAre("running a 1"));
  EXPECT_THAT(sink.all, ElementsAre(HasSubstr("more than 0 (scripting.limits.fileQuota)"), "a: mine_"));
}

TEST_F(Deployer, GivesScriptsNewMacrosByLoadingThemAnew) {
  const std::string code = "console.log(kfl.match('mine', {n: 1}));";
  want({{"a", code}});
  macros = {{"mine", "n == 1"}};
  want({{"a", code}});
  want({{"a", code}});
  macros = {{"mine", "n ???"}}; // which no hub sends
  want({{"a", code}});
  EXPECT_THAT(sink.all, ElementsAre("a: false", "a: true", "a: false"));
}

} // namespace
} // namespace remora::worker::test
