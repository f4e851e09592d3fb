// What scripts can do to each other: jobs, tags, hooks, the shared scope.
#include "script_fixture.hpp"

namespace remora::actors::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string has_job = "jobs.schedule('theirs', '@every 60s', function () { return 'ran'; });";

TEST(ScriptsTogether, RunAJobOfAnotherScript) {
  scripts_in_step both{{"setTimeout(function () { jobs.run('theirs'); }, 1000);", has_job}};
  both.run_until(1).run_until(2);
  EXPECT_THAT(both.of(0), IsEmpty());
  EXPECT_THAT(both.of(1), ElementsAre("+1 job theirs passed \"ran\""));
}

TEST(ScriptsTogether, PreferTheirOwnJobOfATag) {
  scripts_in_step both{{has_job + "setTimeout(function () { jobs.run('theirs'); }, 1000);", has_job}};
  both.run_until(1).run_until(2);
  EXPECT_THAT(both.of(0), SizeIs(1));
  EXPECT_THAT(both.of(1), IsEmpty());
}

TEST(ScriptsTogether, RemoveAJobOfAnotherScript) {
  scripts_in_step both{{"setTimeout(function () { jobs.remove('theirs'); }, 1000);", has_job}};
  both.run_until(1).run_until(2).run_until(120);
  EXPECT_THAT(both.of(1), IsEmpty());
}

TEST(ScriptsTogether, RemoveEveryJobOfAll) {
  scripts_in_step three{{has_job, "setTimeout(function () { jobs.removeAll(); }, 1000);", has_job}};
  three.run_until(1).run_until(120);
  EXPECT_THAT(three.of(0), IsEmpty());
  EXPECT_THAT(three.of(2), IsEmpty());
}

TEST(ScriptsTogether, RunAllRunsEachJobExactlyOnce) {
  scripts_in_step both{{has_job + "setTimeout(function () { jobs.runAll(); }, 1000);", has_job}};
  both.run_until(1).run_until(2).run_until(3).run_until(4);
  EXPECT_THAT(both.of(0), ElementsAre("+1 job theirs passed \"ran\""));
  EXPECT_THAT(both.of(1), ElementsAre("+1 job theirs passed \"ran\""));
}

TEST(ScriptsTogether, ListEveryTagOnceAndTheirOwnFirst) {
  scripts_in_step both{
      {"jobs.schedule('x', '@daily', function () {}); jobs.schedule('both', '@daily', function () {});",
       "jobs.schedule('y', '@daily', function () {}); jobs.schedule('both', '@daily', function () {});"
       "setTimeout(function () { console.log(jobs.list()); }, 1000);"}};
  both.run_until(1);
  EXPECT_THAT(both.of(1), ElementsAre("+1 y,both,x"));
}

TEST(ScriptsTogether, SeeTagsThatCameAndWent) {
  scripts_in_step both{{"setInterval(function () { console.log(jobs.list().length); }, 1000);",
                        "setTimeout(function () { jobs.schedule('y', '@daily', function () {}); }, 500);"
                        "setTimeout(function () { jobs.remove('y'); }, 1500);"}};
  both.run_until(0.7).run_until(1.2).run_until(1.7).run_until(2.2);
  EXPECT_THAT(both.of(0), ElementsAre("+1 1", "+2 0"));
}

TEST(ScriptsTogether, StopAndStartTheSchedulerOfTheNode) {
  scripts_in_step both{
      {"setTimeout(function () { jobs.scheduler.stop(); }, 1000);"
       "setTimeout(function () { jobs.scheduler.start(); }, 65000);",
       has_job}};
  both.run_until(1).run_until(2).run_until(65).run_until(66).run_until(130);
  EXPECT_THAT(both.of(1), ElementsAre("+120 job theirs passed \"ran\""));
}

TEST(ScriptsTogether, HearOnceOfEachRunTheirOwnAndOthers) {
  const std::string hears = "function onJobPassed(tag) { console.log('heard', tag); }";
  scripts_in_step both{{has_job + hears, hears}};
  both.run_until(60).run_until(61).run_until(62);
  EXPECT_THAT(both.of(0), ElementsAre("+60 job theirs passed \"ran\"", "+60 heard theirs"));
  EXPECT_THAT(both.of(1), ElementsAre("+60 heard theirs"));
}

TEST(ScriptsTogether, HearWhyARunOfAnotherFailed) {
  scripts_in_step both{
      {"jobs.schedule('j', '@every 10s', function () { throw new Error('no'); }, 3);",
       "function onJobFailed(tag, cron, limit, err) { console.log(tag, cron, limit, err); }"}};
  both.run_until(10).run_until(11);
  EXPECT_THAT(both.of(1), ElementsAre("+10 j @every 10s 3 Error: no"));
}

TEST(ScriptsTogether, SeeEachOthersValuesOneRoundLater) {
  scripts_in_step both{{"this.total = 0; function onPacketCaptured(info) { this.total += info.length; }",
                        "function onPacketCaptured() { console.log(this.total); }"}};
  both.take({1}).take({2, 2.5}).take({3});
  EXPECT_THAT(both.of(1), ElementsAre("+1 0", "+2 100", "+2.5 100", "+3 300"));
}

TEST(ScriptsTogether, CallEachOthersFunctions) {
  scripts_in_step both{
      {"this.limitKB = 2; this.kb = function (bytes) { return bytes / 1000 > this.limitKB; };",
       "function onPacketCaptured() { console.log(this.kb(1999), this.kb(2001)); }"}};
  both.take({1});
  EXPECT_THAT(both.of(1), ElementsAre("+1 false true"));
}

TEST(ScriptsTogether, HoldTheirCommandsDownToWhatFitsIntoARound) {
  scripts_in_step both{
      {"setTimeout(function () { for (var i = 0; i < 50000; ++i) jobs.run('theirs'); }, 1000);", has_job}};
  round work;
  work.number = 1;
  work.until = at(1);
  both.all[0]->runner->take(work);
  EXPECT_LE(both.all[0]->runner->take_commands().size(), 10'001u);
}

} // namespace
} // namespace remora::actors::test
