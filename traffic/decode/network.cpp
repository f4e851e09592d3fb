#include <algorithm>
#include <cstring>

#include "traffic/decode/decode.hpp"
#include "traffic/decode/layers.hpp"

namespace remora::traffic {
namespace layers {
namespace {

constexpr std::size_t max_extension_headers = 16;

constexpr std::uint8_t hop_by_hop = 0;
constexpr std::uint8_t routing = 43;
constexpr std::uint8_t fragment_header = 44;
constexpr std::uint8_t authentication = 51;
constexpr std::uint8_t no_next_header = 59;
constexpr std::uint8_t destination_options = 60;
constexpr std::uint8_t mobility = 135;
constexpr std::uint8_t host_identity = 139;
constexpr std::uint8_t shim6 = 140;

void set_v4(ip_address& to, byte_view from) noexcept {
  to.bytes[10] = 0xFF;
  to.bytes[11] = 0xFF;
  std::memcpy(to.bytes.data() + 12, from.data(), 4);
}

void set_v6(ip_address& to, byte_view from) noexcept { std::memcpy(to.bytes.data(), from.data(), 16); }

bool is_extension(std::uint8_t protocol, unsigned version) noexcept {
  switch (protocol) {
    case authentication:
      return true; // in IPv4 too: RFC 4302
    case hop_by_hop:
    case routing:
    case fragment_header:
    case destination_options:
    case mobility:
    case host_identity:
    case shim6:
      return version == 6;
    default:
      return false;
  }
}

/// Walks over the extension headers; false when it stopped (out.status says why).
/// @param declared How many bytes follow according to IP, counted down on the way; `in` may have fewer.
bool skip_extensions(cursor& in, std::size_t& declared, decoded_packet& out) noexcept {
  for (std::size_t count = 0; is_extension(out.ip_protocol, out.ip_version); ++count) {
    // A fragment whose datagram begins with a fragment header: to be read when the datagram is whole.
    if (out.ip_protocol == fragment_header && out.fragment.is_fragment()) break;
    if (count == max_extension_headers) {
      stop(out, decode_status::malformed_network, malformed_reason::too_many_extensions);
      return false;
    }
    const auto header = in.peek<8>();
    // None is shorter than 8 bytes, and all begin with the next protocol and, but for the fragment header, a
    // length.
    const std::uint8_t type = out.ip_protocol;
    const std::size_t units = header ? header.u8<1>() : 0;
    const std::size_t length = type == fragment_header  ? 8
                               : type == authentication ? (units + 2) * 4
                                                        : (units + 1) * 8;
    if (declared < std::max<std::size_t>(length, 8)) {
      stop(out, decode_status::malformed_network, malformed_reason::extension_too_long);
      return false;
    }
    if (!header || !in.take(length)) {
      stop(out, decode_status::truncated_network);
      return false;
    }
    declared -= length;
    out.ip_protocol = header.u8<0>();
    if (out.fragment_extension_bytes == 0) out.fragment.first_extension = type;
    out.fragment_extension_bytes = static_cast<std::uint16_t>(out.fragment_extension_bytes + length);
    if (type == fragment_header) {
      out.fragment_extension_bytes = 0;
      out.fragment.id = header.u32<4>();
      out.fragment.offset_bytes = header.u16<2>() & 0xFFF8u; // units of 8 bytes, in the upper 13 bits
      out.fragment.more = (header.u16<2>() & 1u) != 0;
      if (out.fragment.offset_bytes != 0) break; // what follows is not the beginning of anything
    }
  }
  return true;
}

/// What comes after the fixed part and the options of either version.
void network_payload(cursor in, std::size_t declared, decoded_packet& out) noexcept {
  out.kind = packet_kind::other_ip;
  in.limit(declared); // what lies behind is padding of the link
  out.missing_bytes = static_cast<std::uint32_t>(std::min<std::size_t>(declared - in.left(), UINT32_MAX));
  const bool later_fragment_of_v4 = out.fragment.offset_bytes != 0;
  if (!later_fragment_of_v4 && !skip_extensions(in, declared, out)) return;
  out.network_payload = in.rest();
  if (out.fragment.offset_bytes != 0) {
    out.kind = packet_kind::fragment;
    out.payload = in.rest();
    return;
  }
  if (out.ip_protocol == no_next_header && out.ip_version == 6) return;
  transport(in, declared, out);
}

void ipv4(cursor in, decoded_packet& out) noexcept {
  const auto header = in.peek<20>();
  if (!header) return stop(out, decode_status::truncated_network);
  const std::size_t header_bytes = (header.u8<0>() & 0x0Fu) * std::size_t{4};
  const std::size_t total = header.u16<2>();
  if (header_bytes < 20)
    return stop(out, decode_status::malformed_network, malformed_reason::bad_header_length);
  out.ip_version = 4;
  out.kind = packet_kind::other_ip;
  out.hop_limit = header.u8<8>();
  out.ip_protocol = header.u8<9>();
  set_v4(out.source, header.bytes<12, 4>());
  set_v4(out.destination, header.bytes<16, 4>());
  out.fragment.id = header.u16<4>();
  out.fragment.offset_bytes = static_cast<std::uint16_t>((header.u16<6>() & 0x1FFFu) << 3u);
  out.fragment.more = (header.u16<6>() & 0x2000u) != 0;
  // 0: the network card was to cut a larger packet into pieces and fill this in.
  if (total != 0 && total < header_bytes) {
    return stop(out, decode_status::malformed_network, malformed_reason::bad_total_length);
  }
  if (!in.take(header_bytes)) return stop(out, decode_status::truncated_network);
  network_payload(in, total == 0 ? in.left() : total - header_bytes, out);
}

void ipv6(cursor in, decoded_packet& out) noexcept {
  const auto header = in.take<40>();
  if (!header) return stop(out, decode_status::truncated_network);
  const std::size_t length = header.u16<4>();
  out.ip_version = 6;
  out.ip_protocol = header.u8<6>();
  out.hop_limit = header.u8<7>();
  set_v6(out.source, header.bytes<8, 16>());
  set_v6(out.destination, header.bytes<24, 16>());
  // 0: a jumbogram (RFC 2675), or segmentation left to the network card; but nothing follows "no next
  // header".
  const bool all_there_is = length == 0 && out.ip_protocol != no_next_header;
  network_payload(in, all_there_is ? in.left() : length, out);
}

} // namespace

void network(cursor in, unsigned version, decoded_packet& out) noexcept {
  const auto first = in.peek<1>();
  if (!first) return stop(out, decode_status::truncated_network);
  const unsigned written = first.u8<0>() >> 4u;
  if (written == 4 && version != 6) return ipv4(in, out);
  if (written == 6 && version != 4) return ipv6(in, out);
  stop(out, decode_status::malformed_network, malformed_reason::bad_ip_version);
}

} // namespace layers

void decode_transport(std::uint8_t protocol, byte_view datagram, decoded_packet& out) noexcept {
  decoded_packet whole = layers::nothing_decoded;
  whole.vlan_count = out.vlan_count;
  whole.vlan_ids = out.vlan_ids;
  whole.ether_type = out.ether_type;
  whole.ip_version = out.ip_version;
  whole.hop_limit = out.hop_limit;
  whole.source = out.source;
  whole.destination = out.destination;
  whole.ip_protocol = protocol;
  layers::network_payload(cursor{datagram}, datagram.size(), whole);
  out = whole;
}

} // namespace remora::traffic
