// What a script may do with its own jobs, and what is recorded.
#include "script_fixture.hpp"

namespace remora::actors::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

TEST(ScriptJobs, RecordsWhatARunReturnedAndPrinted) {
  script s{
      "jobs.schedule('j', '@every 10s', function (who) { console.log('hello', who); console.error('!');"
      "  return {n: 1, list: [true, null]}; }, 0, 'ops');"};
  s.run_until(10);
  ASSERT_THAT(s.records->jobs, SizeIs(1));
  const job_run& run = s.records->jobs[0];
  EXPECT_EQ(run.node, "node-1");
  EXPECT_EQ(run.script, "a");
  EXPECT_EQ(run.tag, "j");
  EXPECT_EQ(run.outcome, job_outcome::passed);
  EXPECT_EQ(run.result_json, R"({"n":1,"list":[true,null]})");
  EXPECT_EQ(run.error, "");
  EXPECT_THAT(run.console, ElementsAre("hello ops", "!"));
}

TEST(ScriptJobs, RecordsWhyARunFailed) {
  script s{"jobs.schedule('j', '@every 10s', function () { throw new Error('no'); });"};
  s.run_until(10);
  ASSERT_THAT(s.records->jobs, SizeIs(1));
  EXPECT_EQ(shown(s.records->jobs[0]), "+10 job j failed Error: no");
  EXPECT_THAT(s.records->all.front(), StartsWith("+10 error: Error: no"));
}

TEST(ScriptJobs, KeepsFailedJobsOnTheSchedule) {
  script s{"jobs.schedule('j', '@every 10s', function () { throw 1; });"};
  s.run_until(30);
  EXPECT_THAT(s.records->jobs, SizeIs(3));
  EXPECT_EQ(s.runner->finish().errors, 3u);
}

TEST(ScriptJobs, DoesNotPutWhatOthersPrintIntoARecord) {
  script s{
      "jobs.schedule('j', '@every 10s', function () { console.log('mine'); });"
      "function onPacketCaptured() { console.log('packet'); }"
      "function onJobPassed() { console.log('hook'); }"};
  s.take({9, 10});
  ASSERT_THAT(s.records->jobs, SizeIs(1));
  EXPECT_THAT(s.records->jobs[0].console, ElementsAre("mine"));
}

