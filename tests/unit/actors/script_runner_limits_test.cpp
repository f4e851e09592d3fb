// What happens to a script that uses up its time or memory.
#include "script_fixture.hpp"

namespace remora::actors::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

remora::script::limits tight() {
  remora::script::limits limits;
  limits.turn = limits.job = std::chrono::milliseconds{30};
  limits.memory_bytes = 4u << 20;
  return limits;
}

/// Counts its packets, and never comes back from one at a second that is a multiple of ten.
const std::string loops_at_tens = R"(
  var seen = 0;
  function onPacketCaptured() {
    ++seen;
    if (new Date().getSeconds() % 10 === 0) for (;;) {}
  }
  jobs.schedule("seen", "* * * * * *", function () { return seen; });
)";

class ScriptLimits : public testing::Test {
 protected:
  static std::vector<std::string> lines_with(const script& s, const std::string& part) {
    std::vector<std::string> all;
    for (const std::string& record : s.records->all) {
      if (record.find(part) != std::string::npos) all.push_back(record);
    }
    return all;
  }
};

TEST_F(ScriptLimits, SayWhatUsedUpItsTime) {
  script s{loops_at_tens, 0, nullptr, tight()};
  s.take({10});
  EXPECT_THAT(lines_with(s, "error"),
              ElementsAre(testing::AllOf(HasSubstr("onPacketCaptured"), HasSubstr("0.03 s"))));
}

TEST_F(ScriptLimits, StartTheScriptAfreshWithItsJobs) {
  script s{loops_at_tens, 0, nullptr, tight()};
  s.take({8.5, 10.5, 11.5, 12.5});
  EXPECT_THAT(lines_with(s, "+12 job"), ElementsAre("+12 job seen passed 1"));
  EXPECT_THAT(lines_with(s, "+11 job"), ElementsAre("+11 job seen passed 0"))
      << "the packet of 10.5 went with the old state";
  EXPECT_EQ(s.runner->tally().hook_calls, 4u);
  EXPECT_EQ(s.runner->tally().dropped_events, 0u);
}

TEST_F(ScriptLimits, SuspendTheScriptTheThirdTimeForTenSecondsOfTheClock) {
  script s{loops_at_tens, 0, nullptr, tight()};
  s.take({10, 20, 30, 30.5, 39.9, 41.1, 42.1});
  EXPECT_THAT(lines_with(s, "suspended"),
              ElementsAre("+30 error: the script is suspended for 10 s: it used up its time"));
  EXPECT_EQ(s.runner->tally().suspensions, 1u);
  EXPECT_EQ(s.runner->tally().dropped_events, 2u);
}

TEST_F(ScriptLimits, ResumeBeforeThePacketOfTheInstantAtWhichTheSuspensionEnds) {
  script s{"function onPacketCaptured() { for (;;) {} }", 0, nullptr, tight()};
  s.take({1, 2, 3, 12.9, 13});
  EXPECT_EQ(s.runner->tally().dropped_events, 1u);
  EXPECT_EQ(s.runner->tally().hook_calls, 4u);
}

TEST_F(ScriptLimits, AddUpPacketsThatWereSeenAndPacketsThatWereDropped) {
  script s{"function onPacketCaptured() { for (;;) {} }", 0, nullptr, tight()};
  std::vector<double> all;
  for (int i = 0; i < 40; ++i)
    all.push_back(i);
  s.take(all);
  const script_tally tally = s.runner->finish();
  EXPECT_EQ(tally.hook_calls + tally.dropped_events, 40u);
  EXPECT_EQ(tally.suspensions, 3u) << "at 2 s for 10 s, at 12 s for 20 s, at 32 s for 40 s";
}

TEST_F(ScriptLimits, RunNoJobWhileSuspendedAndAllAgainAfterIt) {
  script s{
      "jobs.schedule('j', '@every 5s', function () { return 1; }); function onPacketCaptured() { for (;;) {} "
      "}",
      0, nullptr, tight()};
  s.take({1, 2, 3}).run_until(20);
  EXPECT_THAT(lines_with(s, "job"), ElementsAre("+15 job j passed 1", "+20 job j passed 1"));
}

TEST_F(ScriptLimits, ResumeInAQuietGap) {
  script s{"jobs.schedule('j', '@every 5s', function () { for (;;) {} });", 0, nullptr, tight()};
  s.run_until(60);
  // 5, 10, 15: suspended until 25; 30: until 50; 55: until 95.
  EXPECT_THAT(lines_with(s, " job j "),
              ElementsAre(HasSubstr("+5 job j timed_out"), HasSubstr("+10 job j timed_out"),
                          HasSubstr("+15 job j timed_out"), HasSubstr("+30 job j timed_out"),
                          HasSubstr("+55 job j timed_out")));
  EXPECT_EQ(s.runner->next_due(), at(95));
}

TEST_F(ScriptLimits, RecordTheRunThatUsedUpItsTime) {
  script s{"jobs.schedule('j', '@every 5s', function () { console.log('begun'); for (;;) {} });", 0, nullptr,
           tight()};
  s.run_until(5);
  ASSERT_THAT(s.records->jobs, SizeIs(1));
  EXPECT_EQ(s.records->jobs[0].outcome, job_outcome::timed_out);
  EXPECT_THAT(s.records->jobs[0].error, HasSubstr("RangeError: execution timeout: job \"j\""));
  EXPECT_THAT(s.records->jobs[0].console, Contains("begun"));
}

