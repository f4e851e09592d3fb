#include "worker/spool/spool_frame.hpp"

#include <gtest/gtest.h>

namespace remora::worker {
namespace {

constexpr std::uint32_t marker = 0xA1B2'C3D4;

std::string frame(std::uint64_t number, std::string_view payload, std::uint32_t with = marker) {
  std::string out;
  append_frame(out, with, number, payload);
  return out;
}

TEST(SpoolFrame, IsReadAsItWasWritten) {
  const auto bytes = frame(7, "payload");
  EXPECT_EQ(bytes.size(), frame_head_bytes + 7);
  const auto found = find_frame(bytes, 0, marker);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->number, 7u);
  EXPECT_EQ(found->payload, "payload");
  EXPECT_EQ(found->begin, 0u);
  EXPECT_EQ(found->end, bytes.size());
}

TEST(SpoolFrame, IsNotFoundWhenAnyBitOfItIsFlipped) {
  const auto sound = frame(7, "payload");
  for (std::size_t bit = 0; bit < 8 * sound.size(); ++bit) {
    auto bytes = sound;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(find_frame(bytes, 0, marker)) << bit;
  }
}

TEST(SpoolFrame, IsNotFoundWhenItIsCutShort) {
  const auto whole = frame(7, "payload");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(find_frame(whole.substr(0, size), 0, marker)) << size;
}

TEST(SpoolFrame, IsFoundBehindDamage) {
  const auto bytes = frame(1, "first") + frame(2, "second");
  for (std::size_t from = 1; from <= frame(1, "first").size(); ++from) {
    const auto found = find_frame(bytes, from, marker);
    ASSERT_TRUE(found) << from;
    EXPECT_EQ(found->number, 2u);
  }
}

TEST(SpoolFrame, InsideAPayloadIsNoneOfThisFile) {
  const auto forged = frame(9, "forged", 0x1111'1111);
  auto bytes = frame(1, forged) + frame(2, "second");
  bytes[0] = 'x';
  const auto found = find_frame(bytes, 0, marker);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->number, 2u);
}

TEST(SpoolFrame, ThatIsCutShortIsTornAndOneThatIsDamagedIsNot) {
  const auto whole = frame(7, "payload");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_TRUE(is_torn(whole.substr(0, size), marker)) << size;
  EXPECT_TRUE(is_torn(std::string(100, '\0'), marker)) << "what a disk without power leaves";
  auto damaged = whole;
  damaged.back() = 'x';
  EXPECT_FALSE(is_torn(damaged, marker));
  EXPECT_FALSE(is_torn("something else", marker));
}

} // namespace
} // namespace remora::worker
