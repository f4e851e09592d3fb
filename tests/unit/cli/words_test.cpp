#include "cli/remote/words.hpp"

#include <gtest/gtest.h>

#include "cli/remote/table.hpp"

namespace remora::cli {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const timestamp now = from_unix_ns(1'700'000'000'000'000'000);

struct spoken_time {
  nanoseconds ago;
  const char* text;
};

class Words : public ::testing::TestWithParam<spoken_time> {};

TEST_P(Words, SayATimeInItsLargestUnit) {
  EXPECT_EQ(relative_time(now - GetParam().ago, now), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Times, Words,
    ::testing::Values(spoken_time{nanoseconds{5}, "now"}, spoken_time{seconds{3}, "3 s ago"},
                      spoken_time{seconds{59}, "59 s ago"}, spoken_time{seconds{60}, "1 min ago"},
                      spoken_time{hours{1}, "1 h ago"}, spoken_time{hours{47}, "47 h ago"},
                      spoken_time{hours{48}, "2 d ago"}, spoken_time{seconds{-5}, "in 5 s"},
                      spoken_time{hours{-3}, "in 3 h"}));

TEST(Words, SayTimesToProgramsInFull) {
  EXPECT_EQ(time_text(now, {false, false, now}), "2023-11-14T22:13:20.000000000Z");
  EXPECT_EQ(time_text(std::nullopt, {true, false, now}), "-");
}

TEST(Words, SayDurationsInTheUnitThatFits) {
  EXPECT_EQ(span_text(0.25), "250 us");
  EXPECT_EQ(span_text(12), "12 ms");
  EXPECT_EQ(span_text(1500), "1.5 s");
  EXPECT_EQ(span_text(125'000), "2 min 5 s");
  EXPECT_EQ(span_text(-1500), "-1.5 s");
}

TEST(Words, SayAmountsWithOneDigitWhereThatMatters) {
  EXPECT_EQ(bytes_text(512), "512 B");
  EXPECT_EQ(bytes_text(1536), "1.5 KiB");
  EXPECT_EQ(rate_text(999), "999");
  EXPECT_EQ(rate_text(12'345), "12 k");
  EXPECT_EQ(rate_text(0), "0");
}

struct shown_text {
  const char* given;
  const char* shown;
};

class Harmless : public ::testing::TestWithParam<shown_text> {};

TEST_P(Harmless, TextCannotActOnATerminal) { EXPECT_EQ(harmless(GetParam().given), GetParam().shown); }

INSTANTIATE_TEST_SUITE_P(Texts, Harmless,
                         ::testing::Values(shown_text{"plain \xc3\xa9", "plain \xc3\xa9"},
                                           shown_text{"a\x1b[2Jb", "a\\x1b[2Jb"},
                                           shown_text{"bell\a", "bell\\x07"},
                                           shown_text{"two\nlines", "two\\x0alines"},
                                           shown_text{"c1 \xc2\x9b"
                                                      "2J",
                                                      "c1 \\x9b2J"},
                                           shown_text{"rtl \xe2\x80\xae"
                                                      "gpj.exe",
                                                      "rtl \\u{202e}gpj.exe"},
                                           shown_text{"cut \xe2\x80", "cut \xef\xbf\xbd\xef\xbf\xbd"}));

TEST(HarmlessLine, KeepsColoursAndEndsThem) {
  EXPECT_EQ(harmless_line("\x1b[31mred", true), "\x1b[31mred\x1b[0m");
  EXPECT_EQ(harmless_line("\x1b[31mred\x1b[0m", false), "red");
}

TEST(HarmlessLine, WritesOutEverySequenceThatIsNoColour) {
  EXPECT_EQ(harmless_line("\x1b]0;title\a", true), "\\x1b]0;title\\x07");
  EXPECT_EQ(harmless_line("\x1b[2J\x1b[H", true), "\\x1b[2J\\x1b[H");
  EXPECT_EQ(harmless_line("\x1b[?25lm", true), "\\x1b[?25lm");
  EXPECT_EQ(harmless_line("\x1b", true), "\\x1b");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("\xc3\xa9"), 1u);
  EXPECT_EQ(display_width("\xe6\x97\xa5"), 2u);
  EXPECT_EQ(display_width("e\xcc\x81"), 1u);
}

class Table : public ::testing::Test {
 protected:
  Table() {
    table_.row({"a", "1"});
    table_.row({{"longer", tone::bad}, "200"});
  }
  table table_{{"NAME", ">COUNT"}};
};

TEST_F(Table, AlignsOnATerminal) {
  EXPECT_EQ(table_.text({true, false, now}),
            "NAME    COUNT\n"
            "a           1\n"
            "longer    200\n");
}

TEST_F(Table, ColoursWithoutMovingAnything) {
  EXPECT_EQ(table_.text({true, true, now}),
            "\x1b[2mNAME\x1b[0m    \x1b[2mCOUNT\x1b[0m\n"
            "a           1\n"
            "\x1b[31mlonger\x1b[0m    200\n");
}

TEST_F(Table, PutsTabsBetweenColumnsForPrograms) {
  EXPECT_EQ(table_.text({false, false, now}), "NAME\tCOUNT\na\t1\nlonger\t200\n");
}

TEST_F(Table, KeepsACellFromBecomingTwo) {
  table_.row({"a\tb\nc", "3"});
  EXPECT_EQ(table_.text({false, false, now}).substr(26), "a\\x09b\\x0ac\t3\n");
}

TEST_F(Table, WritesCsvThatNoSpreadsheetExecutes) {
  table_.row({"=cmd()", "-5"});
  table_.row({"a,\"b\"", "6"});
  EXPECT_EQ(table_.csv(), "name,count\r\na,1\r\nlonger,200\r\n'=cmd(),-5\r\n\"a,\"\"b\"\"\",6\r\n");
}

} // namespace
} // namespace remora::cli
