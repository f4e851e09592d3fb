#include <utility>

#include <gtest/gtest.h>

#include "tests/unit/traffic/decode_it.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces

const bytes v4 = ipv4({17}, udp({}, text("hello")));
const bytes v6 = ipv6({17}, udp({}, text("hello")));
const bytes control_word = bytes(4, 0);

TEST(DecodeMpls, FindsEthernetInAPseudowire) {
  const bytes station = ethernet(ether_ipv4, v4);
  const std::pair<const char*, bytes> table[] = {
      {"with a control word", join(control_word, station)},
      {"without a control word", station},
      {"tagged", join(control_word, ethernet(ether_vlan, vlan_tag(9, ether_ipv6, v6)))},
  };
  for (const auto& [name, content] : table) {
    const bytes frame = ethernet(ether_mpls, mpls(2, content));
    const auto got = decode_as(link_type::ethernet, frame);
    EXPECT_EQ(got.status, decode_status::ok) << name;
    EXPECT_EQ(to_bytes(got.payload), text("hello")) << name;
  }
}

TEST(DecodeMpls, TakesAStationThatBeginsLikeAnIpHeaderForAStation) {
  for (const std::uint8_t first : bytes{0x46, 0x60, 0x62}) {
    bytes station = ethernet(ether_ipv6, v6);
    station[0] = first;
    const bytes frame = ethernet(ether_mpls, mpls(1, station));
    const auto got = decode_as(link_type::ethernet, frame);
    EXPECT_EQ(got.ip_version, 6) << int{first};
    EXPECT_EQ(to_bytes(got.payload), text("hello")) << int{first};
  }
}

TEST(DecodeMpls, TakesAnIpPacketForOneThoughItsAddressLooksLikeAnEthernetType) {
  ipv6_style style;
  style.source[4] = ether_mpls >> 8u;
  style.source[5] = ether_mpls & 0xFFu;
  const bytes frame = mpls(1, ipv6(style, tcp({}, text("hello"))));
  const auto got = decode_as(link_type::mpls, frame);
  EXPECT_EQ(got.kind, packet_kind::tcp);
  EXPECT_EQ(to_bytes(got.payload), text("hello"));
}

TEST(DecodeMpls, RemembersTheTagsOfThePseudowireBehindThoseAroundIt) {
  const bytes inner = join(control_word, ethernet(ether_vlan, vlan_tag(9, ether_ipv4, v4)));
  const bytes frame = ethernet(ether_vlan, vlan_tag(5, ether_mpls, mpls(1, inner)));
  const auto got = decode_as(link_type::ethernet, frame);
  ASSERT_EQ(got.vlan_count, 2);
  EXPECT_EQ(got.vlan_ids[0], 5);
  EXPECT_EQ(got.vlan_ids[1], 9);
}

TEST(DecodeMpls, CallsWhatItCannotRecogniseNotIp) {
  for (const bytes& content :
       {filler(40), join(control_word, filler(40)), join({0x10, 0, 0, 7}, filler(40))}) {
    const bytes frame = ethernet(ether_mpls, mpls(1, content));
    EXPECT_EQ(decode_as(link_type::ethernet, frame).status, decode_status::not_ip);
  }
}

TEST(DecodeMpls, TakesSixteenLabelsAndNoMore) {
  for (const std::size_t labels : {16u, 17u, 1000u}) {
    const bytes frame = mpls(labels, v4);
    const auto got = decode_as(link_type::mpls, frame);
    EXPECT_EQ(got.status, labels <= 16 ? decode_status::ok : decode_status::malformed_link) << labels;
    EXPECT_EQ(got.reason, labels <= 16 ? malformed_reason::none : malformed_reason::too_many_labels);
  }
}

TEST(DecodeMpls, FollowsFourPseudowiresWithinEachOtherAndNoMore) {
  bytes payload = v4;
  std::uint16_t type = ether_ipv4;
  for (int around = 0; around <= 5; ++around) {
    const bytes frame = ethernet(type, payload);
    const auto got = decode_as(link_type::ethernet, frame);
    EXPECT_EQ(got.status, around <= 4 ? decode_status::ok : decode_status::malformed_link) << around;
    EXPECT_EQ(got.reason, around <= 4 ? malformed_reason::none : malformed_reason::links_too_deep) << around;
    payload = mpls(1, join(control_word, frame));
    type = ether_mpls;
  }
}

TEST(DecodePppoe, LeavesPaddingBehindTheLengthOut) {
  const bytes frame = ethernet(ether_pppoe, join(pppoe(ppp(ppp_ipv4, {})), v4));
  EXPECT_EQ(decode_as(link_type::ethernet, frame).status, decode_status::truncated_network);
}

TEST(DecodePppoe, RefusesALengthWithoutRoomForAProtocol) {
  const bytes frame = ethernet(ether_pppoe, join(pppoe({0x21}), v4));
  const auto got = decode_as(link_type::ethernet, frame);
  EXPECT_EQ(got.status, decode_status::malformed_link);
  EXPECT_EQ(got.reason, malformed_reason::bad_header_length);
}

TEST(DecodePppoe, CallsControlPacketsNotIp) {
  bytes padt = pppoe(ppp(ppp_ipv4, v4)); // a code other than 0: nothing of the session
  padt[1] = 0xA7;
  const bytes frames[] = {ethernet(ether_pppoe, pppoe(ppp(0xC021, filler(8)))), ethernet(ether_pppoe, padt)};
  for (const bytes& frame : frames) {
    EXPECT_EQ(decode_as(link_type::ethernet, frame).status, decode_status::not_ip);
  }
}

TEST(DecodeNetfilterLog, IsNotIpWhenTheKernelSaysSo) {
  const bytes frame = nflog(7, ether_arp, byte_order::little, filler(28));
  EXPECT_EQ(decode_as(link_type::nflog, frame).status, decode_status::not_ip);
}

TEST(DecodeNetfilterLog, RefusesAnAttributeShorterThanItsHeader) {
  for (const std::uint8_t length : bytes{0, 3}) {
    const bytes frame{2, 0, 0, 0, length, 0, 1, 0, 0, 0, 0, 0};
    const auto got = decode_as(link_type::nflog, frame);
    EXPECT_EQ(got.status, decode_status::malformed_link) << int{length};
    EXPECT_EQ(got.reason, malformed_reason::bad_header_length) << int{length};
  }
}

TEST(DecodeNetfilterLog, IsTruncatedWithoutAPacket) {
  const bytes frame{2, 0, 0, 0, 8, 0, 1, 0, 8, 0, 0, 0};
  EXPECT_EQ(decode_as(link_type::nflog, frame).status, decode_status::truncated_link);
}

} // namespace
} // namespace remora::traffic
