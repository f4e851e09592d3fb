#include <gtest/gtest.h>

#include "tests/unit/traffic/decode_it.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces

TEST(DecodeTcp, ReadsTheHeader) {
  tcp_style style;
  style.source_port = 40001;
  style.destination_port = 8080;
  style.sequence = 0xDEADBEEF;
  style.acknowledgement = 0x01020304;
  style.flags = tcp_flag::syn | tcp_flag::ack;
  style.window = 29200;
  style.options = {2, 4, 5, 0xB4};
  const bytes packet = ipv4({6}, tcp(style, text("GET /")));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.kind, packet_kind::tcp);
  EXPECT_TRUE(got.has_transport);
  EXPECT_EQ(got.source_port, 40001);
  EXPECT_EQ(got.destination_port, 8080);
  EXPECT_EQ(got.tcp.sequence, 0xDEADBEEFu);
  EXPECT_EQ(got.tcp.acknowledgement, 0x01020304u);
  EXPECT_EQ(got.tcp.flags, tcp_flag::syn | tcp_flag::ack);
  EXPECT_EQ(got.tcp.window, 29200);
  EXPECT_EQ(got.tcp.header_bytes, 24);
  EXPECT_EQ(to_bytes(got.tcp_options), (bytes{2, 4, 5, 0xB4}));
  EXPECT_EQ(to_bytes(got.payload), text("GET /"));
}

TEST(DecodeTcp, ReadsFortyBytesOfOptions) {
  tcp_style style;
  style.options = filler(40);
  const bytes packet = ipv6({6}, tcp(style, text("x")));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(to_bytes(got.tcp_options), filler(40));
  EXPECT_EQ(to_bytes(got.payload), text("x"));
}

TEST(DecodeTcp, RefusesAHeaderLengthThatCannotBe) {
  for (const std::uint8_t words : {std::uint8_t{0}, std::uint8_t{4}, std::uint8_t{6}, std::uint8_t{15}}) {
    tcp_style style;
    style.header_words = words;
    const bytes packet = ipv4({6}, tcp(style, {}));
    const auto got = decode_as(link_type::raw_ip, packet);
    EXPECT_EQ(got.status, decode_status::malformed_transport) << int{words};
    EXPECT_EQ(got.reason, malformed_reason::bad_header_length) << int{words};
    EXPECT_FALSE(got.has_transport) << int{words};
  }
}

TEST(DecodeTcp, SaysThatOptionsWereCutOff) {
  tcp_style style;
  style.options = filler(12);
  const bytes packet = ipv4({6}, tcp(style, text("GET /")));
  for (std::size_t size = 20; size < 52; ++size) {
    const bytes cut = head(packet, size);
    EXPECT_EQ(decode_as(link_type::raw_ip, cut).status, decode_status::truncated_transport) << size;
  }
}

TEST(DecodeUdp, ReadsTheHeader) {
  const bytes packet = ipv4({17}, udp({5353, 53, {}}, text("query")));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.kind, packet_kind::udp);
  EXPECT_EQ(got.source_port, 5353);
  EXPECT_EQ(got.destination_port, 53);
  EXPECT_EQ(to_bytes(got.payload), text("query"));
}

TEST(DecodeUdp, ObeysALengthThatIsShorterThanThePacket) {
  const bytes packet = ipv4({17}, udp({1, 2, std::uint16_t{10}}, text("query")));
  EXPECT_EQ(to_bytes(decode_as(link_type::raw_ip, packet).payload), text("qu"));
}

TEST(DecodeUdp, RefusesALengthThatCannotBe) {
  for (const std::uint16_t length : {std::uint16_t{7}, std::uint16_t{14}, std::uint16_t{65535}}) {
    const bytes packet = ipv4({17}, udp({1, 2, length}, text("query")));
    const auto got = decode_as(link_type::raw_ip, packet);
    EXPECT_EQ(got.status, decode_status::malformed_transport) << length;
    EXPECT_EQ(got.reason, malformed_reason::bad_transport_length) << length;
  }
}

TEST(DecodeUdp, ThatWasCutOffBehindItsHeaderIsWhole) {
  const bytes packet = ipv4({17}, udp({}, filler(100)));
  const bytes cut = head(packet, 30);
  const auto got = decode_as(link_type::raw_ip, cut);
  EXPECT_EQ(got.status, decode_status::ok);
  EXPECT_EQ(got.payload.size(), 2u);
  EXPECT_EQ(got.missing_bytes, 98u);
}

TEST(DecodeIcmp, ReadsTypeAndCode) {
  const bytes packet = ipv4({1}, icmp(3, 4, filler(28)));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.kind, packet_kind::icmp);
  EXPECT_EQ(got.icmp.type, 3);
  EXPECT_EQ(got.icmp.code, 4);
  EXPECT_EQ(got.source_port, 0);

  const bytes packet6 = ipv6({58}, icmp(135, 0, filler(16)));
  const auto got6 = decode_as(link_type::raw_ip, packet6);
  EXPECT_EQ(got6.kind, packet_kind::icmpv6);
  EXPECT_EQ(got6.icmp.type, 135);
}

TEST(DecodeSctp, ReadsTheHeaderAndTheFirstChunkType) {
  const bytes packet = ipv4({132}, sctp(2905, 2906, 0xAABBCCDD, {1, 0, 0, 20}));
  const auto got = decode_as(link_type::raw_ip, packet);
  EXPECT_EQ(got.kind, packet_kind::sctp);
  EXPECT_EQ(got.source_port, 2905);
  EXPECT_EQ(got.destination_port, 2906);
  EXPECT_EQ(got.sctp.verification_tag, 0xAABBCCDDu);
  EXPECT_EQ(got.sctp.first_chunk_type, 1);

  const bytes empty = ipv4({132}, sctp(2905, 2906, 1, {}));
  EXPECT_EQ(decode_as(link_type::raw_ip, empty).sctp.first_chunk_type, 255);
}

TEST(DecodeTransport, TellsACutOffCaptureFromAPacketThatIsTooShort) {
  const struct {
    std::uint8_t protocol;
    std::size_t header_bytes;
  } table[] = {{6, 20}, {17, 8}, {1, 4}, {58, 4}, {132, 12}};
  for (const auto& row : table) {
    for (std::size_t size = 0; size < row.header_bytes; ++size) {
      const bytes too_short = ipv4({row.protocol}, filler(size));
      const auto got = decode_as(link_type::raw_ip, too_short);
      EXPECT_EQ(got.status, decode_status::malformed_transport) << int{row.protocol} << " " << size;
      EXPECT_EQ(got.reason, malformed_reason::transport_too_short) << int{row.protocol} << " " << size;

      const bytes whole = ipv4({row.protocol}, filler(60));
      const bytes cut_off = head(whole, 20 + size);
      EXPECT_EQ(decode_as(link_type::raw_ip, cut_off).status, decode_status::truncated_transport)
          << int{row.protocol} << " " << size;
    }
  }
}

TEST(DecodeTransport, LeavesOtherProtocolsAsTheyAre) {
  for (const std::uint8_t protocol :
       {std::uint8_t{47}, std::uint8_t{50}, std::uint8_t{89}}) { // GRE, ESP, OSPF
    const bytes packet = ipv6({protocol}, text("whatever"));
    const auto got = decode_as(link_type::raw_ip, packet);
    EXPECT_EQ(got.status, decode_status::ok);
    EXPECT_EQ(got.kind, packet_kind::other_ip);
    EXPECT_EQ(got.ip_protocol, protocol);
    EXPECT_EQ(to_bytes(got.payload), text("whatever"));
  }
}

} // namespace
} // namespace remora::traffic
