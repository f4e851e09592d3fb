#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"
#include "tests/unit/traffic/read_all.hpp"

namespace remora::traffic {
namespace {

using test::byte_order;
using test::filler;
using test::pcap_style;
using test::pcap_writer;
using ::testing::HasSubstr;

constexpr std::int64_t noon = 1'700'000'000'123'456'789;

struct kind {
  const char* name;
  pcap_style style;
  std::int64_t time_ns; ///< What is left of `noon`.
};

const kind kinds[] = {
    {"microseconds, little endian", {byte_order::little, false, false}, 1'700'000'000'123'456'000},
    {"microseconds, big endian", {byte_order::big, false, false}, 1'700'000'000'123'456'000},
    {"nanoseconds, little endian", {byte_order::little, true, false}, noon},
    {"nanoseconds, big endian", {byte_order::big, true, false}, noon},
    {"modified, little endian", {byte_order::little, false, true}, 1'700'000'000'123'456'000},
    {"modified, big endian", {byte_order::big, false, true}, 1'700'000'000'123'456'000},
};

TEST(PcapFormat, ReadsEveryKindOfClassicFile) {
  for (const kind& k : kinds) {
    const auto got =
        read_memory(pcap_writer{k.style}.packet(noon, filler(60), 1500).packet(noon, {}).content());
    const std::vector<kept_frame> expected{{k.time_ns, 1500, link_type::ethernet, filler(60)},
                                           {k.time_ns, 0, link_type::ethernet, {}}};
    EXPECT_EQ(got.frames, expected) << k.name;
    EXPECT_TRUE(got.damage.empty()) << k.name << got.damage_text();
  }
}

TEST(PcapFormat, AcceptsAFileWithoutPackets) {
  const auto got = read_memory(pcap_writer{}.content());
  EXPECT_FALSE(got.failure);
  EXPECT_TRUE(got.frames.empty());
  EXPECT_TRUE(got.damage.empty());
}

TEST(PcapFormat, KnowsTheLinkTypesThatAreDecoded) {
  const std::pair<std::uint32_t, link_type> numbers[] = {
      {0, link_type::null},        {1, link_type::ethernet}, {12, link_type::raw_ip},
      {14, link_type::raw_ip},     {101, link_type::raw_ip}, {108, link_type::loop},
      {113, link_type::linux_sll}, {228, link_type::ipv4},   {229, link_type::ipv6},
      {276, link_type::linux_sll2}};
  for (const auto& [number, link] : numbers) {
    pcap_style style;
    style.link = number;
    const auto got = read_memory(pcap_writer{style}.packet(0, filler(4)).content());
    ASSERT_EQ(got.frames.size(), 1u) << number;
    EXPECT_EQ(got.frames[0].link, link) << number;
  }
}

TEST(PcapFormat, IgnoresTheFrameCheckSequenceBitsBesideTheLinkType) {
  pcap_style style;
  style.link = 0x4400'0001; // four bytes of check sequence
  EXPECT_EQ(read_memory(pcap_writer{style}.packet(0, filler(4)).content()).frames.size(), 1u);
}

TEST(PcapFormat, RefusesALinkTypeThatIsNotDecodedByItsNumber) {
  pcap_style style;
  style.link = 147;
  const auto got = read_memory(pcap_writer{style}.packet(0, filler(4)).content());
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->code, errc::unknown_link_type);
  EXPECT_THAT(got.failure->message, HasSubstr("a: link type 147 is not supported; supported are "));
  EXPECT_THAT(got.failure->message, HasSubstr("Ethernet (1)"));
}

TEST(PcapFormat, RefusesAVersionItDoesNotKnow) {
  pcap_style style;
  style.major = 3;
  const auto got = read_memory(pcap_writer{style}.content());
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->code, errc::not_a_capture);
  EXPECT_THAT(got.failure->message, HasSubstr("version 3.4"));
}

