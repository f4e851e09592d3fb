#include "worker/spool/fit_record.hpp"

#include "tests/unit/worker/spool/spool_fixture.hpp"

namespace remora::worker::test {
namespace {

using protocol::numbered_line;
using protocol::numbered_run;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::size_t mebibyte = 1u << 20;

/// The run as it would be read again; a message can carry it alone.
job_run fitted(job_run run) {
  const auto payload = encode_fitting(numbered_run{7, std::move(run)});
  auto read = must(decode_run(payload));
  EXPECT_EQ(read.id, 7u);
  EXPECT_TRUE(encode(protocol::job_runs{{read}}));
  return read.run;
}

console_line fitted(console_line line) {
  auto read = must(decode_line(encode_fitting(numbered_line{7, std::move(line)})));
  EXPECT_TRUE(encode(protocol::console_lines{{read}}));
  return read.line;
}

TEST(FittingRecord, IsLeftAloneWhenItFits) {
  auto run = run_of("1");
  run.console = {"a", "b"};
  const auto kept = fitted(run);
  EXPECT_EQ(kept.result_json, "1");
  EXPECT_THAT(kept.console, ElementsAre("a", "b"));
  EXPECT_EQ(kept.error, "");
}

TEST(FittingRecord, LosesConsoleLinesFromTheEndFirstAndSaysHowMany) {
  auto run = run_of(std::string(600'000, '1'));
  run.console.assign(10, std::string(100'000, 'x'));
  const auto kept = fitted(run);
  EXPECT_EQ(kept.result_json.size(), 600'000u);
  ASSERT_EQ(kept.console.size(), 5u);
  EXPECT_EQ(kept.console[3], run.console[3]);
  EXPECT_THAT(kept.console[4], StartsWith("[6 more lines of this run were cut"));
}

TEST(FittingRecord, LosesAResultThatIsTooLargeAndSaysSo) {
  auto run = run_of(std::string(2 * mebibyte, '1'));
  run.console = {"a"};
  run.error = "before";
  const auto kept = fitted(run);
  EXPECT_EQ(kept.result_json, "");
  EXPECT_THAT(kept.error, StartsWith("before; the result of 2097152 bytes was left out"));
  EXPECT_THAT(kept.console, ElementsAre("a"));
  EXPECT_EQ(kept.outcome, run.outcome);
}

TEST(FittingRecord, FitsHoweverLargeItsPartsAre) {
  const std::string huge(3 * mebibyte, 'x');
  job_run run;
  run.node = run.script = run.tag = run.error = run.result_json = huge;
  run.console.assign(3, huge);
  const auto kept = fitted(run);
  EXPECT_THAT(kept.node, StartsWith("xxx"));
  EXPECT_THAT(kept.error, HasSubstr("was left out"));
}

TEST(FittingRecord, FitsWhenMendingItsTextMakesItLonger) {
  auto run = run_of("1");
  run.console.assign(10, std::string(90'000, '\xFF')); // three times as long as U+FFFD
  const auto kept = fitted(run);
  EXPECT_THAT(kept.console.back(), HasSubstr("more lines"));
}

TEST(FittingRecord, HasNoMoreConsoleLinesThanAMessageMayHaveValues) {
  auto run = run_of("1");
  run.console.assign(100'000, "");
  const auto kept = fitted(run);
  EXPECT_GT(kept.console.size(), 60'000u);
  EXPECT_THAT(kept.console.back(), HasSubstr("more lines"));
}

TEST(FittingRecord, MayBeExactlyAsLargeAsAMessageAllows) {
  auto run = run_of("");
  const auto around = protocol::encoded_size(numbered_run{7, run}) + 4; // a longer head
  run.result_json.assign(max_record_bytes - around, '1');
  EXPECT_EQ(fitted(run).result_json.size(), run.result_json.size());
  run.result_json += '1';
  EXPECT_EQ(fitted(run).result_json, "");
}

TEST(FittingRecord, CutsATextBetweenTwoCharacters) {
  std::string text;
  while (text.size() < 2 * mebibyte)
    text += "\u00e4";
  const auto kept = fitted(line_of("x" + text));
  EXPECT_THAT(kept.text, ::testing::EndsWith("\u00e4 [cut: 2097153 bytes]"));
}

TEST(FittingRecord, CutsALineWhoseNamesAreTooLong) {
  const auto kept = fitted(line_of("text", std::string(2 * mebibyte, 's')));
  EXPECT_EQ(kept.text, "text");
  EXPECT_THAT(kept.script, StartsWith("sss"));
}

TEST(FittingRecord, TellsTheScriptOfALineWithoutTheRest) {
  const auto payload = encode_fitting(numbered_line{1, line_of("text", "title")});
  EXPECT_EQ(must(script_of_line(payload)), "title");
  EXPECT_FALSE(script_of_line("damaged"));
}

} // namespace
} // namespace remora::worker::test
