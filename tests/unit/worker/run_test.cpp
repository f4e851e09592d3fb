#include <fstream>
#include <iterator>

#include "run_fixture.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::worker::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class Run : public run_test {};

const std::string counts_by_minute = R"(
  var packets = 0, kb = 0;
  function onPacketCaptured(info) { ++packets; kb += info.length / 1000; }
  jobs.schedule("report", "0 */1 * * * *", function () {
    console.log("Captured packets per minute:", packets);
    console.log("Total KB captured per minute:", kb.toFixed(3));
    packets = 0; kb = 0;
  });
)";

TEST_F(Run, CountsEveryPacketOfACapture) {
  add_script(
      "var n = 0; function onPacketCaptured() { ++n; }"
      "jobs.schedule('n', '@yearly', function () { return n; });");
  options.run_jobs_at_end = true;
  read_evenly(10'000, 1);
  const run_report report = run();
  EXPECT_EQ(report.packets, 10'000u);
  EXPECT_EQ(report.bytes, 10'000 * packet_bytes);
  EXPECT_EQ(report.decoded.packets(), 10'000u);
  ASSERT_THAT(report.scripts, SizeIs(1));
  EXPECT_EQ(report.scripts[0].hook_calls, 10'000u);
  EXPECT_EQ(report.scripts[0].dropped_events, 0u);
  EXPECT_THAT(sink.all, ElementsAre("a: job n passed 10000"));
}

TEST_F(Run, ReportsEachMinuteOfTheCaptureAsTheCountersSay) {
  add_script(counts_by_minute);
  read_evenly(1'801, 100); // three minutes and the packet that ends them
  run();
  EXPECT_THAT(sink.all,
              ElementsAre("a: Captured packets per minute: 600", "a: Total KB captured per minute: 32.400",
                          "a: job report passed ", "a: Captured packets per minute: 600",
                          "a: Total KB captured per minute: 32.400", "a: job report passed ",
                          "a: Captured packets per minute: 600", "a: Total KB captured per minute: 32.400",
                          "a: job report passed "));
}

TEST_F(Run, RunsADayOfMinutelyJobs) {
  add_script(counts_by_minute);
  read({0, 86'400'000});
  run();
  EXPECT_THAT(sink.jobs, SizeIs(1'440));
}

TEST_F(Run, TakesTimeFromTheCapture) {
  add_script("function onPacketCaptured() { console.log(new Date().toISOString()); }");
  read({0, 1'500});
  const run_report report = run();
  EXPECT_THAT(sink.all, ElementsAre("a: 2023-11-14T22:00:00.000Z", "a: 2023-11-14T22:00:01.500Z"));
  EXPECT_EQ(report.run_time, milliseconds{1'500});
}

TEST_F(Run, LoadsScriptsInTheirOrderAtTheTimeOfTheFirstPacket) {
  add_script("console.log('one', new Date().toISOString());");
  add_script("console.log('two');");
  read({0});
  run();
  EXPECT_THAT(sink.all, ElementsAre("a: one 2023-11-14T22:00:00.000Z", "b: two"));
}

TEST_F(Run, LetsScriptsThatShareSeeEachOthersValuesInStep) {
  add_script("this.total = 0; function onPacketCaptured() { this.total++; }");
  add_script(
      "var last = -1; function onPacketCaptured() {"
      "  if (this.total < last) console.error('went back'); last = this.total; }"
      "jobs.schedule('see', '*/10 * * * * *', function () { return this.total; });");
  read_evenly(1'000, 50); // 20 a second
  run();
  std::vector<std::string> seen;
  for (const job_run& job : sink.jobs)
    seen.push_back(job.result_json);
  EXPECT_THAT(seen, ElementsAre("200", "400", "600", "800"));
  EXPECT_THAT(sink.lines, IsEmpty());
}

TEST_F(Run, LetsOneScriptRunTheJobOfAnother) {
  add_script(
      "function onPacketCaptured() {} jobs.schedule('ask', '*/2 * * * * *', function () { "
      "jobs.run('theirs'); }, 3);");
  add_script("jobs.schedule('theirs', '@yearly', function () { return 'ran'; });");
  read_evenly(20'000, 1);
  run();
  EXPECT_EQ(std::count(sink.all.begin(), sink.all.end(), "b: job theirs passed \"ran\""), 3);
}

TEST_F(Run, TellsEveryScriptOfEveryRun) {
  add_script(
      "var heard = 0; function onJobPassed() { ++heard; }"
      "jobs.schedule('mine', '@yearly', function () { return heard; });");
  add_script("jobs.schedule('theirs', '* * * * * *', function () {});");
  options.run_jobs_at_end = true;
  read({0, 10'000});
  run();
  EXPECT_THAT(sink.all, testing::Contains("a: job mine passed 10")) << "also of the run at the very end";
}

TEST_F(Run, RunsJobsOnceMoreAtTheEndInTheOrderScheduled) {
  add_script("jobs.schedule('b', '@yearly', function () {}); jobs.schedule('a', '@yearly', function () {});");
  add_script("jobs.schedule('c', '@yearly', function () {});");
  options.run_jobs_at_end = true;
  read({0, 1});
  run();
  EXPECT_THAT(sink.all, ElementsAre("a: job b passed ", "a: job a passed ", "b: job c passed "));
}

TEST_F(Run, RunsNoJobAtTheEndUnlessToldTo) {
  add_script("jobs.schedule('b', '@yearly', function () {});");
  read({0, 1});
  run();
  EXPECT_THAT(sink.all, IsEmpty());
}

TEST_F(Run, RunsWhatLoadingAskedForAlsoWithAnEmptyCapture) {
  add_script("jobs.schedule('j', '@yearly', function () { return 'ran'; }); jobs.run('j');");
  read({});
  const run_report report = run();
  EXPECT_EQ(report.packets, 0u);
  EXPECT_EQ(report.run_time, nanoseconds{0});
  EXPECT_THAT(sink.all, ElementsAre("a: job j passed \"ran\""));
}

TEST_F(Run, CountsWithoutAnyScript) {
  read_evenly(3'000, 1);
  const run_report report = run();
  EXPECT_EQ(report.packets, 3'000u);
  EXPECT_THAT(report.scripts, IsEmpty());
}

TEST_F(Run, StopsAtTheCount) {
  add_script("function onPacketCaptured() {}");
  options.count = 1'500;
  read_evenly(5'000, 1);
  const run_report report = run();
  EXPECT_EQ(report.packets, 1'500u);
  EXPECT_EQ(report.scripts[0].hook_calls, 1'500u);
}

TEST_F(Run, StopsAtACountOfNothing) {
  add_script("function onPacketCaptured() {}");
  options.count = 0;
  read_evenly(10, 1);
  EXPECT_EQ(run().packets, 0u);
}

TEST_F(Run, StopsAfterTheDurationOfTheCapturesClock) {
  add_script("function onPacketCaptured() {} jobs.schedule('j', '* * * * * *', function () {});");
  options.duration = std::chrono::milliseconds{2'500};
  read({0, 500, 60'000});
  const run_report report = run();
  EXPECT_EQ(report.packets, 2u);
  EXPECT_EQ(report.source.received, report.packets + report.beyond_end);
  EXPECT_EQ(report.run_time, milliseconds{2'500});
  EXPECT_THAT(sink.jobs, SizeIs(2)) << "the capture shows that nothing else came before the end";
}

TEST_F(Run, DoesNothingWhenItIsToStopBeforeItBegins) {
  add_script("function onPacketCaptured() { console.log('packet'); }");
  read_evenly(100, 1);
  stop = true;
  const run_report report = run();
  EXPECT_TRUE(report.interrupted);
  EXPECT_THAT(sink.all, IsEmpty());
  EXPECT_EQ(report.scripts[0].hook_calls + report.scripts[0].dropped_events, report.packets);
}

/// Sets the stop flag when a script prints.
struct stopping_sink final : record_sink {
  explicit stopping_sink(stop_flag& flag) : stop{flag} {}
  void console(const console_line&) override { stop = true; }
  void job(const job_run&) override {}
  void clear_console() override {}
  stop_flag& stop;
};

TEST_F(Run, StopsInTheMiddleAndStillAddsUp) {
  add_script("var n = 0; function onPacketCaptured() { if (++n === 1500) console.log('enough'); }");
  add_script("function onPacketCaptured() {}");
  read_evenly(200'000, 1);
  stopping_sink stopper{stop};
  const run_report report = run_into(stopper);
  EXPECT_TRUE(report.interrupted);
  EXPECT_LT(report.packets, 200'000u);
  for (const script_report& script : report.scripts)
    EXPECT_EQ(script.hook_calls + script.dropped_events, report.packets) << script.title;
}

TEST_F(Run, ReportsWhereACaptureIsDamagedAndUsesWhatCameBefore) {
  using namespace remora::test;
  pcap_writer file;
  for (int i = 0; i < 10; ++i)
    file.packet(start_ns + i, ethernet(ether_ipv4, ipv4({}, tcp({}, {}))));
  bytes content = file.content();
  content.resize(content.size() - 5);
  add_script("function onPacketCaptured() {}");
  read_bytes(content);
  const run_report report = run();
  EXPECT_EQ(report.scripts[0].hook_calls, 9u);
  ASSERT_THAT(report.problems, SizeIs(1));
  EXPECT_EQ(report.problems[0].code, errc::capture_damaged);
}

TEST_F(Run, NamesEveryScriptThatDoesNotLoadAndCapturesNothing) {
  add_script("var a = ;", "first");
  add_script("function onPacketCaptured() { console.log('packet'); }");
  add_script("throw new Error('no');", "third");
  read_evenly(100, 1);
  const std::vector<error> errors = run_errors();
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_THAT(errors[0].message, StartsWith("first.js:1:"));
  EXPECT_THAT(errors[1].message, AllOf(StartsWith("third.js:1"), HasSubstr("Error: no")));
  EXPECT_THAT(sink.all, IsEmpty());
}

TEST_F(Run, SaysWhichFileIsMissing) {
  add_script("");
  traffic::file_options input;
  input.paths = {"/nonexistent/a.pcap"};
  options.input = input;
  const std::vector<error> errors = run_errors();
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_EQ(errors[0].code, errc::not_found);
}

TEST_F(Run, ReadsAtAGivenSpeed) {
  add_script("function onPacketCaptured() {} jobs.schedule('j', '* * * * * *', function () {});");
  options.speed = 1'000; // three seconds of the capture in three milliseconds
  read({0, 10, 500, 3'000});
  const run_report report = run();
  EXPECT_EQ(report.scripts[0].hook_calls, 4u);
  EXPECT_THAT(sink.jobs, SizeIs(3));
}

TEST_F(Run, KeepsTheFilesOfEachScriptForTheNextRun) {
  const remora::test::temporary_folder kept;
  options.files.folder = kept.path().string();
  add_script("file.append('x', 'of a.');", "a");
  add_script("file.append('x', 'of b.');", "b");
  read({0});
  run();
  run();
  const auto content = [&](const char* path) {
    std::ifstream in{kept / path};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
  };
  EXPECT_EQ(content("a/x"), "of a.of a.");
  EXPECT_EQ(content("b/x"), "of b.of b.");
}

} // namespace
} // namespace remora::worker::test
