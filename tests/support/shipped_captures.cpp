#include "tests/support/shipped_captures.hpp"

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"

namespace remora::test {
namespace {

constexpr std::int64_t start = 1'700'000'000'000'000'000;
constexpr std::int64_t ms = 1'000'000;
constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t ack = 0x10;
constexpr std::uint8_t psh_ack = 0x18;
constexpr std::uint8_t fin_ack = 0x11;

/// One side of a TCP connection over IPv4.
bytes segment(bool from_client, std::uint32_t sequence, std::uint32_t acknowledgement, std::uint8_t flags,
              const bytes& payload, const bytes& options = {}) {
  tcp_style style;
  style.source_port = from_client ? 40000 : 80;
  style.destination_port = from_client ? 80 : 40000;
  style.sequence = sequence;
  style.acknowledgement = acknowledgement;
  style.flags = flags;
  style.options = options;
  ipv4_style ip;
  if (!from_client) std::swap(ip.source, ip.destination);
  return ethernet(ether_ipv4, ipv4(ip, tcp(style, payload)));
}

/// A connection with one request and one response, from the handshake to the end.
std::vector<bytes> http_connection() {
  const bytes request = text("GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: test\r\n\r\n");
  const bytes response =
      text("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n");
  const auto asked = static_cast<std::uint32_t>(1001 + request.size());
  const auto answered = static_cast<std::uint32_t>(5001 + response.size());
  const bytes mss{2, 4, 5, 0xB4};
  return {
      segment(true, 1000, 0, syn, {}, mss),
      segment(false, 5000, 1001, syn | ack, {}, mss),
      segment(true, 1001, 5001, ack, {}),
      segment(true, 1001, 5001, psh_ack, request),
      segment(false, 5001, asked, ack, {}),
      segment(false, 5001, asked, psh_ack, response),
      segment(true, asked, answered, fin_ack, {}),
      segment(false, answered, asked + 1, fin_ack, {}),
      segment(true, asked + 1, answered + 1, ack, {}),
  };
}

bytes http(pcap_style style = {}) {
  pcap_writer file{style};
  std::int64_t time = start;
  for (const bytes& packet : http_connection()) {
    file.packet(time, packet);
    time += ms;
  }
  return file.content();
}

bytes http_ng() {
  pcapng_writer file;
  file.interface({1, 0, {}, {}, "eth0"});
  std::uint64_t microseconds = start / 1000;
  for (const bytes& packet : http_connection()) {
    file.enhanced_packet(0, microseconds, packet);
    microseconds += 1000;
  }
  return file.content();
}

bytes dns_query() {
  return byte_writer{}
      .u16(0x1234)
      .u16(0x0100)
      .u16(1)
      .u16(0)
      .u16(0)
      .u16(0)
      .u8(3)
      .raw(text("www"))
      .u8(7)
      .raw(text("example"))
      .u8(3)
      .raw(text("com"))
      .u8(0)
      .u16(1)
      .u16(1)
      .content();
}

bytes dns() {
  pcap_style style;
  style.order = byte_order::big;
  style.nanoseconds = true;
  return pcap_writer{style}
      .packet(start + 123'456'789, ethernet(ether_ipv4, ipv4({17}, udp({}, dns_query()))))
      .packet(start + 123'556'789, ethernet(ether_ipv6, ipv6({17}, udp({}, dns_query()))))
      .content();
}

bytes tags() {
  const bytes query = ipv4({17}, udp({}, dns_query()));
  return pcap_writer{}
      .packet(start, ethernet(ether_vlan, vlan_tag(7, ether_ipv4, query)))
      .packet(start + ms,
              ethernet(ether_service_vlan, vlan_tag(5, ether_vlan, vlan_tag(7, ether_ipv4, query))))
      .packet(start + 2 * ms, ethernet(ether_arp, filler(46)))
      .content();
}

bytes fragments() {
  const bytes datagram = udp({}, filler(2000));
  const bytes first(datagram.begin(), datagram.begin() + 1480);
  const bytes second(datagram.begin() + 1480, datagram.end());
  ipv4_style head{17};
  head.id = 4711;
  head.more_fragments = true;
  ipv4_style tail{17};
  tail.id = 4711;
  tail.fragment_offset_bytes = 1480;
  return pcap_writer{}
      .packet(start, ethernet(ether_ipv4, ipv4(head, first)))
      .packet(start + ms, ethernet(ether_ipv4, ipv4(tail, second)))
      .packet(start + 2 * ms, ethernet(ether_ipv6, ipv6({44}, ipv6_fragment(17, 0, true, 4712, first))))
      .packet(start + 3 * ms, ethernet(ether_ipv6, ipv6({44}, ipv6_fragment(17, 1480, false, 4712, second))))
      .content();
}

bytes cooked() {
  pcap_style style;
  style.link = 113;
  return pcap_writer{style}
      .packet(start, linux_cooked(ether_ipv4, ipv4({17}, udp({}, dns_query()))))
      .packet(start + ms, linux_cooked(ether_ipv6, ipv6({58}, icmp(135, 0, filler(16)))))
      .content();
}

/// Two sections of different byte order, four link types, three clocks, all kinds of packet blocks.
bytes many_interfaces() {
  const bytes query = ipv4({17}, udp({}, dns_query()));
  pcapng_writer file{byte_order::little};
  file.interface({1, 0, 9, {}, "eth0"})
      .interface({101, 0, {}, {}, "tun0"})
      .interface({195, 0, {}, {}, "wpan0"});
  file.block(4,
             file.body().u16(1).u16(16).raw({192, 0, 2, 2}).raw(text("server.test")).u8(0).u32(0).content());
  file.enhanced_packet(0, start, ethernet(ether_ipv4, query), {}, "a comment");
  file.enhanced_packet(1, (start + ms) / 1000, query);
  file.enhanced_packet(2, (start + 2 * ms) / 1000, filler(20));
  file.simple_packet(ethernet(ether_ipv4, query)).block(0x80000BAD, filler(40));
  file.section(byte_order::big).interface({276, 64, 0x80 | 20, 1'700'000'000, "any"});
  file.enhanced_packet(0, 3u << 20, linux_cooked2(ether_ipv4, query), 1500);
  file.obsolete_packet(0, 4u << 20, linux_cooked2(ether_ipv4, query));
  return file.content();
}

bytes shortened(bytes content, std::size_t by) {
  content.resize(content.size() - by);
  return content;
}

bytes changed(bytes content, std::size_t at, std::uint8_t to) {
  content.at(at) = to;
  return content;
}

} // namespace

std::vector<shipped_capture> shipped_captures() {
  pcap_style bluetooth;
  bluetooth.link = 187;
  const bytes whole = http();
  const bytes whole_ng = http_ng();
  return {
      {"http.pcap", whole, 9, ""},
      {"http.pcapng", whole_ng, 9, ""},
      {"dns-nanoseconds-big-endian.pcap", dns(), 2, ""},
      {"vlan-tags.pcap", tags(), 3, ""},
      {"fragments.pcap", fragments(), 4, ""},
      {"cooked.pcap", cooked(), 2, ""},
      {"many-interfaces.pcapng", many_interfaces(), 6, ""},
      {"no-packets.pcap", pcap_writer{}.content(), 0, ""},
      {"cut-off.pcap", shortened(whole, 30), 8,
       "cut off at offset 731: the packet that begins there needs 70 bytes, 40 are there"},
      {"corrupt.pcap", changed(whole, 24 + 74 + 11, 0xFF), 1,
       "corrupt at offset 98: a packet of 4278190138 bytes, more than the 262144 that this file allows"},
      {"cut-off.pcapng", shortened(whole_ng, 30), 8,
       "cut off at offset 908: the block that begins there needs 88 bytes, 58 are there"},
      {"corrupt.pcapng", changed(whole_ng, whole_ng.size() - 1, 1), 8,
       "corrupt at offset 908: a block whose length is 88 bytes at its start and 16777304 at its end"},
      {"bluetooth.pcap", pcap_writer{bluetooth}.packet(start, filler(20)).content(), 0,
       "link type 187 is not supported"},
  };
}

} // namespace remora::test
