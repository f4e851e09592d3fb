#include "traffic/decode/tunnel.hpp"

#include "traffic/decode/plausible.hpp"
#include "traffic/decode/tunnel_formats.hpp"

namespace remora::traffic {
namespace tunnels {
namespace {

/// Whether a protocol number of IP announces the tunnel, and not merely a port.
bool is_certain(tunnel_kind kind) noexcept {
  switch (kind) {
    case tunnel_kind::ip_in_ip:
    case tunnel_kind::ipv6_in_ip:
    case tunnel_kind::gre:
    case tunnel_kind::pptp:
    case tunnel_kind::erspan:
      return true;
    default:
      return false;
  }
}

} // namespace

tunnel_content packet(tunnel_kind kind, link_type link, byte_view bytes, std::size_t missing_bytes) noexcept {
  const tunnel_content content{kind, link, bytes, static_cast<std::uint32_t>(missing_bytes)};
  constexpr std::size_t longest_header = 40;
  if (missing_bytes != 0 && !bytes.empty() && bytes.size() < longest_header && is_certain(kind)) {
    return content; // may be cut off inside a header: decode() will tell
  }
  switch (link) {
    case link_type::ipv4:
      return looks_like_ip(bytes, 4, missing_bytes) ? content : malformed(kind);
    case link_type::ipv6:
      return looks_like_ip(bytes, 6, missing_bytes) ? content : malformed(kind);
    case link_type::ethernet:
      return looks_like_ethernet(bytes, missing_bytes) ? content : malformed(kind);
    default: // MPLS and PPP: any bytes may be one
      return bytes.empty() ? malformed(kind) : content;
  }
}

tunnel_content packet_of_type(tunnel_kind kind, std::uint16_t ether_type, byte_view bytes,
                              std::size_t missing_bytes) noexcept {
  constexpr std::uint16_t transparent_ethernet = 0x6558;
  switch (ether_type) {
    case 0x0800:
      return packet(kind, link_type::ipv4, bytes, missing_bytes);
    case 0x86DD:
      return packet(kind, link_type::ipv6, bytes, missing_bytes);
    case transparent_ethernet:
      return packet(kind, link_type::ethernet, bytes, missing_bytes);
    case 0x8847: // MPLS
    case 0x8848:
      return packet(kind, link_type::mpls, bytes, missing_bytes);
    case 0x880B:
      return packet(kind, link_type::ppp, bytes, missing_bytes);
    default:
      return nothing();
  }
}

namespace {

tunnel_content in_ip(const decoded_packet& outer) noexcept {
  const byte_view bytes = outer.network_payload;
  switch (outer.ip_protocol) {
    case ip_protocol_ipv4:
      return packet(tunnel_kind::ip_in_ip, link_type::ipv4, bytes, outer.missing_bytes);
    case ip_protocol_ipv6:
      return packet(tunnel_kind::ipv6_in_ip, link_type::ipv6, bytes, outer.missing_bytes);
    case ip_protocol_gre:
      return gre(tunnel_kind::gre, cursor{bytes}, outer.missing_bytes);
    default:
      return nothing();
  }
}

tunnel_content in_udp(const decoded_packet& outer) noexcept {
  const cursor in{outer.payload};
  const std::size_t missing = outer.missing_bytes;
  const auto either_port = [&outer](std::uint16_t port) {
    return outer.destination_port == port || outer.source_port == port;
  };
  switch (outer.destination_port) {
    case tunnel_port::vxlan:
    case tunnel_port::old_vxlan:
      return vxlan(in, missing);
    case tunnel_port::geneve:
      return geneve(in, missing);
    case tunnel_port::gre:
      return gre(tunnel_kind::gre_in_udp, in, missing);
    default:
      break;
  }
  if (either_port(tunnel_port::gtp_u)) return gtp_u(in, missing);
  if (either_port(tunnel_port::teredo)) return teredo(in, missing);
  if (either_port(tunnel_port::ayiya)) return ayiya(in, missing);
  return teredo_between_clients(in, missing);
}

} // namespace
} // namespace tunnels

std::string_view to_string(tunnel_kind kind) noexcept {
  switch (kind) {
    case tunnel_kind::none:
      return "none";
    case tunnel_kind::ip_in_ip:
      return "ip_in_ip";
    case tunnel_kind::ipv6_in_ip:
      return "ipv6_in_ip";
    case tunnel_kind::gre:
      return "gre";
    case tunnel_kind::pptp:
      return "pptp";
    case tunnel_kind::erspan:
      return "erspan";
    case tunnel_kind::gre_in_udp:
      return "gre_in_udp";
    case tunnel_kind::vxlan:
      return "vxlan";
    case tunnel_kind::geneve:
      return "geneve";
    case tunnel_kind::teredo:
      return "teredo";
    case tunnel_kind::ayiya:
      return "ayiya";
    case tunnel_kind::gtp_u:
      return "gtp_u";
  }
  return "unknown";
}

tunnel_content find_tunnel(const decoded_packet& outer) noexcept {
  if (!may_be_tunnel(outer) || outer.status != decode_status::ok || outer.fragment.is_fragment()) return {};
  return outer.kind == packet_kind::udp ? tunnels::in_udp(outer) : tunnels::in_ip(outer);
}

} // namespace remora::traffic
