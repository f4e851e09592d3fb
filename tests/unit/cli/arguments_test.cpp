#include "cli/arguments.hpp"

#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>

namespace remora::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Arguments : public ::testing::Test {
 protected:
  Arguments() {
    args_.operands(paths_);
    args_.group("First group");
    args_.flag("-q,--quiet", quiet_, "Says less.");
    args_.text("--count", "N", count_, "So many. [no limit]");
    args_.texts("-e,--env", "KEY=VALUE", env_,
                "Something that takes a lot of words to explain, more than one "
                "line of a terminal can hold.");
    args_.help_flag();
  }

  arguments args_{"test", "[options] PATH...", "Tests."};
  std::vector<std::string> paths_;
  std::vector<std::string> env_;
  std::optional<std::string> count_;
  bool quiet_ = false;
};

TEST_F(Arguments, TakeOptionsAndOperandsInAnyOrder) {
  ASSERT_TRUE(args_.parse({"a.js", "-q", "b.js", "--count", "3", "c.js"}));
  EXPECT_THAT(paths_, ElementsAre("a.js", "b.js", "c.js"));
  EXPECT_TRUE(quiet_);
  EXPECT_EQ(count_, "3");
}

TEST_F(Arguments, GiveARepeatableOptionOneValueEachTime) {
  ASSERT_TRUE(args_.parse({"-e", "A=1", "a.js", "-eB=2", "--env=C=3", "b.js"}));
  EXPECT_THAT(env_, ElementsAre("A=1", "B=2", "C=3"));
  EXPECT_THAT(paths_, ElementsAre("a.js", "b.js"));
}

TEST_F(Arguments, TakeEverythingBehindTwoDashesForOperands) {
  ASSERT_TRUE(args_.parse({"-q", "--", "-q.js", "--", "b.js"}));
  EXPECT_THAT(paths_, ElementsAre("-q.js", "--", "b.js"));
}

TEST_F(Arguments, TakeALoneDashForAValueOrAnOperand) {
  ASSERT_TRUE(args_.parse({"--count", "-", "-"}));
  EXPECT_EQ(count_, "-");
  EXPECT_THAT(paths_, ElementsAre("-"));
}

TEST_F(Arguments, LeaveBracketsAndCommasAlone) {
  ASSERT_TRUE(args_.parse({"[a,b].js", "-e", "[1,2]"}));
  EXPECT_THAT(paths_, ElementsAre("[a,b].js"));
  EXPECT_THAT(env_, ElementsAre("[1,2]"));
}

TEST_F(Arguments, KeepAnEmptyValueEmpty) {
  ASSERT_TRUE(args_.parse({"--count=", "a.js", "-e", ""}));
  EXPECT_EQ(count_, "");
  EXPECT_THAT(env_, ElementsAre(""));
  EXPECT_THAT(paths_, ElementsAre("a.js"));
}

TEST_F(Arguments, LetTheLastOfTwoSingleValuesCount) {
  ASSERT_TRUE(args_.parse({"--count", "1", "--count=2"}));
  EXPECT_EQ(count_, "2");
}

TEST_F(Arguments, SayFalseWhenHelpIsWantedEvenBesideMistakes) {
  const auto parsed = args_.parse({"--help", "--nonsense"});
  ASSERT_TRUE(parsed);
  EXPECT_FALSE(*parsed);
}

TEST_F(Arguments, RefuseOperandsWhereNoneAreExpected) {
  arguments none{"test", "", "Tests."};
  none.help_flag();
  const auto parsed = none.parse({"a.js"});
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, HasSubstr(R"(unexpected argument "a.js")"));
}

TEST_F(Arguments, PrintAHelpThatNamesEveryOptionWithin80Columns) {
  const std::string help = args_.help();
  for (const char* part : {"Usage: remora test [options] PATH...\n", "First group:\n", "  -q, --quiet   ",
                           "      --count N ", "  -e, --env KEY=VALUE ", "  -h, --help "})
    EXPECT_THAT(help, HasSubstr(part));
  std::istringstream lines{help};
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 80u) << line;
}

TEST(Wrapped, BreaksAtBlanksAndIndentsTheLinesThatFollow) {
  EXPECT_EQ(wrapped("one two three", 2, 9), "one two\n  three\n");
}

TEST(Wrapped, NeverCutsAWord) {
  EXPECT_EQ(wrapped("a incomprehensibilities b", 0, 8), "a\nincomprehensibilities\nb\n");
}

TEST(Wrapped, KeepsParagraphsApart) { EXPECT_EQ(wrapped("one\n\ntwo", 0, 80), "one\n\ntwo\n"); }

} // namespace
} // namespace remora::cli
