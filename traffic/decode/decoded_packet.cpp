#include "traffic/decode/decoded_packet.hpp"

namespace remora::traffic {

std::string_view to_string(decode_status status) noexcept {
  switch (status) {
    case decode_status::ok:
      return "ok";
    case decode_status::not_ip:
      return "not_ip";
    case decode_status::truncated_link:
      return "truncated_link";
    case decode_status::truncated_network:
      return "truncated_network";
    case decode_status::truncated_transport:
      return "truncated_transport";
    case decode_status::malformed_link:
      return "malformed_link";
    case decode_status::malformed_network:
      return "malformed_network";
    case decode_status::malformed_transport:
      return "malformed_transport";
    case decode_status::unknown_link_type:
      return "unknown_link_type";
  }
  return "unknown";
}

std::string_view to_string(malformed_reason reason) noexcept {
  switch (reason) {
    case malformed_reason::none:
      return "none";
    case malformed_reason::too_many_vlan_tags:
      return "too_many_vlan_tags";
    case malformed_reason::too_many_labels:
      return "too_many_labels";
    case malformed_reason::links_too_deep:
      return "links_too_deep";
    case malformed_reason::bad_ip_version:
      return "bad_ip_version";
    case malformed_reason::bad_header_length:
      return "bad_header_length";
    case malformed_reason::bad_total_length:
      return "bad_total_length";
    case malformed_reason::too_many_extensions:
      return "too_many_extensions";
    case malformed_reason::extension_too_long:
      return "extension_too_long";
    case malformed_reason::transport_too_short:
      return "transport_too_short";
    case malformed_reason::bad_transport_length:
      return "bad_transport_length";
  }
  return "unknown";
}

std::string_view to_string(packet_kind kind) noexcept {
  switch (kind) {
    case packet_kind::tcp:
      return "tcp";
    case packet_kind::udp:
      return "udp";
    case packet_kind::icmp:
      return "icmp";
    case packet_kind::icmpv6:
      return "icmpv6";
    case packet_kind::sctp:
      return "sctp";
    case packet_kind::fragment:
      return "fragment";
    case packet_kind::other_ip:
      return "other_ip";
    case packet_kind::not_ip:
      return "not_ip";
  }
  return "unknown";
}

} // namespace remora::traffic
