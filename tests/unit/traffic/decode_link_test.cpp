#include <utility>

#include <gtest/gtest.h>

#include "tests/unit/traffic/decode_it.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces

const bytes v4 = ipv4({17}, udp({}, text("hello")));
const bytes v6 = ipv6({17}, udp({}, text("hello")));

struct row { // NOLINT(clang-analyzer-optin.performance.Padding): in the order in which it is read
  const char* name;
  link_type link;
  bytes content;
  std::uint8_t ip_version;
};

const row carriers[] = {
    {"Ethernet II", link_type::ethernet, ethernet(ether_ipv4, v4), 4},
    {"Ethernet II, IPv6", link_type::ethernet, ethernet(ether_ipv6, v6), 6},
    {"802.3 SNAP", link_type::ethernet,
     ethernet(static_cast<std::uint16_t>(8 + v4.size()), snap(ether_ipv4, v4)), 4},
    {"802.1Q", link_type::ethernet, ethernet(ether_vlan, vlan_tag(7, ether_ipv4, v4)), 4},
    {"802.1ad", link_type::ethernet,
     ethernet(ether_service_vlan, vlan_tag(5, ether_vlan, vlan_tag(7, ether_ipv6, v6))), 6},
    {"802.1Q around 802.3", link_type::ethernet,
     ethernet(ether_vlan, vlan_tag(7, static_cast<std::uint16_t>(8 + v4.size()), snap(ether_ipv4, v4))), 4},
    {"cooked v1", link_type::linux_sll, linux_cooked(ether_ipv4, v4), 4},
    {"cooked v1, IPv6", link_type::linux_sll, linux_cooked(ether_ipv6, v6), 6},
    {"cooked v1, tagged", link_type::linux_sll, linux_cooked(ether_vlan, vlan_tag(7, ether_ipv4, v4)), 4},
    {"cooked v1, 802.2", link_type::linux_sll, linux_cooked(4, snap(ether_ipv4, v4)), 4},
    {"cooked v2", link_type::linux_sll2, linux_cooked2(ether_ipv4, v4), 4},
    {"cooked v2, IPv6", link_type::linux_sll2, linux_cooked2(ether_ipv6, v6), 6},
    {"raw", link_type::raw_ip, v4, 4},
    {"raw, IPv6", link_type::raw_ip, v6, 6},
    {"raw IPv4", link_type::ipv4, v4, 4},
    {"raw IPv6", link_type::ipv6, v6, 6},
    {"null, little endian", link_type::null, bsd_loopback(2, byte_order::little, v4), 4},
    {"null, big endian", link_type::null, bsd_loopback(2, byte_order::big, v4), 4},
    {"null, NetBSD", link_type::null, bsd_loopback(24, byte_order::little, v6), 6},
    {"null, FreeBSD", link_type::null, bsd_loopback(28, byte_order::little, v6), 6},
    {"null, macOS", link_type::null, bsd_loopback(30, byte_order::little, v6), 6},
    {"null, Linux", link_type::null, bsd_loopback(10, byte_order::big, v6), 6},
    {"loop", link_type::loop, bsd_loopback(2, byte_order::big, v4), 4},
    {"PPPoE", link_type::ethernet, ethernet(ether_pppoe, pppoe(ppp(ppp_ipv4, v4))), 4},
    {"PPPoE, IPv6, tagged", link_type::ethernet,
     ethernet(ether_vlan, vlan_tag(7, ether_pppoe, pppoe(ppp(ppp_ipv6, v6)))), 6},
    {"PPPoE without Ethernet", link_type::pppoe, pppoe(ppp(ppp_ipv6, v6)), 6},
    {"PPP", link_type::ppp, ppp(ppp_ipv4, v4), 4},
    {"PPP, framed", link_type::ppp, join({0xFF, 0x03}, ppp(ppp_ipv6, v6)), 6},
    {"PPP, short protocol", link_type::ppp, join({0x21}, v4), 4},
    {"PPP around MPLS", link_type::ppp, ppp(ppp_mpls, mpls(1, v4)), 4},
    {"MPLS", link_type::ethernet, ethernet(ether_mpls, mpls(1, v4)), 4},
    {"MPLS, IPv6, two labels", link_type::ethernet, ethernet(ether_mpls, mpls(2, v6)), 6},
    {"MPLS, multicast, tagged", link_type::ethernet,
     ethernet(ether_vlan, vlan_tag(7, ether_mpls + 1, mpls(1, v4))), 4},
    {"MPLS without Ethernet", link_type::mpls, mpls(3, v6), 6},
    {"netfilter log", link_type::nflog, nflog(2, 0, byte_order::little, v4), 4},
    {"netfilter log, IPv6, big endian", link_type::nflog, nflog(10, 0, byte_order::big, v6), 6},
    {"netfilter log of a bridge", link_type::nflog, nflog(7, ether_ipv6, byte_order::little, v6), 6},
};

TEST(DecodeLink, FindsIpBehindEveryLink) {
  for (const row& r : carriers) {
    const auto got = decode_as(r.link, r.content);
    EXPECT_EQ(got.status, decode_status::ok) << r.name;
    EXPECT_EQ(got.ip_version, r.ip_version) << r.name;
    EXPECT_EQ(got.kind, packet_kind::udp) << r.name;
    EXPECT_EQ(got.destination_port, 53) << r.name;
    EXPECT_EQ(to_bytes(got.payload), text("hello")) << r.name;
  }
}

