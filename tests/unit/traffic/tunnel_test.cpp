#include "traffic/decode/tunnel.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/tunnel_builder.hpp"
#include "tests/unit/traffic/decode_it.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces

const bytes v4 = ipv4({17}, udp({}, text("hello")));
const bytes v6 = ipv6({17}, udp({}, text("hello")));
const bytes station = ethernet(ether_ipv4, v4);

bytes in_udp(std::uint16_t to, const bytes& payload, std::uint16_t from = 40'000) {
  return ipv4({17}, udp({from, to}, payload));
}

bytes teredo_packet(std::uint8_t next_header = 17, const bytes& payload = udp({}, text("hello"))) {
  ipv6_style style{next_header};
  style.source = {0x20, 0x01, 0, 0, 0x41, 0x37, 0x9E, 0x50, 0x80, 0, 0xF1, 0x2A, 0xB9, 0xC8, 0x28, 0x15};
  return ipv6(style, payload);
}

bytes gre_in_ip(const gre_style& style, const bytes& payload) { return ipv4({47}, gre(style, payload)); }

gre_style typed(std::uint16_t type) {
  gre_style style;
  style.type = type;
  return style;
}

gre_style with_fields(bool checksum, bool key, bool sequence) {
  return {ether_ipv4, checksum, key, sequence, 0};
}

struct row { // NOLINT(clang-analyzer-optin.performance.Padding): in the order in which it is read
  const char* name;
  tunnel_kind kind;
  bytes packet;
};

gre_style numbered_erspan() {
  gre_style style = typed(ether_erspan);
  style.sequence = true;
  return style;
}

gtp_style flagged(std::uint8_t flags, std::uint8_t extensions = 0) {
  gtp_style style;
  style.flags = flags;
  style.extensions = extensions;
  return style;
}

