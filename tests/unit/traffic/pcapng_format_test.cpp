#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"
#include "tests/unit/traffic/read_all.hpp"

namespace remora::traffic {
namespace {

using test::byte_order;
using test::bytes;
using test::filler;
using test::pcapng_writer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr byte_order both_orders[] = {byte_order::little, byte_order::big};

/// The file must end as damaged with this text, after `before` packets.
void expect_damage(const bytes& file, std::size_t before, const std::string& text) {
  const auto got = read_memory(file);
  EXPECT_FALSE(got.failure) << got.failure->message;
  EXPECT_EQ(got.frames.size(), before);
  ASSERT_EQ(got.damage.size(), 1u) << text;
  EXPECT_EQ(got.damage[0].code, errc::capture_damaged);
  EXPECT_EQ(got.damage[0].message, text);
}

TEST(PcapngFormat, ReadsAllThreeKindsOfPacketBlocksInEitherByteOrder) {
  for (const byte_order order : both_orders) {
    const auto got = read_memory(pcapng_writer{order}
                                     .interface({})
                                     .enhanced_packet(0, 1'000'001, filler(61), 1500, "with a comment")
                                     .obsolete_packet(0, 2'000'002, filler(62), 1600)
                                     .simple_packet(filler(63))
                                     .content());
    const std::vector<kept_frame> expected{
        {1'000'001'000, 1500, link_type::ethernet, filler(61)},
        {2'000'002'000, 1600, link_type::ethernet, filler(62)},
        {2'000'002'000, 63, link_type::ethernet, filler(63)},
    };
    EXPECT_EQ(got.frames, expected);
    EXPECT_THAT(got.damage, IsEmpty()) << got.damage_text();
  }
}

TEST(PcapngFormat, GivesASimplePacketTheTimeOfThePacketBefore) {
  const auto got = read_memory(pcapng_writer{}
                                   .interface({})
                                   .simple_packet(filler(1))
                                   .enhanced_packet(0, 7, {})
                                   .simple_packet({})
                                   .content());
  ASSERT_EQ(got.frames.size(), 3u);
  EXPECT_EQ(got.frames[0].time_ns, 0);
  EXPECT_EQ(got.frames[2].time_ns, 7000);
}

TEST(PcapngFormat, CutsASimplePacketAtTheLimitOfItsInterface) {
  const auto got =
      read_memory(pcapng_writer{}.interface({1, 64, {}, {}, ""}).simple_packet(filler(64), 1500).content());
  ASSERT_EQ(got.frames.size(), 1u);
  EXPECT_EQ(got.frames[0].content, filler(64));
  EXPECT_EQ(got.frames[0].wire_length, 1500u);
}

TEST(PcapngFormat, KeepsLinkTypeAndClockOfEachInterfaceApart) {
  const auto got = read_memory(pcapng_writer{}
                                   .interface({1, 0, 9, {}, "eth0"})
                                   .interface({101, 0, 3, 1000, "tun0"})
                                   .enhanced_packet(1, 5, filler(20))
                                   .enhanced_packet(0, 6, filler(30))
                                   .content());
  const std::vector<kept_frame> expected{{1'000'005'000'000, 20, link_type::raw_ip, filler(20)},
                                         {6, 30, link_type::ethernet, filler(30)}};
  EXPECT_EQ(got.frames, expected);
}

TEST(PcapngFormat, StartsInterfacesAnewInEachSection) {
  const auto got = read_memory(pcapng_writer{byte_order::little}
                                   .interface({1, 0, {}, {}, ""})
                                   .enhanced_packet(0, 1, filler(14))
                                   .section(byte_order::big)
                                   .interface({101, 0, {}, {}, ""})
                                   .enhanced_packet(0, 2, filler(20))
                                   .content());
  ASSERT_EQ(got.frames.size(), 2u) << got.damage_text();
  EXPECT_EQ(got.frames[0].link, link_type::ethernet);
  EXPECT_EQ(got.frames[1].link, link_type::raw_ip);
}

TEST(PcapngFormat, SkipsBlocksItDoesNotRead) {
  pcapng_writer file;
  file.block(4, filler(100)).interface({}).block(5, filler(20)); // names, statistics
  file.block(10, filler(3)).block(0x80000BAD, filler(300'000));  // secrets, custom
  file.enhanced_packet(0, 1, filler(60)).block(0x0BAD, {});
  for (const std::size_t buffer : {std::size_t{16}, std::size_t{1} << 20}) {
    memory_options options;
    options.buffer = buffer;
    const auto got = read_memory(file.content(), options);
    EXPECT_EQ(got.frames.size(), 1u);
    EXPECT_THAT(got.damage, IsEmpty()) << got.damage_text();
  }
}

TEST(PcapngFormat, AcceptsAFileWithoutPacketsOrInterfaces) {
  for (const bytes& file : {pcapng_writer{}.content(), pcapng_writer{}.interface({}).content()}) {
    const auto got = read_memory(file);
    EXPECT_FALSE(got.failure);
    EXPECT_THAT(got.damage, IsEmpty());
  }
}

TEST(PcapngFormat, RefusesAFileWhoseOnlyInterfaceIsNotDecoded) {
  const auto got =
      read_memory(pcapng_writer{}.interface({195, 0, {}, {}, ""}).enhanced_packet(0, 1, filler(9)).content());
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->code, errc::unknown_link_type);
  EXPECT_THAT(got.failure->message, HasSubstr("a: link type 195 is not supported"));
}

TEST(PcapngFormat, DeliversPacketsOfOneUndecodedInterfaceAmongOthersSoThatTheyCount) {
  const auto got = read_memory(pcapng_writer{}
                                   .interface({195, 0, {}, {}, ""})
                                   .interface({1, 0, {}, {}, ""})
                                   .enhanced_packet(0, 1, filler(9))
                                   .enhanced_packet(1, 1, filler(60))
                                   .content());
  ASSERT_EQ(got.frames.size(), 2u);
  EXPECT_EQ(got.frames[0].link, link_type::unsupported);
}

TEST(PcapngFormat, ReportsAnInterfaceThatWasNotDescribed) {
  expect_damage(pcapng_writer{}.interface({}).enhanced_packet(0, 1, {}).enhanced_packet(1, 1, {}).content(),
                1, "a: corrupt at offset 80: a packet of interface 1, which was not described");
  expect_damage(pcapng_writer{}.simple_packet({}).content(), 0,
                "a: corrupt at offset 28: a packet of an interface that was not described");
}

TEST(PcapngFormat, ReportsAPacketThatDoesNotFitIntoItsBlock) {
  pcapng_writer file;
  file.interface({});
  const auto lying = file.body().u32(0).u32(0).u32(0).u32(100).u32(100).raw(filler(60)).content();
  expect_damage(file.block(6, lying).content(), 0,
                "a: corrupt at offset 48: a packet of 100 bytes in a block with room for 60");
}

TEST(PcapngFormat, ReportsAPacketThatIsLongerThanAllowed) {
  expect_damage(
      pcapng_writer{}.interface({}).enhanced_packet(0, 0, filler(262'145)).content(), 0,
      "a: corrupt at offset 48: a packet of 262145 bytes, more than the 262144 that this file allows");
}

TEST(PcapngFormat, TakesAPacketAsLongAsItsInterfaceAllows) {
  const auto got = read_memory(
      pcapng_writer{}.interface({1, 1u << 20, {}, {}, ""}).enhanced_packet(0, 0, filler(1u << 20)).content());
  EXPECT_EQ(got.frames.size(), 1u) << got.damage_text();
}

TEST(PcapngFormat, ReportsBlocksThatAreTooShort) {
  for (const std::uint32_t type : {1u, 2u, 3u, 6u}) {
    pcapng_writer file;
    file.interface({}).block(type, {});
    const auto got = read_memory(file.content());
    EXPECT_THAT(got.damage_text(), HasSubstr("a: corrupt at offset 48: ")) << type;
  }
}

TEST(PcapngFormat, ReportsLengthsThatCannotBe) {
  for (const std::uint32_t length : {0u, 8u, 13u, 0xFFFF'FFFDu}) {
    bytes file = pcapng_writer{}.content();
    const bytes block = test::byte_writer{byte_order::little}.u32(6).u32(length).zeros(40).content();
    file.insert(file.end(), block.begin(), block.end());
    expect_damage(file, 0,
                  "a: corrupt at offset 28: a block with a length of " + std::to_string(length) + " bytes");
  }
}

TEST(PcapngFormat, ReportsATooLongBlockBeforeReadingIt) {
  bytes file = pcapng_writer{}.content();
  const bytes block = test::byte_writer{byte_order::little}.u32(6).u32(0x7000'0000).zeros(40).content();
  file.insert(file.end(), block.begin(), block.end());
  expect_damage(file, 0, "a: corrupt at offset 28: a block with a length of 1879048192 bytes");
}

TEST(PcapngFormat, ReportsTwoLengthsThatDiffer) {
  for (const std::uint32_t type : {5u, 6u}) { // one that is skipped, one that is read
    bytes file = pcapng_writer{}.interface({}).block(type, filler(40)).content();
    file[file.size() - 4] = 60;
    expect_damage(file, 0,
                  "a: corrupt at offset 48: a block whose length is 52 bytes at its start and 60 at its end");
  }
}

TEST(PcapngFormat, ReportsASectionHeaderWithoutAByteOrder) {
  bytes file = pcapng_writer{}.content();
  file[8] = 0;
  expect_damage(file, 0, "a: corrupt at offset 0: a section header without a byte order");
}

TEST(PcapngFormat, ReportsAVersionItDoesNotKnow) {
  bytes file = pcapng_writer{}.content();
  file[12] = 2;
  expect_damage(file, 0, "a: corrupt at offset 0: pcapng version 2 is not supported, only 1");
}

TEST(PcapngFormat, ReportsTheEndOfTheFileInsideABlockThatIsSkipped) {
  bytes file = pcapng_writer{}.interface({}).enhanced_packet(0, 1, {}).block(5, filler(100)).content();
  file.resize(file.size() - 10);
  expect_damage(file, 1,
                "a: cut off at offset 80: the block that begins there needs 112 bytes, 102 are there");
}

} // namespace
} // namespace remora::traffic
