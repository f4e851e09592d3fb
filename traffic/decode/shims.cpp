#include "traffic/decode/layers.hpp"
#include "traffic/decode/plausible.hpp"

namespace remora::traffic::layers {
namespace {

constexpr std::uint16_t type_mpls_unicast = 0x8847;
constexpr std::uint16_t type_mpls_multicast = 0x8848;
constexpr std::uint16_t type_pppoe_session = 0x8864;

constexpr std::size_t max_labels = 16;

/// Whether an IP packet, and nothing else, is in there.
bool is_exactly_ip(byte_view bytes, unsigned version) noexcept {
  if (!looks_like_ip(bytes, version, 0)) return false;
  const std::size_t length = version == 4 ? load_big16(bytes.data() + 2) : 40u + load_big16(bytes.data() + 4);
  return length == bytes.size();
}

/// Behind the last label: nothing says what it is but its own first bits. Source: RFC 4928, RFC 4385.
void mpls_payload(cursor in, unsigned depth, decoded_packet& out) noexcept {
  const auto first = in.peek<1>();
  if (!first) return stop(out, decode_status::truncated_network);
  const unsigned nibble = first.u8<0>() >> 4u;
  constexpr std::size_t missing = 0xFFFF; // how much was cut off is not known: as much as any length may say
  if (nibble == 4 || nibble == 6) {
    // The address of a station may begin like an IP header, where there is no control word.
    const bool station = !is_exactly_ip(in.rest(), nibble) && is_surely_ethernet(in.rest(), missing);
    return station ? ethernet(in, depth, out) : network(in, nibble, out);
  }
  if (nibble == 0 && is_surely_ethernet(in.rest().skip(4), missing)) {
    in.take<4>(); // the control word of a pseudowire
    return ethernet(in, depth, out);
  }
  if (is_surely_ethernet(in.rest(), missing)) return ethernet(in, depth, out);
  stop(out, decode_status::not_ip);
}

/// One attribute of a netfilter log entry.
struct attribute {
  std::uint16_t type = 0;
  std::size_t length = 0; ///< With these four bytes, without the padding behind it.
};

attribute read_attribute(fixed_header<4> from, bool little_endian) noexcept {
  const std::uint16_t length = from.u16<0>();
  const std::uint16_t type = from.u16<2>();
  if (!little_endian) return {type, length};
  return {__builtin_bswap16(type), __builtin_bswap16(length)};
}

/// The packet of a netfilter log entry begins where the family says: at its IP header for the IP families;
/// for the others (a bridge) the kernel names the Ethernet type.
void logged_packet(std::uint8_t family, std::uint16_t type, cursor in, decoded_packet& out) noexcept {
  constexpr std::uint8_t family_ipv4 = 2;
  constexpr std::uint8_t family_ipv6 = 10;
  if (family == family_ipv4) return network(in, 4, out);
  if (family == family_ipv6) return network(in, 6, out);
  ether_payload(type, in, 0, out);
}

} // namespace

void shim(std::uint16_t type, cursor in, unsigned depth, decoded_packet& out) noexcept {
  switch (type) {
    case type_pppoe_session:
      return pppoe(in, depth, out);
    case type_mpls_unicast:
    case type_mpls_multicast:
      return mpls(in, depth, out);
    default:
      return stop(out, decode_status::not_ip);
  }
}

void pppoe(cursor in, unsigned depth, decoded_packet& out) noexcept {
  const auto header = in.take<6>();
  if (!header) return stop(out, decode_status::truncated_link);
  const bool session_data = header.u16<0>() == 0x1100; // version 1, type 1, code 0
  if (!session_data) return stop(out, decode_status::not_ip);
  const std::size_t length = header.u16<4>();
  if (length < 2) return stop(out, decode_status::malformed_link, malformed_reason::bad_header_length);
  in.limit(length);
  ppp(in, depth, out);
}

void ppp(cursor in, unsigned depth, decoded_packet& out) noexcept {
  constexpr std::uint16_t protocol_ipv4 = 0x0021;
  constexpr std::uint16_t protocol_ipv6 = 0x0057;
  constexpr std::uint16_t protocol_mpls_unicast = 0x0281;
  constexpr std::uint16_t protocol_mpls_multicast = 0x0283;
  const auto first = in.peek<1>();
  if (first && first.u8<0>() == 0xFF) { // no protocol begins so: it is HDLC's address
    const auto framing = in.take<2>();
    if (!framing) return stop(out, decode_status::truncated_link);
    if (framing.u8<1>() != 0x03) return stop(out, decode_status::not_ip);
  }
  auto protocol = std::optional<std::uint16_t>{in.u8()};
  if (!protocol) return stop(out, decode_status::truncated_link);
  // The last byte of a protocol number is odd and all before are even, so that a leading zero can be left
  // out.
  if ((*protocol & 1u) == 0) {
    const auto low = in.u8();
    if (!low) return stop(out, decode_status::truncated_link);
    protocol = static_cast<std::uint16_t>(*protocol << 8u | *low);
  }
  switch (*protocol) {
    case protocol_ipv4:
      return network(in, 4, out);
    case protocol_ipv6:
      return network(in, 6, out);
    case protocol_mpls_unicast:
    case protocol_mpls_multicast:
      return mpls(in, depth, out);
    default:
      return stop(out, decode_status::not_ip);
  }
}

void mpls(cursor in, unsigned depth, decoded_packet& out) noexcept {
  if (depth == max_nested_links) {
    return stop(out, decode_status::malformed_link, malformed_reason::links_too_deep);
  }
  bool bottom = false;
  for (std::size_t count = 0; !bottom; ++count) {
    if (count == max_labels) {
      return stop(out, decode_status::malformed_link, malformed_reason::too_many_labels);
    }
    const auto label = in.take<4>();
    if (!label) return stop(out, decode_status::truncated_link);
    bottom = (label.u8<2>() & 1u) != 0;
  }
  mpls_payload(in, depth + 1, out);
}

/// Source: https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html
void nflog(cursor in, decoded_packet& out) noexcept {
  constexpr std::uint16_t packet_header = 1;
  constexpr std::uint16_t payload = 9;
  const auto header = in.take<4>();
  if (!header) return stop(out, decode_status::truncated_link);
  if (header.u8<1>() != 0) return stop(out, decode_status::not_ip); // another version
  // Attributes are in the byte order of the writer, and their numbers are below 256.
  const auto first = in.peek<4>();
  const bool little_endian = first && first.u8<3>() == 0;
  std::uint16_t type = 0;
  while (const auto next = in.take<4>()) {
    const attribute found = read_attribute(next, little_endian);
    if (found.length < 4) {
      return stop(out, decode_status::malformed_link, malformed_reason::bad_header_length);
    }
    if (found.type == payload) {
      in.limit(found.length - 4);
      return logged_packet(header.u8<0>(), type, in, out);
    }
    const auto body = in.take((found.length - 4 + 3) / 4 * 4);
    if (!body) break;
    if (found.type == packet_header && body->size() >= 2) type = load_big16(body->data());
  }
  stop(out, decode_status::truncated_link); // an entry without its packet tells nothing
}

} // namespace remora::traffic::layers
