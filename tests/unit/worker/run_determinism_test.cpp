// Two runs over one capture hand the same records out in the same order.
#include "run_fixture.hpp"

namespace remora::worker::test {
namespace {

using testing::SizeIs;

class RunDeterminism : public run_test {
 protected:
  /// Everything a run printed, with its times.
  std::vector<std::string> records_of_a_run() {
    recording_sink own;
    run_into(own);
    std::vector<std::string> all = own.all;
    for (const console_line& line : own.lines)
      all.push_back(to_rfc3339(line.time));
    for (const job_run& job : own.jobs)
      all.push_back(to_rfc3339(job.planned) + ' ' + to_rfc3339(job.started.value_or(timestamp{})));
    return all;
  }

  void expect_ten_equal_runs() {
    const std::vector<std::string> first = records_of_a_run();
    EXPECT_GT(first.size(), 20u);
    for (int i = 1; i < 10; ++i)
      ASSERT_EQ(records_of_a_run(), first) << "run " << i;
  }
};

TEST_F(RunDeterminism, OfScriptsThatPrintFromPacketsJobsAndTimers) {
  for (int i = 1; i <= 3; ++i) {
    const std::string n = std::to_string(i);
    add_script("var n = 0; function onPacketCaptured() { if (++n % (100 * " + n +
               ") === 0) console.log('packet', n); }"
               "jobs.schedule('j', '*/" +
               n +
               " * * * * *', function () { return n; });"
               "setInterval(function () { console.log('tick', Math.random()); }, 700 * " +
               n + ");");
  }
  read_evenly(5'000, 2);
  expect_ten_equal_runs();
}

TEST_F(RunDeterminism, OfScriptsThatShareValues) {
  for (int i = 0; i < 3; ++i) {
    add_script("function onPacketCaptured() { this.n = (this.n || 0) + 1; this['of" + std::to_string(i) +
               "'] = this.n; }"
               "jobs.schedule('j', '* * * * * *', function () {"
               "  return [this.n, this.of0, this.of1, this.of2]; });");
  }
  read_evenly(2'000, 3);
  expect_ten_equal_runs();
}

TEST_F(RunDeterminism, OfScriptsThatOnlyAskForEachOthersJobs) {
  // None of them can see another through `this` or a hook, so they do not work in step.
  for (int i = 0; i < 3; ++i) {
    const std::string me = std::to_string(i), next = std::to_string((i + 1) % 3);
    add_script("var n = 0; function onPacketCaptured() { if (++n % 997 === 0) { jobs.run('of" + next +
               "');"
               "  console.log(n, jobs.list().join()); } if (n === 9000) jobs.remove('of" +
               next +
               "'); }"
               "jobs.schedule('of" +
               me + "', '@yearly', function () { return n; });");
  }
  // One of them is slow, and which one is ahead changes from run to run.
  options.scripts[1].code += "function spin() { for (var i = 0; i < 200; ++i) {} } setInterval(spin, 10);";
  read_evenly(40'000, 1);
  expect_ten_equal_runs();
}

TEST_F(RunDeterminism, OfSixteenScripts) {
  for (int i = 0; i < 16; ++i) {
    add_script(
        "var n = 0; function onPacketCaptured() { ++n; }"
        "jobs.schedule('n', '* * * * * *', function () { console.log(n); return n; });",
        "s" + std::to_string(10 + i));
  }
  read_evenly(3'001, 1);
  const auto first = records_of_a_run();
  recording_sink own;
  run_into(own);
  ASSERT_THAT(own.jobs, SizeIs(48));
  for (std::size_t i = 0; i < 48; ++i) {
    EXPECT_EQ(own.jobs[i].script, "s" + std::to_string(10 + i % 16));
    EXPECT_EQ(own.jobs[i].result_json, std::to_string((i / 16 + 1) * 1'000));
  }
  EXPECT_EQ(records_of_a_run(), first);
}

TEST_F(RunDeterminism, OfTwoScriptsWhenOneFloodsTheConsole) {
  // 16 MiB in one round, twice what a script may have waiting.
  add_script("this.n = 1; jobs.schedule('j', '* * * * * *', function () {});");
  add_script("var line = new Array(16385).join('x'); function onPacketCaptured() { console.log(line); }");
  std::vector<std::int64_t> burst(1'024, 1);
  burst.push_back(2'000);
  read(burst);
  recording_sink own;
  const run_report report = run_into(own);
  EXPECT_THAT(own.lines, SizeIs(1'025));
  EXPECT_EQ(report.scripts[1].dropped_lines, 0u);
}

TEST_F(RunDeterminism, OfTwoScriptsWhenOneFloodsTheConsoleWhileLoadingAndAtTheEnd) {
  const std::string flood =
      "var line = new Array(60001).join('x');"
      "function flood() { for (var i = 0; i < 300; ++i) console.log(line); } flood();"
      "jobs.schedule('end', '@yearly', flood);";
  add_script(flood);
  add_script(flood);
  options.run_jobs_at_end = true;
  read({0, 1});
  recording_sink own;
  run_into(own);
  ASSERT_THAT(own.lines, SizeIs(1'200));
  EXPECT_EQ(own.lines[299].script, "a");
  EXPECT_EQ(own.lines[300].script, "b");
  EXPECT_EQ(own.lines[899].script, "a");
  EXPECT_EQ(own.lines[900].script, "b");
}

} // namespace
} // namespace remora::worker::test
