#include "tests/support/decode_seeds.hpp"

#include <utility>

#include "tests/support/tunnel_builder.hpp"

namespace remora::test {
namespace {

constexpr std::uint8_t raw_ip = 2; // in the order of the fuzz target
constexpr std::uint8_t many = 0x80;

std::vector<bytes> of_links() {
  const bytes v4 = ipv4({6}, tcp({}, text("GET /")));
  const bytes v6 =
      ipv6({0}, ipv6_extension(43, 0, ipv6_extension(60, 1, ipv6_fragment(17, 0, false, 1, udp({}, {})))));
  ipv4_style optioned{1};
  optioned.options = filler(8);
  ipv4_style fragment{17};
  fragment.fragment_offset_bytes = 8;
  const bytes stacked = vlan_tag(1, ether_vlan, vlan_tag(2, ether_ipv6, v6));
  const bytes pseudowire = mpls(2, join(bytes(4, 0), ethernet(ether_ipv4, v4)));
  const std::pair<std::uint8_t, bytes> frames[] = {
      {0, bsd_loopback(2, byte_order::little, v4)},
      {1, ethernet(ether_ipv4, v4)},
      {1, ethernet(ether_service_vlan, stacked)},
      {1, ethernet(static_cast<std::uint16_t>(v4.size() + 8), snap(ether_ipv4, v4))},
      {1, ethernet(ether_arp, filler(46))},
      {raw_ip, v6},
      {raw_ip, ipv6({58}, icmp(128, 0, filler(8)))},
      {raw_ip, ipv4(optioned, icmp(8, 0, filler(8)))},
      {raw_ip, ipv4(fragment, filler(32))},
      {3, bsd_loopback(24, byte_order::big, v6)},
      {4, linux_cooked(ether_ipv4, v4)},
      {4, linux_cooked(4, snap(ether_ipv6, v6))},
      {5, ipv4({132}, sctp(1, 2, 3, {1, 0, 0, 4}))},
      {6, ipv6({51}, ip_authentication(6, 4, tcp({}, filler(4))))},
      {7, linux_cooked2(ether_vlan, vlan_tag(9, ether_ipv4, v4))},
      {8, filler(16)},
      {9, ppp(ppp_mpls, mpls(1, v6))},
      {10, pppoe(ppp(ppp_ipv4, v4))},
      {11, pseudowire},
      {12, nflog(2, 0, byte_order::little, v4)},
      {12, nflog(7, ether_pppoe, byte_order::big, pppoe(ppp(ppp_ipv6, v6)))},
      {1, ethernet(ether_vlan, vlan_tag(1, ether_mpls, pseudowire))},
  };
  std::vector<bytes> seeds;
  for (const auto& [link, frame] : frames) {
    seeds.push_back(join({link}, frame));
  }
  return seeds;
}

std::vector<bytes> of_tunnels() {
  const bytes v4 = ipv4({6}, tcp({}, text("GET /")));
  const bytes v6 = ipv6({17}, udp({}, text("query")));
  const bytes station = ethernet(ether_ipv4, v4);
  const auto in_port = [](std::uint16_t port, const bytes& payload) {
    return ipv4({17}, udp({40'000, port}, payload));
  };
  ipv6_style client{6};
  client.source = {0x20, 0x01, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const gtp_style extended{0x34, 0xFF, 2};
  const gre_style mirrored{ether_erspan, false, false, true};
  const bytes packets[] = {
      ipv4({4}, ipv6({41}, v6)),
      ipv4({47}, gre({ether_ipv6, true, true, true}, v6)),
      ipv4({47}, gre({ether_transparent}, station)),
      ipv4({47}, gre(mirrored, erspan2(station))),
      ipv4({47}, pptp({true, true}, ppp(ppp_ipv4, v4))),
      in_port(4754, gre({ether_mpls}, mpls(1, v4))),
      in_port(4789, vxlan(station)),
      in_port(6081, geneve(ether_transparent, 2, station)),
      in_port(3544, teredo_authentication(1, 2, teredo_origin(v6))),
      in_port(32'900, ipv6(client, tcp({}, text("GET /")))),
      in_port(5072, ayiya({}, v6)),
      in_port(2152, gtp_u(extended, v4)),
      ipv4({4}, ipv4({4}, ipv4({4}, ipv4({4}, ipv4({4}, ipv4({4}, v4)))))),
  };
  std::vector<bytes> seeds;
  for (const bytes& packet : packets) {
    seeds.push_back(join({raw_ip}, packet));
  }
  return seeds;
}

bytes part_of(const bytes& datagram, std::size_t offset, std::size_t length, std::uint8_t protocol) {
  const auto begin = datagram.begin() + static_cast<std::ptrdiff_t>(offset);
  ipv4_style style{protocol};
  style.id = 1;
  style.fragment_offset_bytes = static_cast<std::uint16_t>(offset);
  style.more_fragments = offset + length < datagram.size();
  return ipv4(style, {begin, begin + static_cast<std::ptrdiff_t>(length)});
}

bytes part_of_v6(const bytes& datagram, std::size_t offset, std::size_t length) {
  const auto begin = datagram.begin() + static_cast<std::ptrdiff_t>(offset);
  const bool more = offset + length < datagram.size();
  return ipv6({44}, ipv6_fragment(17, static_cast<std::uint16_t>(offset), more, 1,
                                  {begin, begin + static_cast<std::ptrdiff_t>(length)}));
}

/// Frames one after the other, each with the seconds since the one before and its length.
bytes sequence(std::initializer_list<bytes> frames, std::uint8_t seconds = 0) {
  byte_writer out;
  out.u8(many | raw_ip);
  for (const bytes& frame : frames) {
    out.u8(seconds).u16(frame.size()).raw(frame);
  }
  return out.content();
}

std::vector<bytes> of_fragments() {
  const bytes datagram = udp({}, filler(40)); // 48 bytes
  const bytes tunnel = gre({}, part_of(datagram, 0, 24, 17));
  const bytes rest = gre({}, part_of(datagram, 24, 24, 17));
  return {
      sequence({part_of(datagram, 0, 24, 17), part_of(datagram, 24, 24, 17)}),
      sequence({part_of(datagram, 24, 24, 17), part_of(datagram, 8, 24, 17), part_of(datagram, 0, 16, 17)}),
      sequence({part_of_v6(datagram, 16, 32), part_of_v6(datagram, 16, 32), part_of_v6(datagram, 0, 16)}),
      sequence({part_of_v6(datagram, 8, 32), part_of_v6(datagram, 0, 16), part_of_v6(datagram, 40, 8)}),
      sequence({part_of(datagram, 0, 24, 17), part_of(datagram, 24, 24, 17)}, 31),
      sequence({tunnel, rest}),
      sequence({part_of(tunnel, 0, 24, 47), part_of(tunnel, 24, tunnel.size() - 24, 47),
                part_of(rest, 0, 24, 47), part_of(rest, 24, rest.size() - 24, 47)}),
  };
}

} // namespace

std::vector<bytes> decode_seeds() {
  std::vector<bytes> seeds = of_links();
  for (const auto& more : {of_tunnels(), of_fragments()}) {
    seeds.insert(seeds.end(), more.begin(), more.end());
  }
  return seeds;
}

} // namespace remora::test
