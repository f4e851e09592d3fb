// A script cannot hurt its neighbours.
#include <new>

#include "run_fixture.hpp"

namespace remora::worker::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

class RunHostile : public run_test {
 protected:
  RunHostile() {
    options.limits.turn = options.limits.job = std::chrono::milliseconds{50};
    options.limits.memory_bytes = 8u << 20;
    options.run_jobs_at_end = true;
  }

  void add_good_script() {
    add_script(
        "var n = 0; function onPacketCaptured() { ++n; }"
        "jobs.schedule('n', '@yearly', function () { return n; });",
        "good");
  }

  /// Runs the bad script beside a good one over twenty seconds of packets.
  run_report run_beside_good(const std::string& bad) {
    add_script(bad, "bad");
    add_good_script();
    read_evenly(20'000, 1);
    run_report report = run();
    EXPECT_THAT(report.scripts, SizeIs(2));
    EXPECT_THAT(sink.all, Contains("good: job n passed 20000"));
    EXPECT_EQ(report.scripts[1].hook_calls, 20'000u);
    EXPECT_EQ(report.scripts[1].dropped_events, 0u);
    EXPECT_EQ(report.scripts[1].errors, 0u);
    return report;
  }
};

TEST_F(RunHostile, AnEndlessLoopInAPacketHookHurtsNobodyElse) {
  const run_report report = run_beside_good("function onPacketCaptured() { for (;;) {} }");
  EXPECT_EQ(report.scripts[0].hook_calls + report.scripts[0].dropped_events, 20'000u);
  EXPECT_EQ(report.scripts[0].suspensions, 2u) << "at 2 ms for 10 s, then for 20 s";
  EXPECT_FALSE(report.scripts[0].stuck);
}

TEST_F(RunHostile, AnEndlessLoopInAJobHurtsNobodyElse) {
  const run_report report = run_beside_good(
      "jobs.schedule('loop', '* * * * * *', function () { while (true) try { for (;;) {} } finally { "
      "continue; } });");
  EXPECT_EQ(report.scripts[0].suspensions, 2u);
}

TEST_F(RunHostile, AnEndlessLoopInAScriptThatSharesHurtsNobodyElse) {
  run_beside_good("this.n = 1; function onPacketCaptured() { this.n++; for (;;) {} }");
}

TEST_F(RunHostile, AScriptThatHoardsMemoryHurtsNobodyElse) {
  const run_report report = run_beside_good(
      "var hoard = []; function onPacketCaptured() { hoard.push(new Array(10001).join('x') + hoard.length); "
      "}");
  EXPECT_GE(report.scripts[0].suspensions, 1u);
  EXPECT_EQ(report.scripts[0].hook_calls + report.scripts[0].dropped_events, 20'000u);
}

TEST_F(RunHostile, AScriptThatThrowsInEveryHookHurtsNobodyElse) {
  const run_report report = run_beside_good("function onPacketCaptured() { throw new Error('always'); }");
  EXPECT_EQ(report.scripts[0].errors, 20'000u);
  EXPECT_LT(sink.lines.size(), 1'000u) << "what repeats is summarised";
}

TEST_F(RunHostile, JobsThatAskForThemselvesForeverHurtNobodyElse) {
  run_beside_good("jobs.schedule('self', '@yearly', function () { jobs.run('self'); }); jobs.run('self');");
}

TEST_F(RunHostile, ScriptsThatAskForEachOthersJobsForeverComeToAnEnd) {
  add_script("jobs.schedule('a', '@yearly', function () { jobs.run('b'); }); function onPacketCaptured() {}");
  add_script("jobs.schedule('b', '@yearly', function () { jobs.run('a'); }); jobs.run('b');");
  read_evenly(5'000, 1);
  EXPECT_EQ(run().packets, 5'000u);
  EXPECT_GT(sink.jobs.size(), 2u);
}

TEST_F(RunHostile, AStormOfSharedValuesIsRefusedAndSaid) {
  options.limits.turn = std::chrono::seconds{30}; // it is the number of names that is at issue
  run_beside_good(
      "setInterval(function () { for (var i = 0; i < 11000; ++i) this['name' + i] = 1; }, 10000);");
  std::vector<std::string> texts;
  for (const console_line& line : sink.lines)
    texts.push_back(line.text);
  EXPECT_THAT(texts, Contains(HasSubstr("10000 names")));
}

TEST_F(RunHostile, AFloodOfCommandsToOthersComesToAnEnd) {
  run_beside_good("function onPacketCaptured() { for (var i = 0; i < 100; ++i) jobs.run('nobody has it'); }");
}

/// There is no memory for the record of a job, which ends the actor of the script that made it.
struct failing_sink final : record_sink {
  void console(const console_line&) override {}
  void job(const job_run&) override { throw std::bad_alloc{}; }
  void clear_console() override {}
};

TEST_F(RunHostile, AScriptWhoseActorDiesIsReportedAndTheRunGoesOn) {
  add_script("function onPacketCaptured() {} jobs.schedule('j', '*/5 * * * * *', function () {});");
  read_evenly(20'000, 1);
  failing_sink failing;
  const run_report report = run_into(failing);
  ASSERT_THAT(report.scripts, SizeIs(1));
  EXPECT_TRUE(report.scripts[0].stuck);
  EXPECT_EQ(report.packets, 20'000u);
  EXPECT_EQ(report.scripts[0].hook_calls + report.scripts[0].dropped_events, 20'000u);
  EXPECT_GT(report.scripts[0].dropped_events, 0u);
}

TEST_F(RunHostile, AScriptWhoseActorDiesInItsLastJobDoesNotKeepTheRunFromEnding) {
  add_script("jobs.schedule('last', '@yearly', function () {});");
  read_evenly(20'000, 1);
  failing_sink failing;
  const run_report report = run_into(failing);
  ASSERT_THAT(report.scripts, SizeIs(1));
  EXPECT_TRUE(report.scripts[0].stuck);
}

} // namespace
} // namespace remora::worker::test
