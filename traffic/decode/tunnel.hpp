#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "traffic/decode/decoded_packet.hpp"
#include "traffic/frame.hpp"

namespace remora::traffic {

/// What carries a packet inside another one.
enum class tunnel_kind : std::uint8_t {
  none,
  ip_in_ip,   ///< IPv4 in IPv4 (RFC 2003) or in IPv6 (RFC 2473): protocol 4.
  ipv6_in_ip, ///< IPv6 in IPv4 ("6in4", RFC 4213) or in IPv6 (RFC 2473): protocol 41.
  gre,        ///< RFC 2784 and 2890: IP, Ethernet, MPLS or PPP.
  pptp,       ///< GRE version 1 with PPP (RFC 2637).
  erspan,     ///< GRE with mirrored Ethernet, types I and II (draft-foschiano-erspan).
  gre_in_udp, ///< RFC 8086, port 4754.
  vxlan,      ///< RFC 7348, port 4789 or, as older Linux has it, 8472.
  geneve,     ///< RFC 8926, port 6081.
  teredo,     ///< RFC 4380, port 3544, or any between two clients.
  ayiya,      ///< draft-massar-v6ops-ayiya, port 5072.
  gtp_u,      ///< 3GPP TS 29.281, port 2152.
};
inline constexpr std::size_t tunnel_kind_count = 12;

/// Names as they stand in summaries and metrics: "ip_in_ip".
std::string_view to_string(tunnel_kind kind) noexcept;

/// What find_tunnel() found.
struct tunnel_content {
  tunnel_kind kind = tunnel_kind::none;
  /// What the packet inside begins with. `unsupported`: there is none, or (when kind is not none) the
  /// protocol or port announces one and the bytes are something else.
  link_type link = link_type::unsupported;
  byte_view bytes;                 ///< Of the outer packet.
  std::uint32_t missing_bytes = 0; ///< How many follow that were not captured.

  bool has_packet() const noexcept { return link != link_type::unsupported; }
  bool is_malformed() const noexcept { return kind != tunnel_kind::none && !has_packet(); }
};

/// How deep packets may lie within each other, before the rest is left as it is.
inline constexpr unsigned max_tunnel_depth = 5;

inline constexpr std::uint8_t ip_protocol_ipv4 = 4;
inline constexpr std::uint8_t ip_protocol_ipv6 = 41;
inline constexpr std::uint8_t ip_protocol_gre = 47;

namespace tunnel_port {
inline constexpr std::uint16_t gtp_u = 2152;
inline constexpr std::uint16_t teredo = 3544;
inline constexpr std::uint16_t gre = 4754;
inline constexpr std::uint16_t vxlan = 4789;
inline constexpr std::uint16_t ayiya = 5072;
inline constexpr std::uint16_t geneve = 6081;
inline constexpr std::uint16_t old_vxlan = 8472;
} // namespace tunnel_port

/// Whether a packet may carry another one: cheap enough to ask of every packet, and false of nearly all.
inline bool may_be_tunnel(const decoded_packet& packet) noexcept {
  if (packet.kind == packet_kind::other_ip) {
    return packet.ip_protocol == ip_protocol_ipv4 || packet.ip_protocol == ip_protocol_ipv6 ||
           packet.ip_protocol == ip_protocol_gre;
  }
  if (packet.kind != packet_kind::udp || packet.payload.size() < 20) return false;
  switch (packet.destination_port) {
    case tunnel_port::gtp_u:
    case tunnel_port::teredo:
    case tunnel_port::gre:
    case tunnel_port::vxlan:
    case tunnel_port::ayiya:
    case tunnel_port::geneve:
    case tunnel_port::old_vxlan:
      return true;
    default:
      break;
  }
  const bool answers = packet.source_port == tunnel_port::teredo ||
                       packet.source_port == tunnel_port::ayiya || packet.source_port == tunnel_port::gtp_u;
  return answers || packet.payload.data()[0] >> 4u == 6; // Teredo between clients
}

/// The packet that a packet carries; its bytes are those of the outer one, nothing is copied. A protocol
/// number is taken at its word, but a UDP port is only a hint: what is inside must look like a packet, or the
/// UDP packet is one like any other. Fragments carry nothing until they are put together.
tunnel_content find_tunnel(const decoded_packet& outer) noexcept;

/// The packet inside as a frame, to be decoded like any other. @pre content.has_packet()
inline frame inner_frame(const frame& outer, const tunnel_content& content) noexcept {
  return {outer.time, static_cast<std::uint32_t>(content.bytes.size()) + content.missing_bytes, content.link,
          content.bytes};
}

/// How many packets lay in tunnels. A packet in two tunnels counts for both.
class tunnel_counters {
 public:
  void add(const tunnel_content& content) noexcept {
    const auto kind = static_cast<std::size_t>(content.kind);
    if (content.is_malformed()) {
      ++malformed_[kind];
    } else {
      ++packets_[kind];
    }
  }
  void add_too_deep() noexcept { ++too_deep_; }

  /// Packets inside; `none` counts what looked like a tunnel and carries nothing that is decoded.
  std::uint64_t packets(tunnel_kind kind) const noexcept { return packets_[static_cast<std::size_t>(kind)]; }
  /// Packets of which a protocol or port announced a tunnel, and that held something else.
  std::uint64_t malformed(tunnel_kind kind) const noexcept {
    return malformed_[static_cast<std::size_t>(kind)];
  }
  /// Packets in more than max_tunnel_depth tunnels, which were not looked into further.
  std::uint64_t too_deep() const noexcept { return too_deep_; }

 private:
  std::array<std::uint64_t, tunnel_kind_count> packets_{};
  std::array<std::uint64_t, tunnel_kind_count> malformed_{};
  std::uint64_t too_deep_ = 0;
};

} // namespace remora::traffic
