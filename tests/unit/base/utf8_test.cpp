#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace remora {
namespace {

TEST(Utf8, AcceptsTextOfEveryLength) {
  EXPECT_FALSE(find_invalid_utf8("a\xC2\xB5\xE2\x82\xAC\xF0\x9F\x98\x80"));
}

TEST(Utf8, FindsTheFirstBadByte) {
  EXPECT_EQ(find_invalid_utf8("ab\xFF"), 2u);
  EXPECT_EQ(find_invalid_utf8("ab\xC2"), 2u) << "cut off";
  EXPECT_EQ(find_invalid_utf8("\xC0\x80"), 0u) << "overlong";
  EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0u) << "surrogate";
  EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0u) << "above U+10FFFF";
}

TEST(Utf8, JoinsSurrogatePairs) {
  EXPECT_EQ(to_well_formed_utf8("\xED\xA0\xBD\xED\xB8\x80"), "\xF0\x9F\x98\x80");
}

TEST(Utf8, ReplacesWhatIsMalformed) {
  EXPECT_EQ(to_well_formed_utf8("a\xED\xA0\xBD"
                                "b"),
            "a\xEF\xBF\xBD"
            "b")
      << "a half on its own";
  EXPECT_EQ(to_well_formed_utf8("\xFFz"), "\xEF\xBF\xBDz");
}

TEST(Utf8, LeavesWellFormedTextAlone) {
  EXPECT_EQ(to_well_formed_utf8("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
}

TEST(Utf8, CutsBetweenCharacters) {
  EXPECT_EQ(cut_utf8("a\xE2\x82\xAC", 4), "a\xE2\x82\xAC");
  EXPECT_EQ(cut_utf8("a\xE2\x82\xAC", 3), "a");
  EXPECT_EQ(cut_utf8("abc", 2), "ab");
}

TEST(Quoted, MakesTextFromOutsideHarmless) {
  EXPECT_EQ(quoted("* * *"), "\"* * *\"");
  EXPECT_EQ(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(quoted(std::string_view("\n\t\0\x1B\x7F", 5)), "\"\\n\\t\\x00\\x1b\\x7f\"");
  EXPECT_EQ(quoted("\xFF"), "\"\xEF\xBF\xBD\"");
}

TEST(Quoted, CutsWhatIsTooLong) {
  EXPECT_EQ(quoted("abcdef", 6), "\"abcdef\"");
  EXPECT_EQ(quoted("abcdefg", 6), "\"abcdef...\"");
}

} // namespace
} // namespace remora
