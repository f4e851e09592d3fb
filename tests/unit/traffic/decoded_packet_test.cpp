#include "traffic/decode/decoded_packet.hpp"

#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/traffic/decode_it.hpp"
#include "traffic/decode/decode_counters.hpp"
#include "traffic/decode/packet_info.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces

template <class Enum>
std::set<std::string> names(std::size_t count) {
  std::set<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.emplace(to_string(static_cast<Enum>(i)));
  }
  return out;
}

TEST(DecodeNames, AreThereForEveryValueAndDiffer) {
  const auto statuses = names<decode_status>(decode_status_count);
  const auto kinds = names<packet_kind>(packet_kind_count);
  const auto reasons = names<malformed_reason>(malformed_reason_count);
  EXPECT_EQ(statuses.size(), decode_status_count);
  EXPECT_EQ(kinds.size(), packet_kind_count);
  EXPECT_EQ(reasons.size(), malformed_reason_count);
  for (const auto& set : {statuses, kinds, reasons}) {
    EXPECT_EQ(set.count("unknown"), 0u);
  }
  EXPECT_EQ(to_string(static_cast<decode_status>(decode_status_count)), "unknown")
      << "the count is up to date";
  EXPECT_EQ(to_string(static_cast<packet_kind>(packet_kind_count)), "unknown");
  EXPECT_EQ(to_string(static_cast<malformed_reason>(malformed_reason_count)), "unknown");
}

TEST(DecodeCounters, AddUpToThePacketsSeenWhateverTheyWere) {
  std::mt19937 random{99}; // NOLINT(cert-msc51-cpp): the same packets in every run
  const bytes good = ethernet(ether_ipv6, ipv6({0}, ipv6_extension(6, 0, tcp({}, filler(40)))));
  decode_counters counters;
  for (int i = 0; i < 20'000; ++i) {
    bytes packet = head(good, random() % (good.size() + 1));
    for (std::size_t flips = random() % 4; flips > 0 && !packet.empty(); --flips) {
      packet[random() % packet.size()] = static_cast<std::uint8_t>(random());
    }
    counters.add(decode_as(link_type::ethernet, packet));
  }
  EXPECT_EQ(counters.packets(), 20'000u);
  std::uint64_t kinds = 0;
  std::uint64_t statuses = 0;
  std::uint64_t reasons = 0;
  for (std::size_t i = 0; i < packet_kind_count; ++i) {
    kinds += counters.of(static_cast<packet_kind>(i));
  }
  for (std::size_t i = 0; i < decode_status_count; ++i) {
    statuses += counters.of(static_cast<decode_status>(i));
  }
  for (std::size_t i = 0; i < malformed_reason_count; ++i) {
    reasons += counters.of(static_cast<malformed_reason>(i));
  }
  EXPECT_EQ(kinds, 20'000u);
  EXPECT_EQ(statuses, 20'000u);
  EXPECT_EQ(reasons, 20'000u);
  EXPECT_GT(counters.of(decode_status::ok), 0u);
  EXPECT_GT(counters.of(decode_status::truncated_network), 0u);
}

TEST(IpAddress, TellsTheTwoVersionsApart) {
  ip_address v4;
  v4.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1};
  EXPECT_TRUE(v4.is_v4());
  EXPECT_EQ(to_string(v4), "10.0.0.1");
  const ip_address unspecified;
  EXPECT_FALSE(unspecified.is_v4());
  EXPECT_EQ(to_string(unspecified), "::");
  EXPECT_NE(v4, unspecified);
}

TEST(PacketInfo, SaysWhatTheFrameAndItsHeadersSay) {
  ipv4_style style;
  style.more_fragments = true;
  const bytes content = ethernet(ether_ipv4, ipv4(style, filler(64)));
  frame packet;
  packet.time = from_unix_ns(1'700'000'000'123'456'789);
  packet.link = link_type::ethernet;
  packet.wire_length = 1500;
  packet.bytes = {content.data(), content.size()};
  const packet_info info = make_packet_info(packet, decode(packet));
  EXPECT_EQ(info.timestamp_ns, 1'700'000'000'123'456'789);
  EXPECT_EQ(info.wire_length, 1500u);
  EXPECT_EQ(info.capture_length, content.size());
  EXPECT_TRUE(info.truncated());
  EXPECT_EQ(info.fragmented, 1u);
}

} // namespace
} // namespace remora::traffic
