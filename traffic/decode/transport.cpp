#include <algorithm>

#include "traffic/decode/layers.hpp"

namespace remora::traffic::layers {
namespace {

/// What it means that a transport header of `needed` bytes is not there. The first fragment of a packet may
/// hold less than the header; that is for whoever puts fragments together.
void header_missing(std::size_t needed, std::size_t payload_bytes, decoded_packet& out) noexcept {
  if (payload_bytes >= needed) return stop(out, decode_status::truncated_transport);
  if (out.fragment.is_fragment()) return;
  stop(out, decode_status::malformed_transport, malformed_reason::transport_too_short);
}

void tcp(cursor in, std::size_t payload_bytes, decoded_packet& out) noexcept {
  out.kind = packet_kind::tcp;
  const auto header = in.take<20>();
  if (!header) return header_missing(20, payload_bytes, out);
  const std::size_t header_bytes = (header.u8<12>() >> 4u) * std::size_t{4};
  if (header_bytes < 20) {
    return stop(out, decode_status::malformed_transport, malformed_reason::bad_header_length);
  }
  if (header_bytes > payload_bytes && !out.fragment.is_fragment()) {
    return stop(out, decode_status::malformed_transport, malformed_reason::bad_header_length);
  }
  const auto options = in.take(header_bytes - 20);
  if (!options) return header_missing(header_bytes, payload_bytes, out);
  out.source_port = header.u16<0>();
  out.destination_port = header.u16<2>();
  out.tcp.sequence = header.u32<4>();
  out.tcp.acknowledgement = header.u32<8>();
  out.tcp.header_bytes = static_cast<std::uint8_t>(header_bytes);
  out.tcp.flags = header.u8<13>();
  out.tcp.window = header.u16<14>();
  out.tcp_options = *options;
  out.payload = in.rest();
  out.has_transport = true;
}

void udp(cursor in, std::size_t payload_bytes, decoded_packet& out) noexcept {
  out.kind = packet_kind::udp;
  const auto header = in.take<8>();
  if (!header) return header_missing(8, payload_bytes, out);
  out.source_port = header.u16<0>();
  out.destination_port = header.u16<2>();
  out.has_transport = true;
  const std::size_t length = header.u16<4>();
  if (length != 0) { // 0: a jumbogram (RFC 2675), or segmentation left to the network card
    const bool longer_than_packet = length > payload_bytes && !out.fragment.is_fragment();
    if (length < 8 || longer_than_packet) {
      return stop(out, decode_status::malformed_transport, malformed_reason::bad_transport_length);
    }
    in.limit(length - 8);
  }
  out.payload = in.rest();
}

void icmp(packet_kind kind, cursor in, std::size_t payload_bytes, decoded_packet& out) noexcept {
  out.kind = kind;
  const auto header = in.take<4>(); // type, code, checksum: what every message has
  if (!header) return header_missing(4, payload_bytes, out);
  out.icmp = {header.u8<0>(), header.u8<1>()};
  out.payload = in.rest();
  out.has_transport = true;
}

void sctp(cursor in, std::size_t payload_bytes, decoded_packet& out) noexcept {
  out.kind = packet_kind::sctp;
  const auto header = in.take<12>();
  if (!header) return header_missing(12, payload_bytes, out);
  out.source_port = header.u16<0>();
  out.destination_port = header.u16<2>();
  out.sctp.verification_tag = header.u32<4>();
  const auto chunk = in.peek<1>();
  out.sctp.first_chunk_type = chunk ? chunk.u8<0>() : 0xFF;
  out.payload = in.rest();
  out.has_transport = true;
}

} // namespace

const decoded_packet nothing_decoded{};

void transport(cursor in, std::size_t payload_bytes, decoded_packet& out) noexcept {
  switch (out.ip_protocol) {
    case ip_protocol_tcp:
      return tcp(in, payload_bytes, out);
    case ip_protocol_udp:
      return udp(in, payload_bytes, out);
    case ip_protocol_icmp:
      return icmp(packet_kind::icmp, in, payload_bytes, out);
    case ip_protocol_icmpv6:
      return icmp(packet_kind::icmpv6, in, payload_bytes, out);
    case ip_protocol_sctp:
      return sctp(in, payload_bytes, out);
    default:
      out.payload = in.rest();
      out.kind = packet_kind::other_ip;
  }
}

} // namespace remora::traffic::layers
