#include <gmock/gmock.h>

#include "http/etag.hpp"
#include "http/paging.hpp"

namespace remora::http {
namespace {

request with_header(const std::string& name, const std::string& value) {
  request out;
  out.headers = {{name, value}};
  return out;
}
request with_query(fields query) {
  request out;
  out.query = std::move(query);
  return out;
}

TEST(ETag, IsQuotedAndHoldsNothingThatBreaksAHeader) {
  EXPECT_EQ(make_etag("abc-1"), "\"abc-1\"");
  EXPECT_EQ(make_etag("a\"b\\c,d e\r\n\xff"), "\"a_b_c_d_e___\"");
}

TEST(IfMatch, HoldsForTheCurrentVersionOnly) {
  const std::string now = make_etag("2");
  const std::pair<const char*, precondition> cases[] = {
      {"\"2\"", precondition::holds}, {"\"1\", \"2\"", precondition::holds}, {"*", precondition::holds},
      {"\"1\"", precondition::fails}, {"W/\"2\"", precondition::fails},      {"2", precondition::fails},
      {"", precondition::fails}};
  for (const auto& [value, expected] : cases) {
    EXPECT_EQ(check_if_match(with_header("If-Match", value), now), expected) << value;
  }
  EXPECT_EQ(check_if_match({}, now), precondition::absent);
}

TEST(IfMatch, FailsWhenNothingIsThere) {
  EXPECT_EQ(check_if_match(with_header("If-Match", "*"), ""), precondition::fails);
}

TEST(IfNoneMatch, NamesTheVersionThatTheClientHas) {
  EXPECT_TRUE(is_not_modified(with_header("If-None-Match", "\"1\", W/\"2\""), "\"2\""));
  EXPECT_TRUE(is_not_modified(with_header("If-None-Match", "*"), "\"2\""));
  EXPECT_FALSE(is_not_modified(with_header("If-None-Match", "\"1\""), "\"2\""));
  EXPECT_FALSE(is_not_modified(with_header("If-None-Match", "*"), ""));
  EXPECT_FALSE(is_not_modified({}, "\"2\""));
}

TEST(Page, BeginsAtTheStartWithTheUsualLimit) {
  const auto page = read_page({}, 25);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->limit, 25u);
  EXPECT_EQ(page->after, "");
}

TEST(Page, GoesOnWhereItsCursorSays) {
  const std::string after{"run\0 7/\xff", 8};
  const auto page = read_page(with_query({{"limit", "1000"}, {"cursor", encode_cursor(after)}}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->limit, 1000u);
  EXPECT_EQ(page->after, after);
}

TEST(Page, RefusesLimitsThatAreNone) {
  for (const auto* wrong : {"", "0", "-1", "1001", "ten", "5x", " 5", "99999999999999999999999"}) {
    EXPECT_FALSE(read_page(with_query({{"limit", wrong}}))) << wrong;
  }
}

TEST(Page, RefusesCursorsThatAreNotItsOwn) {
  const std::string good = encode_cursor("run 7");
  for (const auto& wrong : {good.substr(1), good.substr(0, good.size() - 1), good + "A", std::string{"!"},
                            std::string{"MQ"}, std::string(5000, 'A')}) {
    EXPECT_FALSE(read_page(with_query({{"cursor", wrong}}))) << wrong;
  }
}

} // namespace
} // namespace remora::http