TEST(PcapFormat, PutsTheLengthsOfOldWritersInTheirPlaces) {
  for (const std::uint16_t minor : {std::uint16_t{2}, std::uint16_t{3}}) {
    test::byte_writer file{byte_order::little};
    file.u32(0xA1B2C3D4).u16(2).u16(minor).u32(0).u32(0).u32(65535).u32(1);
    file.u32(1).u32(0).u32(1500).u32(60).raw(filler(60)); // length on the wire first
    const auto got = read_memory(file.content());
    ASSERT_EQ(got.frames.size(), 1u) << minor;
    EXPECT_EQ(got.frames[0].wire_length, 1500u) << minor;
    EXPECT_EQ(got.frames[0].content, filler(60)) << minor;
  }
}

TEST(PcapFormat, DeliversPacketsLongerThanTheDeclaredLimitWhole) {
  pcap_style style;
  style.snaplen = 96;
  const auto got = read_memory(pcap_writer{style}.packet(0, filler(200)).content());
  ASSERT_EQ(got.frames.size(), 1u);
  EXPECT_EQ(got.frames[0].content, filler(200));
}

TEST(PcapFormat, CountsAtLeastWhatWasCapturedAsLengthOnTheWire) {
  const auto got = read_memory(pcap_writer{}.packet(0, filler(60), 0).content());
  ASSERT_EQ(got.frames.size(), 1u);
  EXPECT_EQ(got.frames[0].wire_length, 60u);
}

TEST(PcapFormat, TakesPacketsUpToTheLimitAndNoLonger) {
  pcap_style small; // 262144
  pcap_style large;
  large.snaplen = 300'000;
  EXPECT_EQ(read_memory(pcap_writer{small}.packet(0, filler(262'144)).content()).frames.size(), 1u);
  EXPECT_EQ(read_memory(pcap_writer{large}.packet(0, filler(300'000)).content()).frames.size(), 1u);
  const auto got = read_memory(pcap_writer{small}.packet(0, filler(9)).packet(0, filler(262'145)).content());
  EXPECT_EQ(got.frames.size(), 1u);
  ASSERT_EQ(got.damage.size(), 1u);
  EXPECT_EQ(got.damage[0].code, errc::capture_damaged);
  EXPECT_EQ(got.damage[0].message,
            "a: corrupt at offset 49: a packet of 262145 bytes, more than the 262144 that this file allows");
}

TEST(PcapFormat, NeverTakesMoreThanSixteenMebibytesWhateverTheFileDeclares) {
  pcap_style style;
  style.snaplen = 0xFFFF'FFFF;
  test::byte_writer file{byte_order::little};
  file.raw(pcap_writer{style}.content()).u32(0).u32(0).u32((16u << 20) + 1).u32(0);
  EXPECT_THAT(read_memory(file.content()).damage_text(),
              HasSubstr("corrupt at offset 24: a packet of 16777217 bytes"));
}

TEST(PcapFormat, AddsAFractionOfASecondAndMoreAsItStands) {
  test::byte_writer file{byte_order::little};
  file.raw(pcap_writer{}.content()).u32(10).u32(2'500'000).u32(0).u32(0);
  const auto got = read_memory(file.content());
  ASSERT_EQ(got.frames.size(), 1u);
  EXPECT_EQ(got.frames[0].time_ns, 12'500'000'000);
}

TEST(PcapFormat, HoldsTheLatestTimeThatCanBeWritten) {
  test::byte_writer file{byte_order::little};
  file.raw(pcap_writer{}.content()).u32(UINT32_MAX).u32(UINT32_MAX).u32(0).u32(0);
  const auto got = read_memory(file.content());
  ASSERT_EQ(got.frames.size(), 1u);
  EXPECT_EQ(got.frames[0].time_ns, 4'294'967'295'000'000'000 + 4'294'967'295'000);
}

} // namespace
} // namespace remora::traffic
