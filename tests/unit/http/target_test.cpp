#include "http/target.hpp"

#include <gmock/gmock.h>

namespace remora::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Target, IsTakenApartIntoDecodedSegmentsAndQuery) {
  const auto read = parse_target("/api/v1/scripts/a%20b%2Fc?limit=5&name=x+y%26z&flag");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->path, "/api/v1/scripts/a%20b%2Fc");
  EXPECT_THAT(read->segments, ElementsAre("api", "v1", "scripts", "a b/c"));
  EXPECT_THAT(read->query, ElementsAre(Pair("limit", "5"), Pair("name", "x y&z"), Pair("flag", "")));
}

TEST(Target, KeepsEmptySegmentsSoThatTheyMatchNothing) {
  EXPECT_THAT(parse_target("/")->segments, IsEmpty());
  EXPECT_THAT(parse_target("/a/")->segments, ElementsAre("a", ""));
  EXPECT_THAT(parse_target("//a")->segments, ElementsAre("", "a"));
}

TEST(Target, MayBeAbsoluteAndThenNamesItsHost) {
  const auto read = parse_target("http://hub.example:8899/livez?x=1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->authority, "hub.example:8899");
  EXPECT_EQ(read->path, "/livez");
  EXPECT_THAT(read->query, ElementsAre(Pair("x", "1")));
  EXPECT_EQ(parse_target("http://hub.example")->path, "/");
  EXPECT_EQ(parse_target("https://hub.example?x=1")->path, "/");
}

TEST(Target, LeavesAPlusInThePathAlone) { EXPECT_THAT(parse_target("/a+b")->segments, ElementsAre("a+b")); }

TEST(Target, KeepsRepeatedValuesAndSkipsEmptyOnes) {
  EXPECT_THAT(parse_target("/?a=1&&a=2&")->query, ElementsAre(Pair("a", "1"), Pair("a", "2")));
}

class RefusedTarget : public ::testing::TestWithParam<std::string> {};

TEST_P(RefusedTarget, IsRefusedWithAReason) {
  const auto read = parse_target(GetParam());
  ASSERT_FALSE(read) << GetParam();
  EXPECT_EQ(read.error(), errc::invalid_usage);
  EXPECT_FALSE(read.error().message.empty());
}

std::string many(const std::string& what, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += what;
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(Targets, RefusedTarget,
                         ::testing::Values("", "a", "*x", "/a b", "/a#b", "/a\\b", "/\x01", "/\xc3\xa4", "/%",
                                           "/%4", "/%zz", "/a?x=%g0", "/%00", "/a?x=%00", "/%0a", "/%7f",
                                           "/..", "/a/../b", "/.", "/%2e%2e", "/%2E.", "/.%2e/x", "/a/%2e/b",
                                           "/%ff", "/%c0%ae", "/%ed%a0%80", "/?x=%ff", "ftp://host/",
                                           "http://", "http:///x", "http://user@host/", "//%2e%2e",
                                           "/" + many("x", most_target_bytes),
                                           many("/s", most_path_segments + 1),
                                           "/?" + many("a=1&", most_query_values + 1)));

} // namespace
} // namespace remora::http
