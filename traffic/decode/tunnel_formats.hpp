#pragma once

#include "traffic/decode/cursor.hpp"
#include "traffic/decode/tunnel.hpp"

/// The formats that find_tunnel() knows; nobody else calls them. Each reads from the first byte behind IP or
/// UDP.
namespace remora::traffic::tunnels {

/// There is nothing inside that is decoded, and nothing is wrong.
inline tunnel_content nothing() noexcept { return {}; }

/// The bytes are not what the protocol or port announces.
inline tunnel_content malformed(tunnel_kind kind) noexcept { return {kind, link_type::unsupported, {}, 0}; }

/// A packet of a link type, or `malformed` when the bytes do not look like one.
tunnel_content packet(tunnel_kind kind, link_type link, byte_view bytes, std::size_t missing_bytes) noexcept;

/// What an Ethernet type stands for; `nothing` when packets of that type are not decoded.
tunnel_content packet_of_type(tunnel_kind kind, std::uint16_t ether_type, byte_view bytes,
                              std::size_t missing_bytes) noexcept;

/// @param kind gre or gre_in_udp; what the header says makes it pptp or erspan.
tunnel_content gre(tunnel_kind kind, cursor in, std::size_t missing_bytes) noexcept;

tunnel_content vxlan(cursor in, std::size_t missing_bytes) noexcept;
tunnel_content geneve(cursor in, std::size_t missing_bytes) noexcept;
tunnel_content teredo(cursor in, std::size_t missing_bytes) noexcept;
/// Teredo on a port that says nothing: only what leaves no doubt.
tunnel_content teredo_between_clients(cursor in, std::size_t missing_bytes) noexcept;
tunnel_content ayiya(cursor in, std::size_t missing_bytes) noexcept;
tunnel_content gtp_u(cursor in, std::size_t missing_bytes) noexcept;

} // namespace remora::traffic::tunnels