TEST_F(ScriptLimits, RecordAsSkippedWhatWasDueWithTheRunThatEndedTheScript) {
  script s{
      "jobs.schedule('first', '@every 5s', function () { for (;;) {} }, 1);"
      "jobs.schedule('second', '@every 5s', function () { return 2; });",
      0, nullptr, tight()};
  s.run_until(5);
  ASSERT_THAT(s.records->jobs, SizeIs(2));
  EXPECT_EQ(s.records->jobs[1].tag, "second");
  EXPECT_EQ(s.records->jobs[1].planned, at(5));
  EXPECT_EQ(s.records->jobs[1].outcome, job_outcome::skipped);
}

TEST_F(ScriptLimits, TellTheNewLifeOfTheScriptThatItsJobFailed) {
  script s{
      "jobs.schedule('j', '@every 5s', function () { for (;;) {} });"
      "function onJobFailed(tag, cron, limit, err) { console.log(tag, err.substr(0, 29)); }",
      0, nullptr, tight()};
  s.run_until(5);
  EXPECT_THAT(s.records->all.back(), "+5 j RangeError: execution timeout");
}

TEST_F(ScriptLimits, EndATimerThatDoesNotComeBack) {
  script s{"setTimeout(function () { for (;;) {} }, 1000); jobs.schedule('j', '@every 5s', function () {});",
           0, nullptr, tight()};
  s.run_until(1.5);
  EXPECT_THAT(lines_with(s, "error"), ElementsAre(HasSubstr("timer")));
  EXPECT_THAT(s.runner->own_tags(), ElementsAre("j"));
}

TEST_F(ScriptLimits, EndAHookThatIsToldOfAJobOfAnotherScriptAndDoesNotComeBack) {
  scripts_in_step both{{"jobs.schedule('theirs', '@every 5s', function () {}, 1);", ""}};
  both.all[1] = std::make_unique<script>(
      "function onJobPassed() { for (;;) {} }"
      "jobs.schedule('mine', '@every 10s', function () { return 'runs'; });",
      1, both.scope, tight());
  both.run_until(5).run_until(6).run_until(10);
  EXPECT_THAT(both.of(1), Contains("+10 job mine passed \"runs\""))
      << "no job is recorded against a script that was ended before";
}

TEST_F(ScriptLimits, EndAScriptThatNeedsTooMuchMemoryInTheSameWay) {
  remora::script::limits small;
  small.memory_bytes = 4u << 20;
  script s{
      "var hoard = []; var block = new Array(1000).join('x');"
      "function onPacketCaptured() { for (;;) hoard.push(block + hoard.length); }"
      "jobs.schedule('j', '@every 5s', function () { return hoard.length; });",
      0, nullptr, small};
  s.take({1, 6});
  EXPECT_THAT(lines_with(s, "error"),
              Contains(testing::AllOf(HasSubstr("out of memory"), HasSubstr("4 MiB"))));
  EXPECT_THAT(lines_with(s, " job j "), ElementsAre("+5 job j passed 0"));
}

TEST_F(ScriptLimits, CommitNothingOfATurnThatWasEnded) {
  auto scope = std::make_shared<process_scope>(2, process_scope::publish::on_merge);
  script s{"this.n = 1; function onPacketCaptured() { this.n = 2; for (;;) {} }", 0, scope, tight()};
  s.take({1});
  scope->merge();
  EXPECT_EQ(scope->view(1)->image()->values.at("n").text, "1");
}

TEST_F(ScriptLimits, SuspendAScriptThatDoesNotLoadAnyMoreAndTryAgain) {
  script s{
      "this.lives = (this.lives || 0) + 1; if (this.lives === 2) throw new Error('not now');"
      "jobs.schedule('j', '@every 5s', function () { return 1; });"
      "function onPacketCaptured() { if (new Date().getSeconds() === 1) for (;;) {} }",
      0, nullptr, tight()};
  s.take({1}).run_until(20);
  EXPECT_THAT(lines_with(s, "error"), Contains(HasSubstr("not now")));
  EXPECT_EQ(s.runner->tally().suspensions, 2u) << "at 1 s and at 11 s";
  // The throw at load commits nothing, so it throws each time.
  EXPECT_THAT(lines_with(s, "suspended for"), testing::Not(IsEmpty()));
}

TEST_F(ScriptLimits, AreAMatterOfOneScript) {
  scripts_in_step both{
      {"var n = 0; function onPacketCaptured() { ++n; }"
       "jobs.schedule('n', '@every 10s', function () { return n; });",
       ""}};
  both.all[1] =
      std::make_unique<script>("function onPacketCaptured() { for (;;) {} }", 1, both.scope, tight());
  both.take({1, 2, 3, 4}).take({5, 6, 7}).run_until(10);
  EXPECT_THAT(both.of(0), ElementsAre("+10 job n passed 7"));
}

} // namespace
} // namespace remora::actors::test
