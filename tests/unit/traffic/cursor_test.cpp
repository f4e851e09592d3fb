#include "traffic/decode/cursor.hpp"

#include <gtest/gtest.h>

#include "tests/support/frame_builder.hpp"

namespace remora::traffic {
namespace {

const test::bytes content{1, 2, 3, 4, 5, 6, 7};
cursor fresh() { return cursor{byte_view{content.data(), content.size()}}; }

TEST(Cursor, ReadsNumbersInNetworkOrderAndMovesOn) {
  cursor in = fresh();
  EXPECT_EQ(in.u8(), std::uint8_t{1});
  EXPECT_EQ(in.u16(), std::uint16_t{0x0203});
  EXPECT_EQ(in.u32(), std::uint32_t{0x04050607});
  EXPECT_EQ(in.left(), 0u);
}

TEST(Cursor, GivesNothingAndStaysWhenThereIsTooLittle) {
  cursor in = fresh();
  EXPECT_TRUE(in.take(5));
  EXPECT_FALSE(in.u32());
  EXPECT_FALSE(in.take(3));
  EXPECT_FALSE(in.take<3>());
  EXPECT_FALSE(in.peek<3>());
  EXPECT_EQ(in.left(), 2u);
  EXPECT_EQ(in.u16(), std::uint16_t{0x0607});
  EXPECT_FALSE(in.u8());
}

TEST(Cursor, DoesNotMoveWhenItPeeks) {
  cursor in = fresh();
  const auto header = in.peek<4>();
  ASSERT_TRUE(header);
  EXPECT_EQ(header.u32<0>(), 0x01020304u);
  EXPECT_EQ(in.left(), 7u);
}

TEST(Cursor, TakesHeadersWhoseFieldsAreCheckedWhenCompiled) {
  cursor in = fresh();
  const auto header = in.take<6>();
  ASSERT_TRUE(header);
  EXPECT_EQ(header.u8<5>(), 6u);
  EXPECT_EQ(header.u16<4>(), 0x0506u);
  EXPECT_EQ((header.bytes<1, 3>()), (byte_view{content.data() + 1, 3}));
}

TEST(Cursor, CanBeLimitedButNotExtended) {
  cursor in = fresh();
  in.limit(100);
  EXPECT_EQ(in.left(), 7u);
  in.limit(2);
  EXPECT_EQ(in.left(), 2u);
  in.limit(5);
  EXPECT_EQ(in.left(), 2u);
}

TEST(Cursor, IsHarmlessOnNothing) {
  cursor in{byte_view{}};
  EXPECT_FALSE(in.u8());
  ASSERT_TRUE(in.take(0));
  EXPECT_TRUE(in.rest().empty());
}

} // namespace
} // namespace remora::traffic
