#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>

#include "cli/command_table.hpp"
#include "tests/unit/cli/cli_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Completion : public CliTest, public ::testing::WithParamInterface<const char*> {
 protected:
  /// What a shell says when it only parses the script; 127 when there is no such shell.
  int parse(const std::string& shell) {
    remora::test::working_folder::write("script", out());
    return WEXITSTATUS(
        std::system((shell + " -n script >said 2>&1").c_str())); // NOLINT(cert-env33-c): a test
  }
};

TEST_P(Completion, KnowsEveryCommand) {
  ASSERT_EQ(remora({"completion", GetParam()}), 0) << err();
  for (const command& one : all_commands())
    EXPECT_THAT(out(), HasSubstr(std::string{one.words.substr(one.words.find(' ') + 1)}));
}

TEST_P(Completion, IsAScriptThatTheShellUnderstands) {
  ASSERT_EQ(remora({"completion", GetParam()}), 0) << err();
  const int parsed = parse(GetParam());
  if (parsed == 127) GTEST_SKIP() << GetParam() << " is not installed";
  EXPECT_EQ(parsed, 0);
}

TEST_P(Completion, IsMadeFromTheOptionsThatCommandsDeclare) {
  ASSERT_EQ(remora({"completion", GetParam()}), 0) << err();
  EXPECT_THAT(out(),
              AllOf(HasSubstr("run-jobs-at-end"), HasSubstr("token-file"), HasSubstr("sum avg min max")));
}

INSTANTIATE_TEST_SUITE_P(Shells, Completion, ::testing::Values("bash", "zsh", "fish"),
                         [](const auto& shell) { return std::string{shell.param}; });

class BashCompletion : public CliTest {
 protected:
  /// What bash offers for the last of these words.
  std::string offers(const std::string& words, int at) {
    if (remora({"completion", "bash"}) != 0) return err();
    remora::test::working_folder::write("remora.bash", out());
    remora::test::working_folder::write("ask.bash", "source ./remora.bash\nCOMP_WORDS=(" + words +
                                                        ")\nCOMP_CWORD=" + std::to_string(at) +
                                                        "\n_remora\necho \"${COMPREPLY[*]}\" >said\n");
    const int done = std::system("bash ask.bash 2>errors"); // NOLINT(cert-env33-c): a test
    EXPECT_EQ(done, 0);
    std::ifstream said{"said"};
    std::string line;
    std::getline(said, line);
    return line;
  }
};

TEST_F(BashCompletion, OffersCommands) { EXPECT_EQ(offers("remora no", 1), "nodes"); }
TEST_F(BashCompletion, OffersTheSecondWord) { EXPECT_EQ(offers("remora jobs re", 2), "resume remove"); }
TEST_F(BashCompletion, OffersOptionsOfTheCommand) {
  EXPECT_EQ(offers("remora jobs aggregate --fo", 3), "--fold");
}
TEST_F(BashCompletion, OffersTheWordsOfAnOption) {
  EXPECT_EQ(offers("remora jobs aggregate --fold p9", 4), "p95 p99");
}
TEST_F(BashCompletion, OffersFilesWhereFilesBelong) {
  remora::test::working_folder::write("only.js", "");
  EXPECT_EQ(offers("remora run on", 2), "only.js");
}

TEST(CommandTable, SaysInAFewWordsWhatEveryCommandDoes) {
  for (const command& one : all_commands()) {
    EXPECT_LE(one.words.size(), 18u) << one.words;
    EXPECT_FALSE(one.summary.empty()) << one.words;
  }
}

class EveryCommand : public CliTest, public ::testing::WithParamInterface<command> {};

TEST_P(EveryCommand, ShowsItsHelpIn80ColumnsAndEndsWith0) {
  std::vector<std::string> line;
  std::istringstream words{std::string{GetParam().words}};
  for (std::string word; words >> word;)
    line.push_back(word);
  line.emplace_back("--help");
  EXPECT_EQ(remora(line), 0) << err();
  EXPECT_THAT(out(), HasSubstr("Usage: remora " + std::string{GetParam().words}));
  std::istringstream lines{out()};
  for (std::string one; std::getline(lines, one);)
    EXPECT_LE(one.size(), 82u) << one;
}

INSTANTIATE_TEST_SUITE_P(Commands, EveryCommand, ::testing::ValuesIn(all_commands()), [](const auto& one) {
  std::string name{one.param.words};
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
});

} // namespace
} // namespace remora::cli::test
