#pragma once

#include "traffic/decode/cursor.hpp"
#include "traffic/decode/decoded_packet.hpp"
#include "traffic/frame.hpp"

/// The steps of decode(), one file each; nobody else calls them.
namespace remora::traffic::layers {

inline void stop(decoded_packet& out, decode_status status,
                 malformed_reason reason = malformed_reason::none) noexcept {
  out.status = status;
  out.reason = reason;
}

/// Where decode() begins. Copied from here, because g++ would otherwise clear those 144 bytes with an
/// instruction that takes as long as all the rest of the decoding; so it must not be visible as a constant.
extern const decoded_packet nothing_decoded;

/// From the first byte of the frame. Goes on to network() when the link carries IP.
void link(link_type type, cursor in, decoded_packet& out) noexcept;

/// PPPoE and MPLS may hold each other; how often, before the packet is refused. What bounds the recursion of
/// the functions that take a `depth`: how many of them were entered so far.
inline constexpr unsigned max_nested_links = 4;

/// From the first byte of an Ethernet header.
void ethernet(cursor in, unsigned depth, decoded_packet& out) noexcept;

/// From the byte after an Ethernet type, which may be a VLAN tag's.
void ether_payload(std::uint16_t type, cursor in, unsigned depth, decoded_packet& out) noexcept;

/// From the byte after an Ethernet type that is neither IP nor a VLAN tag's: PPPoE, MPLS, or nothing that is
/// decoded.
void shim(std::uint16_t type, cursor in, unsigned depth, decoded_packet& out) noexcept;

/// From the first byte of a netfilter log entry, of a PPP frame, of a PPPoE header, of an MPLS label.
void nflog(cursor in, decoded_packet& out) noexcept;
void ppp(cursor in, unsigned depth, decoded_packet& out) noexcept;
void pppoe(cursor in, unsigned depth, decoded_packet& out) noexcept;
void mpls(cursor in, unsigned depth, decoded_packet& out) noexcept;

/// From the first byte of an IP header. @param version 4 or 6: what the link says it is; 0: the packet itself
/// tells.
void network(cursor in, unsigned version, decoded_packet& out) noexcept;

/// From the first byte after the IP headers; out.ip_protocol says what it is.
/// @param payload_bytes How many bytes follow according to IP; `in` may have fewer, never more.
void transport(cursor in, std::size_t payload_bytes, decoded_packet& out) noexcept;

} // namespace remora::traffic::layers
