// remora run over capture files: what is printed where, and how a run ends.

#include <csignal>

#include <gmock/gmock.h>

#include "tests/integration/remora_process.hpp"

namespace remora::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RunFile : public ::testing::Test {
 protected:
  /// Runs scripts, given by their texts, over the capture.
  finished run(const std::vector<std::string>& scripts, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), "run");
    for (std::size_t i = 0; i < scripts.size(); ++i)
      options.push_back(folder_.file("script-" + std::to_string(i + 1) + ".js", scripts[i]));
    options.insert(options.end(), {"-r", capture_});
    return remora(options);
  }

  work_folder folder_;
  std::string capture_ = folder_.file("traffic.pcap", steady_capture(300, second_ns));
};

TEST_F(RunFile, PrintsMessagesOnStandardOutputAndErrorsOnStandardError) {
  const auto result = run({"console.log('to', 'out', 1, true, null); console.error('to err');"
                           "console.warn('w'); console.info('i'); console.debug('d');"},
                          {"-q", "--log-level", "off"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "to out 1 true null\nw\ni\nd\n");
  EXPECT_EQ(result.err, "to err\n");
}

TEST_F(RunFile, PutsTitlesInFrontOfTheMessagesOfSeveralScripts) {
  const auto result = run({"// alpha\nconsole.log('a');", "console.log('two\\nlines');"}, {"-q"});
  EXPECT_THAT(lines_of(result.out), ElementsAre("[alpha] a", "[script-2] two", "lines"));
}

TEST_F(RunFile, LetsColoursOfAScriptPass) {
  EXPECT_EQ(run({"console.log('\\033[34mblue\\x1b[0m');"}).out, "\x1b[34mblue\x1b[0m\n");
}

TEST_F(RunFile, ClearsNoScreenThatIsNotThere) {
  EXPECT_EQ(run({"console.log('kept'); console.clear();"}).out, "kept\n");
}

TEST_F(RunFile, GivesScriptsTheirEnvironmentWithItsTypes) {
  const auto config = folder_.file(
      "c.yaml", "scripting:\n  env: {NUMBER: 25, TEXT: '25', YES: true, LIST: [1, a], MAP: {k: null}}\n");
  const auto result =
      run({"console.log(JSON.stringify(env), typeof env.NUMBER, typeof env.ADDED, env.MISSING);"},
          {"--config", config, "-e", "ADDED=7"});
  EXPECT_EQ(result.out, R"({"NUMBER":25,"TEXT":"25","YES":true,"LIST":[1,"a"],"MAP":{"k":null},"ADDED":"7"})"
                        " number string undefined\n");
}

TEST_F(RunFile, TellsScriptsTheNameOfTheNode) {
  EXPECT_EQ(run({"console.log(utils.nodeName());"}, {"--node-name", "edge-7"}).out, "edge-7\n");
}

TEST_F(RunFile, StopsAfterACountOfPackets) {
  const auto result = run({"var n = 0; function onPacketCaptured() { n++; }"
                           "jobs.schedule('n', '@yearly', function () { console.log(n); });"},
                          {"--count", "17", "--run-jobs-at-end"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "17\n");
}

TEST_F(RunFile, StopsAfterADurationOfTheCapture) {
  const auto result = run({"var n = 0; function onPacketCaptured() { n++; }"
                           "jobs.schedule('n', '@yearly', function () { console.log(n); });"},
                          {"--duration", "60s", "--run-jobs-at-end"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "60\n"); // at 0, 1, ... 59 s
}

TEST_F(RunFile, HandsOnlyPacketsToScriptsThatPassTheFilter) {
  const auto result = run({"var n = 0; function onPacketCaptured() { n++; }"
                           "jobs.schedule('n', '@yearly', function () { console.log(n); });"},
                          {"--filter", "tcp", "--run-jobs-at-end"});
  EXPECT_EQ(result.out, "0\n");
  EXPECT_THAT(result.err, HasSubstr("300 of 300 received were filtered out"));
}

TEST_F(RunFile, GoesOnWhenAHookThrows) {
  const auto result = run({"var n = 0; function onPacketCaptured() { if (++n === 2) throw new Error('two'); }"
                           "jobs.schedule('n', '@yearly', function () { console.log(n); });"},
                          {"--run-jobs-at-end"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "300\n");
  EXPECT_THAT(result.err, HasSubstr("Error: two"));
  EXPECT_THAT(result.err, HasSubstr("script errors   1\n"));
}

TEST_F(RunFile, LeavesAGoodScriptAloneWhenAnotherRunsAway) {
  const auto result = run({"// good\nvar n = 0; function onPacketCaptured() { n++; }"
                           "jobs.schedule('n', '@yearly', function () { console.log(n); });",
                           "// runaway\nfunction onPacketCaptured() { while (true) {} }"},
                          {"--run-jobs-at-end", "--set", "scripting.limits.turn=200ms"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("[good] 300\n"));
  EXPECT_THAT(result.err, HasSubstr("[runaway] "));
}

TEST_F(RunFile, ReadsItsScriptsFromAFolder) {
  folder_.file("scripts/b.js", "console.log('b');");
  folder_.file("scripts/a.js", "console.log('a');");
  folder_.file("scripts/notes.txt", "not a script");
  folder_.file("scripts/sub/c.js", "console.log('c');");
  const auto result = remora({"run", folder_.path("scripts"), "-r", capture_});
  EXPECT_THAT(lines_of(result.out), ElementsAre("[a] a", "[b] b"));
}

TEST_F(RunFile, LetsALaterScriptReplaceOneOfTheSameTitle) {
  const auto result = run({"// same\nconsole.log('earlier');", "// same\nconsole.log('later');"});
  EXPECT_EQ(result.out, "later\n");
  EXPECT_THAT(result.err, HasSubstr("script-2.js replaces "));
  EXPECT_THAT(result.err, HasSubstr("script-1.js: both have the title \"same\""));
}

TEST_F(RunFile, SaysOnlyWhatScriptsSayWithQuietAndNoLog) {
  const auto result = run({"console.log(1);"}, {"--quiet", "--log-level", "off"});
  EXPECT_EQ(result.out, "1\n");
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(RunFile, EndsQuietlyWhenNobodyReadsItsOutputAnyMore) {
  const auto script = folder_.file(
      "much.js",
      "function onPacketCaptured() { for (var i = 0; i < 100; i++) console.log('line', i, env.PAD); }");
  process run{remora_command(
      {"run", script, "-r", capture_, "-q", "--log-level", "off", "-e", "PAD=" + std::string(100, 'x')})};
  ASSERT_TRUE(run.prints("\n"));
  run.close_out();
  const auto result = run.wait();
  EXPECT_EQ(result.status, 128 + SIGPIPE);
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(RunFile, EndsWith1WhenItsOutputCannotBeWritten) {
  const auto script = folder_.file("a.js", "console.log('lost');");
  const auto result = process{
      {"/bin/sh", "-c", "exec \"$0\" \"$@\" > /dev/full", REMORA_PROGRAM, "run", script, "-r",
       capture_}}.wait();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("remora: standard output cannot be written: No space left on device"));
}

TEST_F(RunFile, SumsUpWhereEveryPacketWent) {
  const auto result = run({"function onPacketCaptured() {}", "// other\nfunction onPacketCaptured() {}"});
  EXPECT_THAT(result.err, HasSubstr("packets         300 (30.0 kB)\n"
                                    "protocols       udp 300\n"
                                    "hook calls      600\n"
                                    "script errors   0\n"
                                    "dropped         nothing\n"));
  EXPECT_THAT(result.err, HasSubstr("the capture spans 4m59s\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("\x1b")));
}

TEST_F(RunFile, DoesNotMindAFolderThatIsCalledLikeACommand) {
  folder_.file("scripts/a.js", "console.log('found');");
  const auto result = process{
      {"/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder_.path(""), REMORA_PROGRAM, "run", "scripts", "-r",
       capture_}}.wait();
  EXPECT_EQ(result.out, "found\n") << result.err;
}

} // namespace
} // namespace remora::test
