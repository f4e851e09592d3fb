#include <gtest/gtest.h>

#include "tests/unit/traffic/decode_it.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces

constexpr std::uint8_t hop_by_hop = 0;
constexpr std::uint8_t routing = 43;
constexpr std::uint8_t fragment = 44;
constexpr std::uint8_t authentication = 51;
constexpr std::uint8_t no_next_header = 59;
constexpr std::uint8_t destination_options = 60;
constexpr std::uint8_t mobility = 135;

const bytes query = udp({}, text("hello"));

TEST(DecodeIpv4, ReadsTheHeader) {
  ipv4_style style;
  style.protocol = 17;
  style.id = 0xBEEF;
  style.hop_limit = 9;
  const bytes packet = ipv4(style, query);
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.ip_version, 4);
  EXPECT_EQ(to_string(got.source), "192.0.2.1");
  EXPECT_EQ(to_string(got.destination), "192.0.2.2");
  EXPECT_EQ(got.hop_limit, 9);
  EXPECT_EQ(got.ip_protocol, 17);
  EXPECT_EQ(got.fragment.id, 0xBEEFu);
  EXPECT_FALSE(got.fragment.is_fragment());
  EXPECT_EQ(to_bytes(got.network_payload), query);
  EXPECT_EQ(got.missing_bytes, 0u);
}

TEST(DecodeIpv4, StepsOverOptions) {
  for (const std::size_t size : {4u, 8u, 40u}) {
    ipv4_style style;
    style.protocol = 17;
    style.options = bytes(size, 1);
    const bytes packet = ipv4(style, query);
    EXPECT_EQ(to_bytes(decode_as(link_type::raw_ip, packet).payload), text("hello")) << size;
  }
}

TEST(DecodeIpv4, LeavesPaddingOfTheLinkOut) {
  const bytes packet = join(ipv4({17}, query), filler(20));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(to_bytes(got.payload), text("hello"));
  EXPECT_EQ(to_bytes(got.network_payload), query);
}

TEST(DecodeIpv4, TakesAllThereIsWhenSegmentationIsLeftToTheCard) {
  ipv4_style style;
  style.total_length = 0;
  const bytes packet = ipv4(style, tcp({}, filler(3000)));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.payload.size(), 3000u);
}

TEST(DecodeIpv4, CountsTheBytesThatWereNotCaptured) {
  const bytes packet = ipv4({}, tcp({}, filler(1000)));
  const bytes cut = head(packet, 100);
  const auto got = decode_as(link_type::raw_ip, cut);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.payload.size(), 60u);
  EXPECT_EQ(got.missing_bytes, 940u);
}

TEST(DecodeIpv4, RefusesLengthsThatContradictEachOther) {
  ipv4_style short_header;
  short_header.header_words = 4;
  ipv4_style short_total;
  short_total.total_length = 19;
  ipv4_style options_outside;
  options_outside.options = bytes(8, 1);
  options_outside.total_length = 24;
  const struct {
    ipv4_style style;
    malformed_reason reason;
  } table[] = {{short_header, malformed_reason::bad_header_length},
               {short_total, malformed_reason::bad_total_length},
               {options_outside, malformed_reason::bad_total_length}};
  for (const auto& row : table) {
    const bytes packet = ipv4(row.style, query);
    const auto got = decode_as(link_type::raw_ip, packet);
    EXPECT_EQ(got.status, decode_status::malformed_network) << to_string(row.reason);
    EXPECT_EQ(got.reason, row.reason);
    EXPECT_TRUE(got.payload.empty());
  }
}

TEST(DecodeIpv4, FlagsTheFirstFragmentAndStillReadsItsPorts) {
  ipv4_style style;
  style.protocol = 17;
  style.id = 77;
  style.more_fragments = true;
  udp_style whole;
  whole.length = 3000; // of the datagram, not of the fragment
  const bytes packet = ipv4(style, udp(whole, filler(1000)));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_TRUE(got.fragment.is_fragment());
  EXPECT_TRUE(got.fragment.more);
  EXPECT_EQ(got.fragment.id, 77u);
  EXPECT_EQ(got.kind, packet_kind::udp);
  EXPECT_EQ(got.destination_port, 53);
  EXPECT_EQ(got.network_payload.size(), 1008u);
}

TEST(DecodeIpv4, ReadsNoTransportHeaderInLaterFragments) {
  ipv4_style style;
  style.protocol = 17;
  style.fragment_offset_bytes = 65'528;
  const bytes packet = ipv4(style, filler(7));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.kind, packet_kind::fragment);
  EXPECT_EQ(got.fragment.offset_bytes, 65'528);
  EXPECT_FALSE(got.fragment.more);
  EXPECT_FALSE(got.has_transport);
  EXPECT_EQ(got.destination_port, 0);
  EXPECT_EQ(to_bytes(got.network_payload), filler(7));
}

TEST(DecodeIpv4, DoesNotCallATinyFirstFragmentMalformed) {
  for (const std::uint8_t protocol : {ip_protocol_tcp, ip_protocol_udp, ip_protocol_sctp, ip_protocol_icmp}) {
    ipv4_style style;
    style.protocol = protocol;
    style.more_fragments = true;
    const bytes packet = ipv4(style, {});
    const auto got = decode_as(link_type::raw_ip, packet);
    EXPECT_EQ(got.status, decode_status::ok) << int{protocol};
    EXPECT_FALSE(got.has_transport) << int{protocol};
  }
}

TEST(DecodeIpv4, LooksBehindAnAuthenticationHeader) {
  const bytes packet = ipv4({authentication}, ip_authentication(17, 4, query));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.ip_protocol, 17);
  EXPECT_EQ(to_bytes(got.payload), text("hello"));
}

