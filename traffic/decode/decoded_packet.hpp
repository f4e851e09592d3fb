#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/ip_address.hpp"
#include "traffic/bytes.hpp"

namespace remora::traffic {

/// How far decoding came. Truncated: the bytes that were captured end inside a header. Malformed: the header
/// contradicts itself or what surrounds it (the reason says how).
enum class decode_status : std::uint8_t {
  ok,
  not_ip, ///< ARP, LLDP, …: known, and nothing of it is decoded.
  truncated_link,
  truncated_network,
  truncated_transport,
  malformed_link,
  malformed_network,
  malformed_transport,
  unknown_link_type,
};
inline constexpr std::size_t decode_status_count = 9;

enum class malformed_reason : std::uint8_t {
  none,
  too_many_vlan_tags,
  too_many_labels,      ///< MPLS.
  links_too_deep,       ///< PPPoE and MPLS within each other.
  bad_ip_version,       ///< Not the one that the layer before announced, or neither 4 nor 6.
  bad_header_length,    ///< Shorter than the least, or longer than what holds it.
  bad_total_length,     ///< IPv4: shorter than the header.
  too_many_extensions,  ///< IPv6.
  extension_too_long,   ///< IPv6: an extension header that leaves the packet.
  transport_too_short,  ///< The IP packet ends inside the transport header.
  bad_transport_length, ///< UDP: shorter than its header or longer than the IP packet.
};
inline constexpr std::size_t malformed_reason_count = 11;

/// What a packet is, for counting.
enum class packet_kind : std::uint8_t {
  tcp,
  udp,
  icmp,
  icmpv6,
  sctp,
  fragment, ///< An IP fragment without a transport header: the second and later ones.
  other_ip, ///< IP with another protocol, or with a header that could not be read to its end.
  not_ip,   ///< Everything else, also what could not be decoded as far as IP.
};
inline constexpr std::size_t packet_kind_count = 8;

/// Names as they stand in summaries and metrics: "truncated_network".
std::string_view to_string(decode_status status) noexcept;
std::string_view to_string(malformed_reason reason) noexcept;
std::string_view to_string(packet_kind kind) noexcept;

inline constexpr std::uint8_t ip_protocol_icmp = 1;
inline constexpr std::uint8_t ip_protocol_tcp = 6;
inline constexpr std::uint8_t ip_protocol_udp = 17;
inline constexpr std::uint8_t ip_protocol_icmpv6 = 58;
inline constexpr std::uint8_t ip_protocol_sctp = 132;

/// Bits of tcp_fields::flags. Source: RFC 9293, section 3.1.
namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01;
inline constexpr std::uint8_t syn = 0x02;
inline constexpr std::uint8_t rst = 0x04;
inline constexpr std::uint8_t psh = 0x08;
inline constexpr std::uint8_t ack = 0x10;
inline constexpr std::uint8_t urg = 0x20;
inline constexpr std::uint8_t ece = 0x40;
inline constexpr std::uint8_t cwr = 0x80;
} // namespace tcp_flag

struct tcp_fields {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint16_t window = 0; ///< As sent, not scaled.
  std::uint8_t flags = 0;
  std::uint8_t header_bytes = 0; ///< 20 to 60.
};

struct icmp_fields {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
};

struct sctp_fields {
  std::uint32_t verification_tag = 0;
  std::uint8_t first_chunk_type = 0; ///< 255 when there is no chunk.
};

/// IPv4: identification and the two fragment fields. IPv6: the fragment header.
struct fragment_fields {
  std::uint32_t id = 0;
  std::uint16_t offset_bytes = 0;
  bool more = false;
  std::uint8_t first_extension = 0; ///< The first of the headers in fragment_extension_bytes.

  /// An IPv6 fragment header with offset 0 and nothing to follow (RFC 6946) makes no fragment.
  bool is_fragment() const noexcept { return more || offset_bytes != 0; }
};

inline constexpr std::size_t max_vlan_tags = 4;

/// What the headers of one frame say. The views point into the frame's bytes and are valid as long as those.
/// Fields of a layer that was not reached are zero.
struct decoded_packet {
  decode_status status = decode_status::ok;
  malformed_reason reason = malformed_reason::none;
  packet_kind kind = packet_kind::not_ip;
  bool has_transport = false; ///< Ports, tcp, icmp or sctp below are filled in.

  std::uint8_t vlan_count = 0;
  std::uint8_t ip_version = 0;  ///< 0: no IP header was read.
  std::uint8_t ip_protocol = 0; ///< What follows IP and its extension headers (IANA's number).
  std::uint8_t hop_limit = 0;   ///< IPv4: time to live.
  std::array<std::uint16_t, max_vlan_tags> vlan_ids{}; ///< The outermost first.
  std::uint16_t ether_type = 0;                        ///< After VLAN tags. 0: the frame has none.

  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  ip_address source;
  ip_address destination;
  fragment_fields fragment;

  tcp_fields tcp;
  icmp_fields icmp;
  /// Of a fragment: how many bytes of extension headers lie between the fragment header (IPv4: the IP header)
  /// and network_payload.
  std::uint16_t fragment_extension_bytes = 0;
  sctp_fields sctp;

  /// Bytes that IP says the packet has and that were not captured (or never arrived).
  std::uint32_t missing_bytes = 0;

  byte_view network_payload; ///< What follows the IP headers, extension headers among them.
  byte_view tcp_options;
  byte_view payload; ///< What follows the transport header, without link padding.

  /// What the datagram of a fragment begins with, as far as the fragment tells: IPv6 lets the later ones say
  /// anything.
  std::uint8_t fragment_protocol() const noexcept {
    return fragment_extension_bytes == 0 ? ip_protocol : fragment.first_extension;
  }

  /// The part of a datagram that a fragment brings: network_payload and the extension headers that were read
  /// with it.
  byte_view fragment_bytes() const noexcept {
    if (network_payload.data() == nullptr) return {};
    return {network_payload.data() - fragment_extension_bytes,
            network_payload.size() + fragment_extension_bytes};
  }
};

} // namespace remora::traffic
