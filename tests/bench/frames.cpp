#include "tests/bench/frames.hpp"

namespace remora::bench {

namespace {

constexpr std::size_t ethernet_bytes = 14;
constexpr std::size_t ip_bytes = 20;
constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint16_t dont_fragment = 0x4000;
constexpr std::uint16_t more_fragments = 0x2000;

void put8(byte_vector& out, std::size_t value) { out.push_back(static_cast<std::uint8_t>(value & 0xFF)); }

void put16(byte_vector& out, std::size_t value) {
  put8(out, value >> 8);
  put8(out, value);
}

void put32(byte_vector& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value);
}

void put(byte_vector& out, payload_view bytes) { out.insert(out.end(), bytes.data, bytes.data + bytes.size); }

void set16(byte_vector& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value & 0xFF);
}

void put_mac(byte_vector& out, std::size_t host) {
  put16(out, 0x0200); // locally administered
  put16(out, 0);
  put16(out, host);
}

/// Ethernet and IPv4 headers for `content_bytes` that follow.
void put_headers(byte_vector& out, const direction& way, std::uint8_t protocol, std::uint16_t ip_id,
                 std::uint16_t fragment, std::size_t content_bytes) {
  out.reserve(ethernet_bytes + ip_bytes + content_bytes);
  put_mac(out, way.from_client ? 2 : 1);
  put_mac(out, way.from_client ? 1 : 2);
  put16(out, 0x0800);
  put16(out, 0x4500); // version 4, five words, no service class
  put16(out, ip_bytes + content_bytes);
  put16(out, ip_id);
  put16(out, fragment);
  put8(out, 64); // time to live
  put8(out, protocol);
  put16(out, 0); // checksum
  put32(out, way.from_address);
  put32(out, way.to_address);
  set16(out, ethernet_bytes + 10, internet_checksum(out.data() + ethernet_bytes, ip_bytes));
}

/// The checksum over the pseudo header and a TCP or UDP packet. Source: RFC 9293, section 3.1; RFC 768.
std::uint16_t transport_checksum(const direction& way, std::uint8_t protocol, const byte_vector& packet) {
  const std::uint32_t pseudo = (way.from_address >> 16) + (way.from_address & 0xFFFF) +
                               (way.to_address >> 16) + (way.to_address & 0xFFFF) + protocol +
                               static_cast<std::uint32_t>(packet.size());
  return internet_checksum(packet.data(), packet.size(), pseudo);
}

byte_vector tcp_packet(const direction& way, const tcp_fields& tcp, payload_view payload) {
  const bool syn = (tcp.flags & tcp_syn) != 0;
  byte_vector out;
  out.reserve(tcp_header_bytes + payload.size);
  put16(out, way.from_port);
  put16(out, way.to_port);
  put32(out, tcp.sequence);
  put32(out, tcp.acknowledgement);
  put8(out, (syn ? 8u : 5u) << 4); // header length in words
  put8(out, tcp.flags);
  put16(out, syn ? 64240 : 502); // window; scaled by 128 after the handshake
  put16(out, 0);                 // checksum
  put16(out, 0);                 // urgent pointer
  if (syn) {
    put32(out, 0x020405B4); // maximum segment size 1460
    put32(out, 0x04020101); // selective acknowledgements permitted
    put32(out, 0x01030307); // window scale 7
  }
  put(out, payload);
  set16(out, 16, transport_checksum(way, protocol_tcp, out));
  return out;
}

byte_vector udp_packet(const direction& way, payload_view payload) {
  byte_vector out;
  out.reserve(8 + payload.size);
  put16(out, way.from_port);
  put16(out, way.to_port);
  put16(out, 8 + payload.size);
  put16(out, 0);
  put(out, payload);
  const std::uint16_t checksum = transport_checksum(way, protocol_udp, out);
  set16(out, 6, checksum == 0 ? std::uint16_t{0xFFFF} : checksum); // 0 would mean "none"
  return out;
}

byte_vector framed(const direction& way, std::uint8_t protocol, std::uint16_t ip_id, std::uint16_t fragment,
                   payload_view content) {
  byte_vector out;
  put_headers(out, way, protocol, ip_id, fragment, content.size);
  put(out, content);
  return out;
}

} // namespace

std::uint16_t internet_checksum(const std::uint8_t* data, std::size_t size, std::uint32_t start) noexcept {
  std::uint64_t sum = start;
  std::size_t at = 0;
  for (; at + 1 < size; at += 2)
    sum += static_cast<std::uint64_t>(data[at] << 8 | data[at + 1]);
  if (at < size) sum += static_cast<std::uint64_t>(data[at] << 8);
  while (sum > 0xFFFF)
    sum = (sum >> 16) + (sum & 0xFFFF);
  return static_cast<std::uint16_t>(~sum & 0xFFFF);
}

byte_vector tcp_frame(const direction& way, std::uint16_t ip_id, const tcp_fields& tcp,
                      payload_view payload) {
  const byte_vector packet = tcp_packet(way, tcp, payload);
  return framed(way, protocol_tcp, ip_id, dont_fragment, {packet.data(), packet.size()});
}

byte_vector udp_frame(const direction& way, std::uint16_t ip_id, payload_view payload) {
  const byte_vector packet = udp_packet(way, payload);
  return framed(way, protocol_udp, ip_id, dont_fragment, {packet.data(), packet.size()});
}

std::array<byte_vector, 2> udp_fragments(const direction& way, std::uint16_t ip_id, payload_view payload) {
  const byte_vector packet = udp_packet(way, payload);
  const std::size_t cut = packet.size() / 2 / 8 * 8;
  return {framed(way, protocol_udp, ip_id, more_fragments, {packet.data(), cut}),
          framed(way, protocol_udp, ip_id, static_cast<std::uint16_t>(cut / 8),
                 {packet.data() + cut, packet.size() - cut})};
}

} // namespace remora::bench
