#include "traffic/dissect/content_coding.hpp"

#include <gtest/gtest.h>

#include "http_talk.hpp"

namespace remora::traffic {
namespace {

// "hello " thirty times, coded by the tools that everybody has.
std::string hello() {
  std::string out;
  for (int i = 0; i < 30; ++i)
    out += "hello ";
  return out;
}
std::string from_hex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  return out;
}

const std::string gzipped = from_hex("1f8b0800000000000203cb48cdc9c957c8185224002443e46eb4000000");
const std::string deflated = from_hex("789ccb48cdc9c957c81852240072df4219");
const std::string deflated_raw = deflated.substr(2, deflated.size() - 6);
const std::string brotlied = from_hex("1bb3000024406a10c5eaf09c8e02");
const std::string zstandard = from_hex("28b52ffd04586d00003068656c6c6f200100ab50a508a8824f7d");
const std::string gzip_of_deflate =
    from_hex("1f8b0800000000000203ab9873dae3ecc993e127248254188aee3b490200a7a6c00d11000000");
/// 64 MiB of zeros, coded twice.
const std::string bomb = from_hex(
    "1f8b0800000000000203eddcaf4e427114c0f18b5c37261b622019e4118814061acc06cd8e0720926573260b2f41666373b3"
    "d27803b4d9fd139c33392fdcfb18bff3f9a4934f3c3bfb9e3d36b2d241fd635dabed87d9fc7ff9d538ca00000080c4cd5eef"
    "ebe53120eb16dbcbab1b0000002075e3e3565e1d05fe6e4fcfad0300000092f730e8b7ab0f81efbb496e1d00000090bcceef"
    "dba8ba056c8aa7936bfb00000080e4bd080600000040288201000000108b6000000000c4221800000000c10806000000402c"
    "8201000000108b6000000000c4221800000000c10806000000402c820100000010cb62d0ef968f01ed9f623abc38cc000000"
    "88e4b9f9d97b5fed877c073c4cecfae2fe0000");

constexpr std::size_t limit = 1 << 20;

struct coding_case {
  const char* coding;
  std::string coded;
};
std::ostream& operator<<(std::ostream& to, const coding_case& one) { return to << one.coding; }

class ContentCoding : public testing::TestWithParam<coding_case> {};

TEST_P(ContentCoding, IsUndone) {
  const auto plain = decode_content(GetParam().coded, GetParam().coding, limit);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->bytes, hello());
  EXPECT_FALSE(plain->is_cut);
}

TEST_P(ContentCoding, IsUndoneAsFarAsTheLimit) {
  const auto plain = decode_content(GetParam().coded, GetParam().coding, 10);
  if (std::string_view{GetParam().coding}.find(',') != std::string_view::npos) return;
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->bytes, hello().substr(0, 10));
  EXPECT_TRUE(plain->is_cut);
}

TEST_P(ContentCoding, ThatBreaksOffNeverYieldsMoreThanThereIs) {
  for (std::size_t size = 0; size < GetParam().coded.size(); ++size) {
    const auto plain = decode_content(GetParam().coded.substr(0, size), GetParam().coding, limit);
    if (!plain || GetParam().coding == std::string_view{"identity"}) continue;
    EXPECT_EQ(plain->bytes, hello().substr(0, plain->bytes.size())) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ContentCoding,
                         testing::Values(coding_case{"gzip", gzipped}, coding_case{"X-GZIP", gzipped},
                                         coding_case{"deflate", deflated},
                                         coding_case{"deflate", deflated_raw}, coding_case{"br", brotlied},
                                         coding_case{"zstd", zstandard}, coding_case{"identity", hello()},
                                         coding_case{"deflate, gzip", gzip_of_deflate},
                                         coding_case{"identity,deflate , identity, gzip", gzip_of_deflate}));

TEST(ContentCodings, OfGzipFilesOneBehindTheOtherAreAllUndone) {
  EXPECT_EQ(decode_content(gzipped + gzipped, "gzip", limit)->bytes, hello() + hello());
}

TEST(ContentCodings, ThatAreUnknownOrTooManyAreLeftAlone) {
  EXPECT_FALSE(decode_content(gzipped, "compress", limit));
  EXPECT_FALSE(decode_content(gzipped, "gzip, gzip, gzip, gzip", limit));
}

TEST(ContentCodings, OfNonsenseYieldNothing) {
  for (const char* coding : {"gzip", "deflate", "br", "zstd"})
    EXPECT_FALSE(decode_content("\xFFnonsense that nobody coded", coding, limit)) << coding;
}

TEST(ContentCodings, OfABombStopAtTheLimit) {
  const auto plain = decode_content(bomb, "gzip, gzip", limit);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->bytes.size(), limit);
  EXPECT_TRUE(plain->is_cut);
}

// ---- in items

std::string content_of(const std::string& coding, const std::string& body) {
  http_talk talk;
  talk.client("GET / HTTP/1.1\r\n\r\n");
  talk.server("HTTP/1.1 200 X\r\nContent-Encoding: " + coding +
              "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  return member_json(talk.only().response, "content");
}

TEST(HttpContent, IsDecoded) {
  const std::string expected = content_of("identity", hello());
  EXPECT_EQ(content_of("gzip", gzipped), expected);
  EXPECT_EQ(content_of("br", brotlied), expected);
}

TEST(HttpContent, ThatCannotBeDecodedIsGivenAsItCame) {
  EXPECT_EQ(content_of("gzip", "abc"), R"({"size":3,"mimeType":"","encoding":"base64","text":"YWJj"})");
}

TEST(HttpContent, OfARequestIsDecodedToo) {
  http_talk talk;
  talk.client("POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: " +
              std::to_string(gzipped.size()) + "\r\n\r\n" + gzipped);
  talk.end();
  EXPECT_EQ(member_json(talk.only().request, "postData"),
            R"({"mimeType":"","params":[],"text":")" + hello() + "\"}");
  EXPECT_EQ(member_json(talk.only().request, "bodySize"), std::to_string(gzipped.size()));
}

TEST(HttpContent, OfABombIsCutAtTheLimit) {
  const std::string content = content_of("gzip, gzip", bomb);
  EXPECT_EQ(content.substr(0, 15), R"({"size":1048576)");
  EXPECT_NE(content.find(R"("truncated":true})"), std::string::npos);
}

} // namespace
} // namespace remora::traffic
