#include "http/json_body.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace remora::http {
namespace {

result<nlohmann::json> read(std::string body) {
  request asked;
  asked.body = std::move(body);
  return read_json(asked);
}

TEST(JsonBody, IsRead) {
  const auto got = read(R"({"code":"x","active":true,"deep":{"code":[1,{"code":2}]}})");
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)["code"], "x");
  EXPECT_EQ((*got)["deep"]["code"][1]["code"], 2);
}

TEST(JsonBody, IsRefusedWithThePlaceWhereItGoesWrong) {
  for (const auto* wrong : {"", "{", "{}x", "{'a':1}", "nul", "\"\xff\"", "[1e999999]", "[1,]"}) {
    const auto got = read(wrong);
    ASSERT_FALSE(got) << wrong;
    EXPECT_EQ(got.error(), errc::invalid_usage);
  }
  EXPECT_THAT(read("{\"a\":}").error().message, ::testing::HasSubstr("byte 6"));
}

TEST(JsonBody, MayNotNameAMemberTwice) {
  EXPECT_THAT(read(R"({"role":1,"x":{"role":2},"role":3})").error().message,
              ::testing::HasSubstr("\"role\""));
}

TEST(JsonBody, MayBeNestedAsDeeplyAsItsLimit) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(read(nested(64)));
  EXPECT_FALSE(read(nested(65)));
  EXPECT_FALSE(read(std::string(1'000'000, '[')));
}

} // namespace
} // namespace remora::http
