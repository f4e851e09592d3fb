#include "base/crc32c.hpp"

#include <string>

#include <gtest/gtest.h>

namespace remora {
namespace {

TEST(Crc32c, AgreesWithThePublishedExamples) { // RFC 3720, B.4, and the usual check value
  EXPECT_EQ(crc32c("123456789"), 0xE306'9283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A91'36AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8'AB43u);
  EXPECT_EQ(crc32c(""), 0u);
}

TEST(Crc32c, IsTheSameInOnePieceAndInTwo) {
  const std::string text = "the quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32c(text.substr(cut), crc32c(text.substr(0, cut))), crc32c(text)) << cut;
  }
}

} // namespace
} // namespace remora
