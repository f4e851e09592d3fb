#include <gmock/gmock.h>

#include "tests/unit/cli/cli_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Program : public CliTest {};

TEST_F(Program, PrintsItsVersionOnStandardOutput) {
  EXPECT_EQ(remora({"--version"}), 0);
  EXPECT_THAT(out(), ::testing::MatchesRegex("remora [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(Program, ListsItsCommandsWhenAskedForHelp) {
  EXPECT_EQ(remora({"--help"}), 0);
  EXPECT_THAT(out(), HasSubstr("scripts check"));
  EXPECT_THAT(err(), IsEmpty());
}

TEST_F(Program, ExplainsItselfOnStandardErrorWhenNothingIsAskedFor) {
  EXPECT_EQ(remora({}), 2);
  EXPECT_THAT(err(), HasSubstr("Usage: remora COMMAND"));
  EXPECT_THAT(out(), IsEmpty());
}

TEST_F(Program, TakesCommonOptionsInFrontOfTheCommandToo) {
  remora::test::working_folder::write("a.js", "");
  EXPECT_EQ(remora({"--set", "worker.name=here", "--log-level=error", "run", "a.js"}), 0) << err();
  EXPECT_EQ(asked_->node_name, "here");
}

TEST_F(Program, ShowsTheHelpOfACommandInThreeWays) {
  for (const auto& way :
       std::vector<std::vector<std::string>>{{"run", "--help"}, {"run", "-h"}, {"help", "run"}}) {
    const std::size_t before = out().size();
    EXPECT_EQ(remora(way), 0);
    EXPECT_THAT(out().substr(before), HasSubstr("Usage: remora run [options] PATH..."));
  }
}

struct wrong_line {
  std::vector<std::string> arguments;
  std::string says;

  friend void PrintTo(const wrong_line& line, std::ostream* to) {
    for (const std::string& argument : line.arguments)
      *to << argument << ' ';
  }
};

class ProgramRefuses : public CliTest, public ::testing::WithParamInterface<wrong_line> {};

TEST_P(ProgramRefuses, WithStatus2AndAHint) {
  remora::test::working_folder::write("a.js", "");
  EXPECT_EQ(remora(GetParam().arguments), 2);
  EXPECT_THAT(err(), HasSubstr(GetParam().says));
  EXPECT_THAT(err(), ::testing::StartsWith("remora: "));
  EXPECT_THAT(out(), IsEmpty());
  EXPECT_FALSE(asked_);
}

INSTANTIATE_TEST_SUITE_P(
    WrongUsage, ProgramRefuses,
    ::testing::Values(
        wrong_line{{"runn"}, R"(unknown command "runn"; did you mean remora run?)"},
        wrong_line{{"zzz"}, "there are remora run, remora up, remora scripts, remora config, remora nodes"},
        wrong_line{{"scripts"}, "set scripting.source or scripting.sources"},
        wrong_line{{"jobs"},
                   "remora jobs needs a second word: list, run, pause, resume, remove, runs, aggregate"},
        wrong_line{{"scripts", "chek"}, "did you mean remora scripts check?"},
        wrong_line{{"--hlep"}, "did you mean --help?"}, wrong_line{{"--set", "a=b"}, "a command is missing"},
        wrong_line{{"run", "--jsno", "a.js"}, R"(unknown option "--jsno"; did you mean --json?)"},
        wrong_line{{"run", "--jsno=secret", "a.js"}, R"(unknown option "--jsno"; did)"},
        wrong_line{{"run", "-z", "a.js"}, R"(unknown option "-z")"},
        wrong_line{{"run", "a.js", "--count"}, "--count needs a value"},
        wrong_line{{"run", "a.js", "-r"}, "--read needs a value"},
        wrong_line{{"run", "a.js", "--log-level", "loud"}, "debug, info, warning, error and off"},
        wrong_line{{"run", "a.js", "--log-format", "xml"}, "text and json"},
        wrong_line{{"run", "a.js", "--set", "scripting.limits.tur=1s"}, "scripting.limits.turn"},
        wrong_line{{"run", "a.js", "--config", "nowhere.yaml"}, "nowhere.yaml"},
        wrong_line{{"run"}, "no scripts: name .js files"}, wrong_line{{"config", "check"}, "no file"}));

} // namespace
} // namespace remora::cli::test
