// When packets, jobs and timers reach a script, by the clock of a capture.
#include "script_fixture.hpp"

namespace remora::actors::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

/// Prints each packet and has a job in every tenth second.
const std::string packets_and_job = R"(
  function onPacketCaptured(info) { console.log("packet", info.length); }
  jobs.schedule("j", "*/10 * * * * *", function () { console.log("job"); return 1; });
)";

TEST(ScriptTime, RunsAJobBeforeTheFirstPacketAfterItsInstant) {
  script s{packets_and_job};
  s.take({9, 11});
  EXPECT_THAT(s.records->all,
              ElementsAre("+9 packet 100", "+10 job", "+10 job j passed 1", "+11 packet 100"));
}

TEST(ScriptTime, RunsAJobBeforeAPacketOfTheVeryInstant) {
  script s{packets_and_job};
  s.take({10});
  EXPECT_THAT(s.records->all, ElementsAre("+10 job", "+10 job j passed 1", "+10 packet 100"));
}

TEST(ScriptTime, LetsAPacketPassThatIsANanosecondEarlier) {
  script s{packets_and_job};
  s.take({9.999999999, 10});
  EXPECT_THAT(s.records->all,
              ElementsAre("+9.999 packet 100", "+10 job", "+10 job j passed 1", "+10 packet 100"));
}

TEST(ScriptTime, RunsTheJobsOfAQuietGapEachAtItsInstant) {
  script s{
      "jobs.schedule('j', '*/10 * * * * *', function () { return new Date().getTime() / 1000 - 1699999200; "
      "});"
      "function onPacketCaptured() {}"};
  s.take({1, 35});
  EXPECT_THAT(s.records->all,
              ElementsAre("+10 job j passed 10", "+20 job j passed 20", "+30 job j passed 30"));
}

TEST(ScriptTime, RunsWhatIsDueUpToTheEndOfARoundWithoutPackets) {
  script s{packets_and_job};
  s.run_until(20);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job", "+10 job j passed 1", "+20 job", "+20 job j passed 1"));
}

TEST(ScriptTime, RunsNothingTwiceAtTheBorderOfTwoRounds) {
  script s{packets_and_job};
  s.take({10}).take({10}).run_until(10);
  EXPECT_THAT(s.records->jobs, SizeIs(1));
}

TEST(ScriptTime, RunsSeveralJobsOfAnInstantInTheOrderScheduled) {
  script s{
      "var f = function () {};"
      "jobs.schedule('z', '*/10 * * * * *', f); jobs.schedule('a', '*/5 * * * * *', f);"
      "jobs.schedule('m', '@every 10s', f);"};
  s.run_until(10);
  EXPECT_THAT(s.records->all,
              ElementsAre("+5 job a passed", "+10 job z passed", "+10 job a passed", "+10 job m passed"));
}

TEST(ScriptTime, RunsAJobBeforeATimerOfTheSameInstant) {
  script s{
      "setTimeout(function () { console.log('timer'); }, 10000);"
      "jobs.schedule('j', '*/10 * * * * *', function () {});"};
  s.run_until(10);
  EXPECT_THAT(s.records->all, ElementsAre("+10 job j passed", "+10 timer"));
}

TEST(ScriptTime, RunsATimerBeforeThePacketOfItsInstant) {
  script s{
      "setTimeout(function () { console.log('timer'); }, 2500);"
      "function onPacketCaptured() { console.log('packet'); }"};
  s.take({2, 2.5, 3});
  EXPECT_THAT(s.records->all, ElementsAre("+2 packet", "+2.5 timer", "+2.5 packet", "+3 packet"));
}

TEST(ScriptTime, RunsATimerThatAPacketSetBeforeThePacketsAfterItsInstant) {
  script s{
      "function onPacketCaptured() { console.log('packet');"
      "  setTimeout(function () { console.log('timer'); }, 500); }"};
  s.take({1, 1.4, 1.6});
  EXPECT_THAT(s.records->all, ElementsAre("+1 packet", "+1.4 packet", "+1.5 timer", "+1.6 packet"));
}

TEST(ScriptTime, RunsAnIntervalAtEachOfItsInstantsInAGap) {
  script s{
      "var n = 0; setInterval(function () { ++n; }, 10);"
      "jobs.schedule('count', '0 * * * * *', function () { return n; });"};
  s.run_until(60);
  // At the full minute the job comes before the 6000th call.
  EXPECT_THAT(s.records->all, ElementsAre("+60 job count passed 5999"));
}

TEST(ScriptTime, StopsAnIntervalThatClearsItself) {
  script s{
      "var n = 0; var id = setInterval(function () { console.log(++n); if (n === 3) clearInterval(id); }, "
      "1000);"};
  s.run_until(60);
  EXPECT_THAT(s.records->all, ElementsAre("+1 1", "+2 2", "+3 3"));
  EXPECT_EQ(s.runner->next_due(), timestamp::max());
}

