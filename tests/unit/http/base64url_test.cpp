#include "http/base64url.hpp"

#include <gtest/gtest.h>

namespace remora::http {
namespace {

TEST(Base64Url, WritesTheExamplesOfItsStandardWithoutPadding) {
  const std::pair<const char*, const char*> examples[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfb", "__77"}};
  for (const auto& [plain, written] : examples) {
    EXPECT_EQ(encode_base64url(plain), written);
    EXPECT_EQ(decode_base64url(written), plain);
  }
}

TEST(Base64Url, ReadsNothingButItsOwnSpelling) {
  for (const char* wrong : {"Z", "Zg==", "Zm9v\n", "Zm+v", "Zm/v", "Zh", "Zm9", " Zg"}) {
    EXPECT_EQ(decode_base64url(wrong), std::nullopt) << wrong;
  }
}

TEST(Base64Url, ReadsBackEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    EXPECT_EQ(decode_base64url(encode_base64url(all)), all);
  }
}

} // namespace
} // namespace remora::http