TEST(DecodeLink, SaysWhereAFrameWasCutOffForEveryLengthOfEveryLink) {
  for (const row& r : carriers) {
    const std::size_t ip_bytes = r.ip_version == 4 ? v4.size() : v6.size();
    const std::size_t link_bytes = r.content.size() - ip_bytes;
    const std::size_t ip_header_bytes = r.ip_version == 4 ? 20 : 40;
    for (std::size_t size = 0; size < r.content.size(); ++size) {
      const bytes cut = head(r.content, size);
      const auto expected = size < link_bytes                         ? decode_status::truncated_link
                            : size < link_bytes + ip_header_bytes     ? decode_status::truncated_network
                            : size < link_bytes + ip_header_bytes + 8 ? decode_status::truncated_transport
                                                                      : decode_status::ok;
      EXPECT_EQ(decode_as(r.link, cut).status, expected) << r.name << " " << size;
    }
  }
}

TEST(DecodeLink, RemembersVlanIdsFromTheOutermostIn) {
  const bytes frame = ethernet(ether_service_vlan, vlan_tag(0xF005, ether_vlan, vlan_tag(7, ether_ipv4, v4)));
  const auto got = decode_as(link_type::ethernet, frame);
  ASSERT_EQ(got.vlan_count, 2);
  EXPECT_EQ(got.vlan_ids[0], 5) << "without the priority bits";
  EXPECT_EQ(got.vlan_ids[1], 7);
  EXPECT_EQ(got.ether_type, ether_ipv4);
}

TEST(DecodeLink, TakesFourVlanTagsAndNoMore) {
  bytes payload = v4;
  std::uint16_t type = ether_ipv4;
  for (std::uint16_t tags = 1; tags <= 5; ++tags) {
    payload = vlan_tag(tags, type, payload);
    type = ether_vlan;
    const bytes frame = ethernet(ether_vlan, payload);
    const auto got = decode_as(link_type::ethernet, frame);
    EXPECT_EQ(got.status, tags <= 4 ? decode_status::ok : decode_status::malformed_link) << tags;
    EXPECT_EQ(got.reason, tags <= 4 ? malformed_reason::none : malformed_reason::too_many_vlan_tags) << tags;
  }
}

TEST(DecodeLink, CallsEverythingElseNotIp) {
  const std::pair<const char*, std::pair<link_type, bytes>> table[] = {
      {"ARP", {link_type::ethernet, ethernet(ether_arp, filler(28))}},
      {"tagged ARP", {link_type::ethernet, ethernet(ether_vlan, vlan_tag(1, ether_arp, filler(28)))}},
      {"spanning tree", {link_type::ethernet, ethernet(38, {0x42, 0x42, 3, 0, 0, 0, 0, 0})}},
      {"SNAP of a vendor", {link_type::ethernet, ethernet(40, {0xAA, 0xAA, 3, 0, 0, 0xC, 0x20, 0, 1, 2, 3})}},
      {"a length inside SNAP", {link_type::ethernet, ethernet(100, snap(92, snap(ether_ipv4, v4)))}},
      {"netlink", {link_type::linux_sll, linux_cooked(ether_ipv4, v4, 824)}},
      {"radiotap", {link_type::linux_sll2, linux_cooked2(ether_ipv4, v4, 803)}},
      {"cooked 802.3", {link_type::linux_sll, linux_cooked(1, filler(40))}},
      {"another family", {link_type::null, bsd_loopback(7, byte_order::little, v4)}},
  };
  for (const auto& [name, input] : table) {
    const auto got = decode_as(input.first, input.second);
    EXPECT_EQ(got.status, decode_status::not_ip) << name;
    EXPECT_EQ(got.kind, packet_kind::not_ip) << name;
  }
}

TEST(DecodeLink, TellsTheEtherTypeOfWhatIsNotIp) {
  const bytes frame = ethernet(ether_arp, filler(28));
  EXPECT_EQ(decode_as(link_type::ethernet, frame).ether_type, ether_arp);
}

TEST(DecodeLink, KeepsPaddingBehindAn802Dot3LengthOut) {
  bytes frame = ethernet(8, snap(ether_ipv4, v4)); // the length ends behind SNAP
  EXPECT_EQ(decode_as(link_type::ethernet, frame).status, decode_status::truncated_network);
}

TEST(DecodeLink, DoesNotGuessWhatAnUnsupportedLinkHolds) {
  const auto got = decode_as(link_type::unsupported, v4);
  EXPECT_EQ(got.status, decode_status::unknown_link_type);
  EXPECT_EQ(got.kind, packet_kind::not_ip);
}

TEST(DecodeLink, RefusesAnIpVersionThatContradictsTheLink) {
  const std::pair<link_type, bytes> table[] = {
      {link_type::ethernet, ethernet(ether_ipv4, v6)},
      {link_type::ethernet, ethernet(ether_ipv6, v4)},
      {link_type::ipv4, v6},
      {link_type::ipv6, v4},
      {link_type::raw_ip, filler(40)},
  };
  for (const auto& [link, content] : table) {
    const auto got = decode_as(link, content);
    EXPECT_EQ(got.status, decode_status::malformed_network);
    EXPECT_EQ(got.reason, malformed_reason::bad_ip_version);
    EXPECT_EQ(got.ip_version, 0);
  }
}

} // namespace
} // namespace remora::traffic