TEST(ScriptTime, GivesAJobOfACaptureNoDurationAndTheInstantAsItsStart) {
  script s{"jobs.schedule('j', '@every 10s', function () { for (var i = 0; i < 1e5; ++i) {} });"};
  s.run_until(10);
  ASSERT_THAT(s.records->jobs, SizeIs(1));
  EXPECT_EQ(s.records->jobs[0].planned, at(10));
  EXPECT_EQ(s.records->jobs[0].started, at(10));
  EXPECT_EQ(s.records->jobs[0].duration, nanoseconds{0});
}

TEST(ScriptTime, LetsPacketsPassWhoseTimeGoesBack) {
  script s{packets_and_job};
  s.take({9, 11, 8, 10, 12});
  EXPECT_THAT(s.records->all, ElementsAre("+9 packet 100", "+10 job", "+10 job j passed 1", "+11 packet 100",
                                          "+11 packet 100", "+11 packet 100", "+12 packet 100"));
}

TEST(ScriptTime, KeepsTheTimeStampOfAPacketThatGoesBack) {
  script s{"function onPacketCaptured(info) { console.log(info.timestamp.substr(17, 2)); }"};
  s.take({9, 8});
  EXPECT_THAT(s.records->all, ElementsAre("+9 09", "+9 08"));
}

TEST(ScriptTime, DoesNotHoldUpPacketsThatGoBackBehindAJobThatIsDueLater) {
  script s{packets_and_job};
  s.take({9}).take({2, 3}).take({10});
  EXPECT_THAT(s.records->all, ElementsAre("+9 packet 100", "+9 packet 100", "+9 packet 100", "+10 job",
                                          "+10 job j passed 1", "+10 packet 100"));
}

TEST(ScriptTime, RunsEachJobOnceWhenTheCaptureJumpsByMoreThanSevenDays) {
  constexpr double ten_days = 10 * 86'400;
  script s{packets_and_job};
  s.take({5, ten_days + 5});
  ASSERT_THAT(s.records->jobs, SizeIs(2));
  EXPECT_EQ(s.records->jobs[0].outcome, job_outcome::skipped);
  EXPECT_EQ(s.records->jobs[0].planned, at(10));
  EXPECT_THAT(s.records->jobs[0].error, testing::HasSubstr("86399 planned runs were skipped"));
  EXPECT_EQ(s.records->jobs[1].planned, at(ten_days));
  EXPECT_EQ(s.records->jobs[1].started, at(ten_days + 5));
  EXPECT_EQ(s.records->all.back(), "+864005 packet 100");
}

TEST(ScriptTime, StepsThroughAGapOfSevenDays) {
  script s{"jobs.schedule('daily', '@daily', function () {}); function onPacketCaptured() {}"};
  s.take({0, 7 * 86'400});
  EXPECT_THAT(s.records->jobs, SizeIs(7));
}

TEST(ScriptTime, SurvivesTimeStampsAtBothEndsOfTime) {
  script s{packets_and_job};
  round work;
  work.number = 1;
  packet_info_batch ends;
  ends.emplace_back(timestamp::min(), 100, 100, false);
  ends.emplace_back(timestamp::max() - nanoseconds{1}, 100, 100, false);
  ends.emplace_back(timestamp::min(), 100, 100, false);
  work.packets = std::make_shared<const packet_info_batch>(ends);
  work.until = timestamp::max() - nanoseconds{1};
  s.runner->take(work);
  EXPECT_EQ(s.runner->tally().hook_calls, 3u);
}

TEST(ScriptTime, WithoutAPacketHookFollowsTheClockAlone) {
  script s{"jobs.schedule('j', '@every 10s', function () {});"};
  EXPECT_FALSE(s.runner->wants_packets());
  s.take({1, 25});
  EXPECT_THAT(s.records->all, ElementsAre("+10 job j passed", "+20 job j passed"));
  EXPECT_EQ(s.runner->finish().hook_calls, 0u);
}

TEST(ScriptTime, SaysWhenItIsDueNext) {
  script s{packets_and_job + "setTimeout(function () {}, 3000);"};
  EXPECT_EQ(s.runner->next_due(), at(3));
  s.run_until(3);
  EXPECT_EQ(s.runner->next_due(), at(10));
}

TEST(ScriptTime, IsNeverDueWithoutJobsAndTimers) {
  EXPECT_EQ(script{"var idle = 1;"}.runner->next_due(), timestamp::max());
}

TEST(ScriptTime, SaysThatItHasLeftARoundWhenTheRoundIsOver) {
  script s{"var idle = 1;"};
  s.take({1}).take({2});
  EXPECT_THAT(s.records->rounds, ElementsAre(1, 2, 2, 3));
}

} // namespace
} // namespace remora::actors::test