const row tunnels[] = {
    {"IPv4 in IPv4", tunnel_kind::ip_in_ip, ipv4({4}, v4)},
    {"IPv4 in IPv6", tunnel_kind::ip_in_ip, ipv6({4}, v4)},
    {"6in4", tunnel_kind::ipv6_in_ip, ipv4({41}, v6)},
    {"IPv6 in IPv6", tunnel_kind::ipv6_in_ip, ipv6({41}, v6)},
    {"IPv6 behind options", tunnel_kind::ipv6_in_ip, ipv6({60}, ipv6_extension(41, 0, v6))},
    {"GRE", tunnel_kind::gre, gre_in_ip({}, v4)},
    {"GRE in IPv6", tunnel_kind::gre, ipv6({47}, gre(typed(ether_ipv6), v6))},
    {"GRE, checksum", tunnel_kind::gre, gre_in_ip(with_fields(true, false, false), v4)},
    {"GRE, key", tunnel_kind::gre, gre_in_ip(with_fields(false, true, false), v4)},
    {"GRE, sequence", tunnel_kind::gre, gre_in_ip(with_fields(false, false, true), v4)},
    {"GRE, all fields", tunnel_kind::gre, gre_in_ip(with_fields(true, true, true), v4)},
    {"GRE, Ethernet", tunnel_kind::gre, gre_in_ip(typed(ether_transparent), station)},
    {"GRE, MPLS", tunnel_kind::gre, gre_in_ip(typed(ether_mpls), mpls(2, v6))},
    {"GRE, PPP", tunnel_kind::gre, gre_in_ip(typed(ether_ppp), ppp(ppp_ipv4, v4))},
    {"PPTP", tunnel_kind::pptp, ipv4({47}, pptp({}, ppp(ppp_ipv4, v4)))},
    {"PPTP, acknowledging", tunnel_kind::pptp,
     ipv4({47}, pptp({true, true}, join({0xFF, 0x03}, ppp(ppp_ipv6, v6))))},
    {"ERSPAN I", tunnel_kind::erspan, gre_in_ip(typed(ether_erspan), station)},
    {"ERSPAN II", tunnel_kind::erspan, gre_in_ip(numbered_erspan(), erspan2(station))},
    {"GRE in UDP", tunnel_kind::gre_in_udp, in_udp(4754, gre({}, v4))},
    {"GRE in UDP, Ethernet", tunnel_kind::gre_in_udp, in_udp(4754, gre(typed(ether_transparent), station))},
    {"VXLAN", tunnel_kind::vxlan, in_udp(4789, vxlan(station))},
    {"VXLAN of old", tunnel_kind::vxlan, in_udp(8472, vxlan(station))},
    {"VXLAN with a policy", tunnel_kind::vxlan, in_udp(4789, vxlan(station, 0x88))},
    {"Geneve", tunnel_kind::geneve, in_udp(6081, geneve(ether_transparent, 0, station))},
    {"Geneve, options", tunnel_kind::geneve, in_udp(6081, geneve(ether_ipv6, 63, v6))},
    {"Teredo", tunnel_kind::teredo, in_udp(3544, v6)},
    {"Teredo from the server", tunnel_kind::teredo, in_udp(1037, teredo_origin(v6), 3544)},
    {"Teredo, authentication", tunnel_kind::teredo, in_udp(3544, teredo_authentication(0, 0, v6))},
    {"Teredo, both", tunnel_kind::teredo, in_udp(3544, teredo_authentication(5, 20, teredo_origin(v6)))},
    {"Teredo between clients", tunnel_kind::teredo, in_udp(32'900, teredo_packet(), 3797)},
    {"Teredo bubble with something behind", tunnel_kind::teredo,
     in_udp(32'900, join(teredo_packet(59, {}), text("1234")))},
    {"AYIYA", tunnel_kind::ayiya, in_udp(5072, ayiya({}, v6))},
    {"AYIYA, answer", tunnel_kind::ayiya, in_udp(54'032, ayiya({}, v6), 5072)},
    {"AYIYA, IPv4", tunnel_kind::ayiya, in_udp(5072, ayiya({1, 4}, v4))},
    {"GTP-U", tunnel_kind::gtp_u, in_udp(2152, gtp_u({}, v4))},
    {"GTP-U, sequence", tunnel_kind::gtp_u, in_udp(2152, gtp_u(flagged(0x32), v6))},
    {"GTP-U, extensions", tunnel_kind::gtp_u, in_udp(2152, gtp_u(flagged(0x34, 3), v4))},
};

TEST(Tunnel, OfEveryKindHandsOverThePacketInside) {
  for (const row& r : tunnels) {
    const auto outer = decode_as(link_type::raw_ip, r.packet);
    const auto content = find_tunnel(outer);
    EXPECT_EQ(to_string(content.kind), to_string(r.kind)) << r.name;
    ASSERT_TRUE(content.has_packet()) << r.name;
    const auto inner = decode(inner_frame({}, content));
    EXPECT_EQ(inner.status, decode_status::ok) << r.name;
    if (inner.ip_protocol == 59) continue;
    EXPECT_EQ(inner.destination_port, 53) << r.name;
    EXPECT_EQ(to_bytes(inner.payload), text("hello")) << r.name;
  }
}

TEST(Tunnel, IsNotLookedIntoInAFragment) {
  ipv4_style style{4};
  style.more_fragments = true;
  const bytes first = ipv4(style, v4);
  EXPECT_FALSE(find_tunnel(decode_as(link_type::raw_ip, first)).has_packet());
  style.protocol = 17;
  const bytes in_port = ipv4(style, udp({1, 4789}, vxlan(station)));
  EXPECT_FALSE(find_tunnel(decode_as(link_type::raw_ip, in_port)).has_packet());
}

TEST(Tunnel, PassesOnHowMuchWasNotCaptured) {
  const bytes whole = in_udp(4789, vxlan(ethernet(ether_ipv4, ipv4({}, tcp({}, filler(1000))))));
  const bytes cut = head(whole, whole.size() - 900);
  frame outer;
  outer.time = from_unix_ns(5);
  const auto content = find_tunnel(decode_as(link_type::raw_ip, cut));
  ASSERT_TRUE(content.has_packet());
  const frame inner = inner_frame(outer, content);
  EXPECT_EQ(inner.wire_length, 14 + 20 + 20 + 1000u);
  EXPECT_EQ(inner.bytes.size(), 14 + 20 + 20 + 100u);
  EXPECT_EQ(inner.time, outer.time);
  EXPECT_EQ(decode(inner).missing_bytes, 900u);
}

TEST(Tunnel, CutOffInTheHeaderInsideIsOneWhereTheProtocolSaysSo) {
  const row table[] = {{"IP", tunnel_kind::ip_in_ip, ipv4({4}, v4)},
                       {"GRE", tunnel_kind::gre, gre_in_ip({}, v4)}};
  for (const row& r : table) {
    const bytes cut = head(r.packet, r.packet.size() - v4.size() + 10);
    const auto content = find_tunnel(decode_as(link_type::raw_ip, cut));
    EXPECT_EQ(content.kind, r.kind) << r.name;
    ASSERT_TRUE(content.has_packet()) << r.name;
    EXPECT_EQ(decode(inner_frame({}, content)).status, decode_status::truncated_network) << r.name;
  }
  const bytes port_only = head(in_udp(2152, gtp_u({}, v4)), 20 + 8 + 8 + 12);
  EXPECT_FALSE(find_tunnel(decode_as(link_type::raw_ip, port_only)).has_packet());
}

/// `v4` with one byte changed.
bytes changed(bytes content, std::size_t at, std::uint8_t to) {
  content.at(at) = to;
  return content;
}

TEST(Tunnel, IsMalformedWhenTheBytesAreNotWhatIsAnnounced) {
  gre_style routed;
  routed.more_flags = 0x4000;
  gre_style second_version;
  second_version.more_flags = 2;
  pptp_style too_long;
  too_long.length = 1000;
  gtp_style long_gtp;
  long_gtp.length = 1000;
  const row table[] = {
      {"version 6 in protocol 4", tunnel_kind::ip_in_ip, ipv4({4}, v6)},
      {"version 4 in protocol 41", tunnel_kind::ipv6_in_ip, ipv4({41}, v4)},
      {"longer than what holds it", tunnel_kind::ip_in_ip, ipv4({4}, changed(v4, 2, 1))},
      {"shorter than its header", tunnel_kind::ip_in_ip, ipv4({4}, changed(v4, 3, 19))},
      {"IPv6, longer than what holds it", tunnel_kind::ipv6_in_ip, ipv4({41}, changed(v6, 4, 1))},
      {"a short IP header", tunnel_kind::ip_in_ip, ipv4({4}, changed(v4, 0, 0x44))},
      {"nothing inside", tunnel_kind::ip_in_ip, ipv4({4}, {})},
      {"GRE of three bytes", tunnel_kind::gre, ipv4({47}, {0, 0, 8})},
      {"GRE without its key", tunnel_kind::gre, ipv4({47}, {0x20, 0, 8, 0, 1})},
      {"GRE with routes", tunnel_kind::gre, gre_in_ip(routed, v4)},
      {"GRE version 2", tunnel_kind::gre, gre_in_ip(second_version, v4)},
      {"GRE, another IP version", tunnel_kind::gre, gre_in_ip(typed(ether_ipv6), v4)},
      {"GRE, no Ethernet", tunnel_kind::gre, gre_in_ip(typed(ether_transparent), {1, 2, 3})},
      {"GRE, MPLS of nothing", tunnel_kind::gre, gre_in_ip(typed(ether_mpls), {})},
      {"ERSPAN of another version", tunnel_kind::erspan,
       gre_in_ip(numbered_erspan(), join(bytes(8, 0), station))},
      {"PPTP, longer than the packet", tunnel_kind::pptp, ipv4({47}, pptp(too_long, ppp(ppp_ipv4, v4)))},
      {"PPTP, too short", tunnel_kind::pptp, ipv4({47}, {0x30, 1, 0x88, 0x0B, 0, 4, 0, 0, 1})},
      {"VXLAN without its flag", tunnel_kind::vxlan, in_udp(4789, vxlan(station, 0))},
      {"VXLAN, a reserved byte", tunnel_kind::vxlan, in_udp(4789, changed(vxlan(station), 7, 1))},
      {"PPTP in UDP", tunnel_kind::gre_in_udp, in_udp(4754, pptp({}, ppp(ppp_ipv4, v4)))},
      {"VXLAN of no Ethernet", tunnel_kind::vxlan, in_udp(4789, vxlan(filler(12)))},
      {"VXLAN, from a group", tunnel_kind::vxlan, in_udp(4789, vxlan(changed(station, 6, 3)))},
      {"VXLAN, not the IP of its type", tunnel_kind::vxlan, in_udp(4789, vxlan(ethernet(ether_ipv6, v4)))},
      {"Geneve version 1", tunnel_kind::geneve, in_udp(6081, changed(geneve(ether_ipv4, 0, v4), 0, 0x40))},
      {"Geneve, options outside", tunnel_kind::geneve,
       in_udp(6081, changed(geneve(ether_ipv4, 0, v4), 0, 60))},
      {"Teredo of IPv4", tunnel_kind::teredo, in_udp(3544, v4)},
      {"Teredo, authentication outside", tunnel_kind::teredo,
       in_udp(3544, changed(teredo_authentication(0, 0, v6), 2, 0xFF))},
      {"AYIYA, signature outside", tunnel_kind::ayiya, in_udp(5072, changed(ayiya({}, {}), 0, 0x71))},
      {"AYIYA of something else", tunnel_kind::ayiya, in_udp(5072, ayiya({}, v4))},
      {"GTP'", tunnel_kind::gtp_u, in_udp(2152, gtp_u(flagged(0x20), v4))},
      {"GTP longer than the packet", tunnel_kind::gtp_u, in_udp(2152, gtp_u(long_gtp, v4))},
      {"GTP, extension of no length", tunnel_kind::gtp_u,
       in_udp(2152, changed(gtp_u(flagged(0x34, 1), v4), 12, 0))},
      {"GTP, extension outside", tunnel_kind::gtp_u,
       in_udp(2152, changed(gtp_u(flagged(0x34, 1), v4), 12, 0xFF))},
  };
  for (const row& r : table) {
    const auto outer = decode_as(link_type::raw_ip, r.packet);
    ASSERT_EQ(outer.status, decode_status::ok) << r.name;
    const auto content = find_tunnel(outer);
    EXPECT_FALSE(content.has_packet()) << r.name;
    if (!may_be_tunnel(outer)) continue; // too short to be one
    EXPECT_TRUE(content.is_malformed()) << r.name;
    EXPECT_EQ(to_string(content.kind), to_string(r.kind)) << r.name;
  }
}

TEST(Tunnel, MayCarryNothingAndBeAllRight) {
  pptp_style acknowledgement{false, true};
  gtp_style echo;
  echo.type = 1;
  ayiya_style quiet;
  quiet.operation = 0;
  const bytes packets[] = {
      ipv4({47}, pptp(acknowledgement, {})),
      gre_in_ip(typed(0x00FE), filler(30)),
      gre_in_ip(typed(0), {}),
      in_udp(2152, gtp_u(echo, filler(20))),
      in_udp(5072, ayiya(quiet, {})),
      in_udp(5072, ayiya({1, 59}, {})),
      in_udp(6081, geneve(0x894F, 1, v4)),
  };
  for (const bytes& packet : packets) {
    const auto content = find_tunnel(decode_as(link_type::raw_ip, packet));
    EXPECT_FALSE(content.has_packet());
    EXPECT_FALSE(content.is_malformed());
  }
}

TEST(Tunnel, IsNotSeenInPlainPackets) {
  bytes not_exact = join(teredo_packet(), text("more"));
  const bytes packets[] = {
      ipv4({}, tcp({}, v4)),
      in_udp(53, v4),
      in_udp(53, v6),        // no address of Teredo
      in_udp(53, not_exact), // a length of another packet
      in_udp(53, head(teredo_packet(), 39)),
      in_udp(40'000, vxlan(station), 4789), // from the port, not to it
      ipv4({1}, icmp(3, 3, v4)),
  };
  for (const bytes& packet : packets) {
    const auto content = find_tunnel(decode_as(link_type::raw_ip, packet));
    EXPECT_EQ(content.kind, tunnel_kind::none);
    EXPECT_FALSE(content.has_packet());
  }
}

TEST(Tunnel, CutAnywhereLeavesNoViewOutsideTheFrame) {
  for (const row& r : tunnels) {
    for (std::size_t size = 0; size <= r.packet.size(); ++size) {
      const bytes cut = head(r.packet, size);
      const auto content = find_tunnel(decode_as(link_type::raw_ip, cut));
      if (!content.has_packet()) continue;
      EXPECT_EQ(content.bytes.end(), cut.data() + cut.size()) << r.name << " " << size;
    }
  }
}

TEST(TunnelCounters, TellPacketsFromMalformedOnesByKind) {
  tunnel_counters counters;
  for (const bytes& packet : {ipv4({4}, v4), ipv4({4}, v4), ipv4({4}, v6), ipv4({47}, gre({}, v4))}) {
    counters.add(find_tunnel(decode_as(link_type::raw_ip, packet)));
  }
  EXPECT_EQ(counters.packets(tunnel_kind::ip_in_ip), 2u);
  EXPECT_EQ(counters.malformed(tunnel_kind::ip_in_ip), 1u);
  EXPECT_EQ(counters.packets(tunnel_kind::gre), 1u);
  EXPECT_EQ(counters.malformed(tunnel_kind::gre), 0u);
}

TEST(TunnelNames, AreThereForEveryKindAndDiffer) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < tunnel_kind_count; ++i) {
    names.emplace(to_string(static_cast<tunnel_kind>(i)));
  }
  EXPECT_EQ(names.size(), tunnel_kind_count);
  EXPECT_EQ(names.count("unknown"), 0u);
  EXPECT_EQ(to_string(static_cast<tunnel_kind>(tunnel_kind_count)), "unknown") << "the count is up to date";
}

} // namespace
} // namespace remora::traffic
