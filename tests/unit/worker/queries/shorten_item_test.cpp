#include "worker/queries/shorten_item.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/utf8.hpp"

namespace remora::worker::test {
namespace {

using nlohmann::json;

TEST(ShortenItem, LeavesWhatFitsAsItIs) {
  const std::string text = R"({"b":1, "a":"\u00e4"})";
  EXPECT_EQ(shorten_item(text, 100), text);
}

TEST(ShortenItem, CutsTheLongestTextAndSaysSoBesideIt) {
  const json item{{"id", "x"},
                  {"request", {{"text", std::string(500, 'a')}}},
                  {"response", {{"text", std::string(9'000, 'b')}}}};
  const auto out = shorten_item(item.dump(), 5'000);
  EXPECT_LE(out.size(), 5'000u);
  EXPECT_GE(out.size(), 4'000u) << "no more is cut than needed";
  const auto read = json::parse(out);
  EXPECT_EQ(read["response"]["truncated"], true);
  EXPECT_EQ(read["request"], item["request"]);
  EXPECT_EQ(read["id"], "x");
}

TEST(ShortenItem, CutsBase64BetweenItsGroups) {
  const json item{{"content", {{"encoding", "base64"}, {"text", std::string(8'000, 'Q')}}}};
  const auto read = json::parse(shorten_item(item.dump(), 2'001));
  EXPECT_EQ(read["content"]["text"].get<std::string>().size() % 4, 0u);
}

TEST(ShortenItem, CutsNoCharacterInTwo) {
  std::string text;
  for (int i = 0; i < 3'000; ++i)
    text += "\xE2\x82\xAC";
  for (std::size_t most = 2'000; most < 2'006; ++most) {
    const auto out = shorten_item(json{{"t", text}}.dump(), most);
    EXPECT_LE(out.size(), most);
    EXPECT_FALSE(find_invalid_utf8(out));
  }
}

TEST(ShortenItem, MarksTextsThatLieWithinEachOther) {
  const json item{{"a", {{"t", std::string(4'000, 'x')}, {"b", {{"t", std::string(4'100, 'y')}}}}}};
  const auto read = json::parse(shorten_item(item.dump(), 2'000));
  EXPECT_EQ(read["a"]["truncated"], true);
  EXPECT_EQ(read["a"]["b"]["truncated"], true);
}

TEST(ShortenItem, LeavesBodiesOutThatAreManySmallTexts) {
  json item{{"id", "x"}, {"response", json::object()}};
  for (int i = 0; i < 1'000; ++i)
    item["response"]["h" + std::to_string(i)] = std::string(100, 'v');
  const auto read = json::parse(shorten_item(item.dump(), 10'000));
  EXPECT_EQ(read, (json{{"id", "x"}, {"response", nullptr}, {"truncated", true}}));
}

TEST(ShortenItem, GivesUpOnWhatIsNoItem) {
  EXPECT_EQ(shorten_item(std::string(100, '['), 10), "");
  EXPECT_EQ(shorten_item('"' + std::string(100, 'x') + '"', 10), "");
}

} // namespace
} // namespace remora::worker::test
