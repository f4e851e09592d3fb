#include "traffic/decode/unwrap.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/tunnel_builder.hpp"
#include "tests/unit/traffic/decode_it.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces

const bytes query = udp({}, text("hello"));

struct under_test {
  unwrapper all;
  decoded_packet outer;

  unwrapped open(const bytes& packet) {
    frame from;
    from.link = link_type::raw_ip;
    from.bytes = {packet.data(), packet.size()};
    outer = decode(from);
    return all.open(from, outer);
  }
};

bytes slice(const bytes& from, std::size_t offset, std::size_t length) {
  return to_bytes(byte_view{from.data(), from.size()}.skip(offset).first(length));
}

bytes fragment_of(const bytes& datagram, std::size_t offset, std::size_t length, std::uint8_t protocol) {
  ipv4_style style{protocol};
  style.id = 7;
  style.fragment_offset_bytes = static_cast<std::uint16_t>(offset);
  style.more_fragments = offset + length < datagram.size();
  return ipv4(style, slice(datagram, offset, length));
}

TEST(Unwrap, HandsBackAPlainPacketWithoutACopy) {
  under_test it;
  const bytes packet = ipv4({17}, query);
  const auto got = it.open(packet);
  EXPECT_EQ(got.packet, &it.outer);
  EXPECT_EQ(got.tunnels, 0u);
  EXPECT_FALSE(got.awaits_fragments);
}

TEST(Unwrap, FindsTheInnermostOfTunnelsWithinEachOther) {
  under_test it;
  const bytes packet =
      ipv4({17}, udp({1, 4789}, vxlan(ethernet(ether_ipv6, ipv6({47}, gre({}, ipv4({17}, query)))))));
  const auto got = it.open(packet);
  EXPECT_EQ(got.tunnels, 2u);
  EXPECT_EQ(got.packet->destination_port, 53);
  EXPECT_EQ(to_bytes(got.packet->payload), text("hello"));
  EXPECT_EQ(it.all.tunnels().packets(tunnel_kind::vxlan), 1u);
  EXPECT_EQ(it.all.tunnels().packets(tunnel_kind::gre), 1u);
}

TEST(Unwrap, LeavesAPacketAsItIsWhenItsPortPromisesTooMuch) {
  under_test it;
  const bytes packet = ipv4({17}, udp({1, 4789}, text("a message of another protocol")));
  const auto got = it.open(packet);
  EXPECT_EQ(got.tunnels, 0u);
  EXPECT_EQ(got.packet->destination_port, 4789);
  EXPECT_EQ(it.all.tunnels().malformed(tunnel_kind::vxlan), 1u);
}

TEST(Unwrap, FollowsFiveTunnelsAndNoMore) {
  bytes packet = ipv4({17}, query);
  for (unsigned around = 1; around <= 7; ++around) {
    packet = ipv4({4}, packet);
    under_test it;
    const auto got = it.open(packet);
    EXPECT_EQ(got.tunnels, std::min(around, 5u));
    EXPECT_EQ(got.packet->ip_protocol, around <= 5 ? 17 : 4) << around;
    EXPECT_EQ(it.all.tunnels().too_deep(), around <= 5 ? 0u : 1u) << around;
    EXPECT_EQ(it.all.tunnels().packets(tunnel_kind::ip_in_ip), std::min(around, 5u));
  }
}

TEST(Unwrap, SaysWhichFragmentsAwaitOthersAndReadsTheDatagramWithTheLast) {
  const bytes datagram = udp({}, filler(92));
  under_test it;
  const bytes first = fragment_of(datagram, 0, 40, 17);
  EXPECT_TRUE(it.open(first).awaits_fragments);
  const bytes last = fragment_of(datagram, 40, 60, 17);
  const auto got = it.open(last);
  EXPECT_FALSE(got.awaits_fragments);
  EXPECT_EQ(got.tunnels, 0u);
  EXPECT_EQ(to_bytes(got.packet->payload), filler(92));
}

TEST(Unwrap, OpensATunnelThatWasFragmented) {
  const bytes inner = ipv4({17}, udp({}, filler(100)));
  const bytes datagram = gre({}, inner);
  under_test it;
  const bytes first = fragment_of(datagram, 0, 64, 47);
  EXPECT_TRUE(it.open(first).awaits_fragments);
  const bytes last = fragment_of(datagram, 64, datagram.size() - 64, 47);
  const auto got = it.open(last);
  EXPECT_EQ(got.tunnels, 1u);
  EXPECT_EQ(to_bytes(got.packet->payload), filler(100));
}

TEST(Unwrap, PutsFragmentsInsideAFragmentedTunnelTogether) {
  const bytes datagram = udp({}, filler(192));
  const bytes parts[] = {gre({}, fragment_of(datagram, 0, 96, 17)),
                         gre({}, fragment_of(datagram, 96, 104, 17))};
  under_test it;
  for (const bytes& part : parts) {
    const bytes first = fragment_of(part, 0, 48, 47);
    EXPECT_TRUE(it.open(first).awaits_fragments);
    const bytes last = fragment_of(part, 48, part.size() - 48, 47);
    const auto got = it.open(last);
    EXPECT_EQ(got.tunnels, 1u);
    EXPECT_EQ(got.awaits_fragments, &part == &parts[0]);
    if (got.awaits_fragments) continue;
    EXPECT_EQ(to_bytes(got.packet->payload), filler(192));
  }
  EXPECT_EQ(it.all.fragments().counters().of(datagram_end::completed), 3u);
}

TEST(Unwrap, DoesNotPutTheFragmentsOfAFragmentTogether) {
  const bytes within = ipv6_fragment(17, 0, true, 8, query);
  const bytes packets[] = {ipv6({44}, ipv6_fragment(44, 0, true, 7, slice(within, 0, 16))),
                           ipv6({44}, ipv6_fragment(44, 16, false, 7, slice(within, 16, within.size())))};
  under_test it;
  EXPECT_TRUE(it.open(packets[0]).awaits_fragments);
  EXPECT_TRUE(it.open(packets[1]).awaits_fragments);
  EXPECT_EQ(it.all.fragments().counters().opened(), 1u);
}

} // namespace
} // namespace remora::traffic