TEST(DecodeIpv4, DoesNotTakeIpv6ExtensionNumbersForExtensions) {
  const bytes packet = ipv4({hop_by_hop}, ipv6_extension(17, 0, query));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.kind, packet_kind::other_ip);
  EXPECT_EQ(got.ip_protocol, hop_by_hop);
}

TEST(DecodeIpv6, ReadsTheHeader) {
  ipv6_style style;
  style.next_header = 17;
  style.hop_limit = 3;
  const bytes packet = ipv6(style, query);
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.ip_version, 6);
  EXPECT_EQ(to_string(got.source), "2001:db8::1");
  EXPECT_EQ(to_string(got.destination), "2001:db8::2");
  EXPECT_EQ(got.hop_limit, 3);
  EXPECT_EQ(got.ip_protocol, 17);
  EXPECT_EQ(to_bytes(got.payload), text("hello"));
}

TEST(DecodeIpv6, StepsOverEveryKindOfExtensionHeader) {
  bytes payload = ip_authentication(17, 4, query);
  payload = ipv6_extension(authentication, 2, payload);
  payload = ipv6_extension(mobility, 0, payload);
  payload = ipv6_extension(destination_options, 1, payload);
  payload = ipv6_extension(routing, 3, payload);
  const bytes packet = ipv6({hop_by_hop}, payload);
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok) << to_string(got.reason);
  EXPECT_EQ(got.ip_protocol, 17);
  EXPECT_EQ(to_bytes(got.network_payload), query);
  EXPECT_EQ(to_bytes(got.payload), text("hello"));
}

TEST(DecodeIpv6, SaysWhereAChainOfExtensionHeadersWasCutOff) {
  const bytes packet =
      ipv6({hop_by_hop}, ipv6_extension(destination_options, 0, ipv6_extension(17, 2, query)));
  for (std::size_t size = 40; size < 40 + 8 + 24; ++size) {
    const bytes cut = head(packet, size);
    EXPECT_EQ(decode_as(link_type::raw_ip, cut).status, decode_status::truncated_network) << size;
  }
}

TEST(DecodeIpv6, RefusesAnExtensionHeaderThatLeavesThePacket) {
  ipv6_style style;
  style.next_header = hop_by_hop;
  for (const std::uint16_t length : {std::uint16_t{1}, std::uint16_t{7}, std::uint16_t{15}}) {
    style.payload_length = length;
    const bytes packet = ipv6(style, ipv6_extension(17, 1, query));
    const auto got = decode_as(link_type::raw_ip, packet);
    EXPECT_EQ(got.status, decode_status::malformed_network) << length;
    EXPECT_EQ(got.reason, malformed_reason::extension_too_long) << length;
  }
}

TEST(DecodeIpv6, FollowsSixteenExtensionHeadersAndNoMore) {
  bytes payload = query;
  std::uint8_t next = 17;
  for (int headers = 1; headers <= 17; ++headers) {
    payload = ipv6_extension(next, 0, payload);
    next = destination_options;
    const bytes packet = ipv6({destination_options}, payload);
    const auto got = decode_as(link_type::raw_ip, packet);
    EXPECT_EQ(got.status, headers <= 16 ? decode_status::ok : decode_status::malformed_network) << headers;
    EXPECT_EQ(got.reason, headers <= 16 ? malformed_reason::none : malformed_reason::too_many_extensions);
  }
}

TEST(DecodeIpv6, FlagsFragments) {
  udp_style whole;
  whole.length = 3000;
  const bytes first = ipv6({fragment}, ipv6_fragment(17, 0, true, 0xCAFE0001, udp(whole, filler(1000))));
  auto got = decode_as(link_type::raw_ip, first);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_TRUE(got.fragment.is_fragment());
  EXPECT_EQ(got.fragment.id, 0xCAFE0001u);
  EXPECT_EQ(got.destination_port, 53);
  EXPECT_EQ(got.network_payload.size(), 1008u);

  const bytes later = ipv6({fragment}, ipv6_fragment(17, 1008, false, 0xCAFE0001, filler(100)));
  got = decode_as(link_type::raw_ip, later);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.kind, packet_kind::fragment);
  EXPECT_EQ(got.fragment.offset_bytes, 1008);
  EXPECT_EQ(got.ip_protocol, 17);
  EXPECT_FALSE(got.has_transport);
}

TEST(DecodeIpv6, ReadsNoExtensionHeadersInLaterFragments) {
  const bytes packet = ipv6({fragment}, ipv6_fragment(destination_options, 8, false, 1, filler(3)));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.ip_protocol, destination_options);
  EXPECT_EQ(to_bytes(got.network_payload), filler(3));
}

TEST(DecodeIpv6, DoesNotCallALoneFragmentOne) {
  const bytes packet = ipv6({fragment}, ipv6_fragment(17, 0, false, 5, query));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_FALSE(got.fragment.is_fragment());
  EXPECT_EQ(got.destination_port, 53);
}

TEST(DecodeIpv6, HasNothingBehindNoNextHeader) {
  const bytes packet = join(ipv6({no_next_header}, {}), filler(6)); // padding of the link
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.kind, packet_kind::other_ip);
  EXPECT_TRUE(got.payload.empty());
}

TEST(DecodeIpv6, TakesAllThereIsOfAJumbogram) {
  ipv6_style style;
  style.next_header = hop_by_hop;
  style.payload_length = 0;
  udp_style jumbo;
  jumbo.length = 0;
  const bytes packet = ipv6(style, ipv6_extension(17, 0, udp(jumbo, filler(70'000))));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.payload.size(), 70'000u);
}

} // namespace
} // namespace remora::traffic
