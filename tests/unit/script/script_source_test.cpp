#include "protocol/script_source.hpp"

#include <gtest/gtest.h>

namespace remora {
namespace {

TEST(ScriptTitle, IsTheFirstComment) {
  EXPECT_EQ(script_title("// dns watch\nvar a;", "x.js"), "dns watch");
  EXPECT_EQ(script_title("//name", "x.js"), "name");
  EXPECT_EQ(script_title("var a = 1; // late\n// later", "x.js"), "late");
}

TEST(ScriptTitle, IsTheFirstLineOfABlockCommentThatHasText) {
  EXPECT_EQ(script_title("/**\n * Find anomalies\n * in latencies\n */", "x.js"), "Find anomalies");
  EXPECT_EQ(script_title("/* one */", "x.js"), "one");
}

TEST(ScriptTitle, DoesNotComeFromAString) {
  EXPECT_EQ(script_title("var u = 'http://x'; var v = \"/* no */\"; // yes", "x.js"), "yes");
}

TEST(ScriptTitle, IsTheFileNameWithoutComments) {
  EXPECT_EQ(script_title("var a;", "/scripts/dns-watch.js"), "dns-watch");
  EXPECT_EQ(script_title("", "a.js"), "a");
}

} // namespace
} // namespace remora