TEST(ScriptJobs, KeepsAThousandLinesOfARunAndSaysThatThereWereMore) {
  script s{
      "jobs.schedule('j', '@every 10s', function () { for (var i = 0; i < 1500; ++i) console.log(i); });"};
  s.run_until(10);
  ASSERT_THAT(s.records->jobs, SizeIs(1));
  ASSERT_THAT(s.records->jobs[0].console, SizeIs(1'001));
  EXPECT_EQ(s.records->jobs[0].console[999], "999");
  EXPECT_THAT(s.records->jobs[0].console.back(), HasSubstr("not kept"));
  EXPECT_THAT(s.records->lines, SizeIs(1'500)) << "the console has them all";
}

TEST(ScriptJobs, KeepsAMebibyteOfWhatARunPrints) {
  script s{
      "var line = new Array(50001).join('x');"
      "jobs.schedule('j', '@every 10s', function () { for (var i = 0; i < 40; ++i) console.log(line); });"};
  s.run_until(10);
  ASSERT_THAT(s.records->jobs, SizeIs(1));
  EXPECT_THAT(s.records->jobs[0].console, SizeIs(21));
  EXPECT_THAT(s.records->lines, SizeIs(40));
}

TEST(ScriptJobs, EndsAJobWhenItsLimitIsReached) {
  script s{
      "jobs.schedule('j', '@every 10s', function () {}, 2);"
      "jobs.schedule('list', '5 * * * * *', function () { return jobs.list(); });"};
  s.run_until(65);
  EXPECT_THAT(s.records->all, ElementsAre("+5 job list passed [\"j\",\"list\"]", "+10 job j passed",
                                          "+20 job j passed", "+65 job list passed [\"list\"]"));
}

TEST(ScriptJobs, RunsARequestedJobOnceTheScriptIsFree) {
  script s{
      "jobs.schedule('j', '@every 60s', function () { console.log('job'); });"
      "function onPacketCaptured() { console.log('packet'); if (new Date().getSeconds() === 1) {"
      "  jobs.run('j'); jobs.run('j'); console.log('asked'); } }"};
  s.take({1, 2});
  EXPECT_THAT(s.records->all, ElementsAre("+1 packet", "+1 asked", "+1 job", "+1 job j passed", "+2 packet"));
}

TEST(ScriptJobs, RunsWhatLoadingAskedForBeforeTheFirstPacket) {
  script s{
      "jobs.schedule('j', '@every 60s', function () { return 'run'; });"
      "jobs.run('j'); function onPacketCaptured() { console.log('packet'); }"};
  EXPECT_THAT(s.records->all, IsEmpty());
  s.take({1});
  EXPECT_THAT(s.records->all, ElementsAre("+0 job j passed \"run\"", "+1 packet"));
}

TEST(ScriptJobs, RunAllAsksForEveryJobOnceInTheOrderScheduled) {
  script s{
      "jobs.schedule('b', '@every 60s', function () {}); jobs.schedule('a', '@every 60s', function () {});"
      "function onPacketCaptured() { jobs.runAll(); }"};
  s.take({1});
  EXPECT_THAT(s.records->all, ElementsAre("+1 job b passed", "+1 job a passed"));
}

TEST(ScriptJobs, RequestedRunsDoNotCountTowardsTheLimit) {
  script s{
      "jobs.schedule('j', '@every 10s', function () {}, 1); function onPacketCaptured() { jobs.run('j'); }"};
  s.take({1, 2, 20});
  EXPECT_THAT(s.records->all, ElementsAre("+1 job j passed", "+2 job j passed", "+10 job j passed"));
}

TEST(ScriptJobs, AJobMayRemoveItself) {
  script s{"jobs.schedule('j', '@every 10s', function () { jobs.remove('j'); return jobs.list(); });"};
  s.run_until(60);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job j passed []"));
}

TEST(ScriptJobs, AJobMayRemoveOneThatIsDueAtTheSameInstant) {
  script s{
      "jobs.schedule('first', '@every 10s', function () { jobs.remove('second'); });"
      "jobs.schedule('second', '@every 10s', function () {});"};
  s.run_until(20);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job first passed", "+20 job first passed"));
}

TEST(ScriptJobs, AJobThatIsReplacedAtItsInstantRunsFromTheNextOn) {
  script s{
      "jobs.schedule('first', '@every 10s', function () {"
      "  jobs.remove('second'); jobs.schedule('second', '@every 10s', function () { return 'new'; }); });"
      "jobs.schedule('second', '@every 10s', function () { return 'old'; });"};
  s.run_until(10);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job first passed"));
}

TEST(ScriptJobs, AJobMayScheduleAnother) {
  script s{
      "jobs.schedule('j', '@every 10s', function () {"
      "  jobs.schedule('k', '*/5 * * * * *', function () {}, 1); }, 1);"};
  s.run_until(30);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job j passed", "+15 job k passed"));
}

TEST(ScriptJobs, AJobMayScheduleItselfAnew) {
  script s{"function run() { jobs.schedule('j', '@every 10s', run, 1); } run();"};
  s.run_until(30);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job j passed", "+20 job j passed", "+30 job j passed"));
}

TEST(ScriptJobs, RemoveAllTakesEveryJob) {
  script s{
      "jobs.schedule('j', '@every 10s', function () { jobs.removeAll(); return jobs.list(); });"
      "jobs.schedule('k', '@every 10s', function () {});"};
  s.run_until(30);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job j passed []"));
}

TEST(ScriptJobs, RemoveAllSparesWhatIsScheduledAfterIt) {
  scripts_in_step both{
      {"jobs.schedule('j', '@every 10s', function () { jobs.removeAll();"
       "  jobs.schedule('k', '@every 10s', function () {}); });",
       ""}};
  both.run_until(15).run_until(40);
  EXPECT_THAT(both.of(0),
              ElementsAre("+10 job j passed", "+20 job k passed", "+30 job k passed", "+40 job k passed"));
}

TEST(ScriptJobs, AJobThatAsksForItselfAgainAndAgainRunsOnceMoreBetweenTwoPackets) {
  script s{
      "var n = 0; jobs.schedule('j', '@every 60s', function () { jobs.run('j'); return ++n; });"
      "jobs.run('j'); function onPacketCaptured() { console.log('packet'); }"};
  s.take({1, 1, 2});
  EXPECT_THAT(s.records->all,
              ElementsAre("+0 job j passed 1", "+1 packet", "+1 job j(+0) passed 2", "+1 packet",
                          "+1 job j passed 3", "+2 packet", "+2 job j(+1) passed 4"));
}

TEST(ScriptJobs, AJobThatAsksForItselfHoldsUpNoOtherJobAndNoTimer) {
  script s{
      "jobs.schedule('self', '@every 60s', function () { jobs.run('self'); }); jobs.run('self');"
      "jobs.schedule('j', '@every 10s', function () { return 'in time'; });"
      "setTimeout(function () { console.log('timer'); }, 15000);"
      "function onPacketCaptured() { console.log('packet'); }"};
  s.take({1, 20});
  EXPECT_THAT(s.records->all, testing::IsSupersetOf({"+10 job j passed \"in time\"", "+15 timer",
                                                     "+20 job j passed \"in time\"", "+20 packet"}));
  EXPECT_EQ(s.records->all.size(), 11u) << testing::PrintToString(s.records->all);
}

TEST(ScriptJobs, TwoJobsThatAskForEachOtherRunOnceEachBetweenTwoPackets) {
  script s{
      "jobs.schedule('a', '@every 60s', function () { jobs.run('b'); });"
      "jobs.schedule('b', '@every 60s', function () { jobs.run('a'); });"
      "jobs.run('a'); function onPacketCaptured() {}"};
  s.take({1});
  EXPECT_THAT(s.records->all,
              ElementsAre("+0 job a passed", "+0 job b passed", "+1 job a(+0) passed", "+1 job b passed"));
}

TEST(ScriptJobs, AStoppedSchedulerPlansNothingAndStillRunsWhatIsAskedFor) {
  script s{
      "jobs.schedule('j', '@every 10s', function () {});"
      "function onPacketCaptured(info) { var s = new Date().getSeconds();"
      "  if (s === 5) console.log(jobs.scheduler.stop());"
      "  if (s === 25) jobs.run('j');"
      "  if (s === 35) console.log(jobs.scheduler.start()); }"};
  s.take({5, 25, 35, 45});
  EXPECT_THAT(s.records->all, ElementsAre("+5 false", "+25 job j passed", "+35 true", "+40 job j passed"));
}

TEST(ScriptJobs, TellsTheHooksOfItsOwnRuns) {
  script s{
      "jobs.schedule('good', '@every 10s', function () {}, 1);"
      "jobs.schedule('bad', '@every 20s', function () { throw new TypeError('x'); }, 1);"
      "function onJobPassed(tag, cron, limit) { console.log('passed', tag, cron, limit); }"
      "function onJobFailed(tag, cron, limit, err) { console.log('failed', tag, cron, limit, err); }"};
  s.run_until(30);
  EXPECT_THAT(s.records->all, testing::IsSupersetOf({"+10 passed good @every 10s 1",
                                                     "+20 failed bad @every 20s 1 TypeError: x"}));
}

TEST(ScriptJobs, AnExceptionInAJobHookTriggersNoHook) {
  script s{
      "jobs.schedule('j', '@every 10s', function () {}, 1);"
      "function onJobPassed() { throw new Error('in hook'); }"
      "function onJobFailed() { console.log('failed'); }"};
  s.run_until(10);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job j passed", HasSubstr("Error: in hook")));
}

TEST(ScriptJobs, RunsEveryJobOnceMoreInTheOrderScheduled) {
  script s{
      "jobs.schedule('b', '@every 60s', function () {}, 5); jobs.schedule('a', '@daily', function () {});"
      "jobs.run('b');"};
  s.run_until(30);
  s.runner->run_every_job();
  EXPECT_THAT(s.records->all, ElementsAre("+0 job b passed", "+30 job b passed", "+30 job a passed"));
}

TEST(ScriptJobs, CountsExactlyWhatThePacketCountersSay) {
  script s{
      "var n = 0; function onPacketCaptured() { ++n; }"
      "jobs.schedule('count', '0 * * * * *', function () { var m = n; n = 0; return m; });"};
  std::vector<double> all;
  std::vector<int> expected(5);
  for (int i = 0; i < 1'000; ++i) {
    const double when = i * 0.3; // also at full minutes: those belong to the next one
    all.push_back(when);
    ++expected[static_cast<std::size_t>((i * 3) / 600)];
  }
  s.take(all, 300);
  std::vector<int> counted;
  for (const job_run& run : s.records->jobs)
    counted.push_back(std::stoi(run.result_json));
  EXPECT_EQ(counted, expected);
}

TEST(ScriptJobs, TakesBackWhatAFailedLoadRegistered) {
  // The second life of this script fails after it has scheduled a job and asked for others.
  script s{
      "this.lives = (this.lives || 0) + 1;"
      "jobs.schedule('loop', '@every 10s', function () { for (;;) {} });"
      "if (this.lives > 1) { jobs.schedule('more', '@every 1s', function () {}); jobs.run('of another');"
      "  throw new Error('not again'); }",
      0, nullptr, [] {
        remora::script::limits tight;
        tight.job = std::chrono::milliseconds{20};
        return tight;
      }()};
  s.run_until(15);
  EXPECT_THAT(s.runner->own_tags(), IsEmpty());
  for (const job_command& command : s.runner->take_commands())
    EXPECT_NE(command.kind, job_command::what::run);
  EXPECT_THAT(s.records->all, testing::Contains(HasSubstr("not again")));
}

} // namespace
} // namespace remora::actors::test
