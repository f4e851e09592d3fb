#pragma once

#include "traffic/decode/decoded_packet.hpp"
#include "traffic/frame.hpp"

namespace remora::traffic {

/// Reads the headers of one frame, from the link to the transport, without allocating and without keeping
/// anything between frames: fragments are flagged, not put together.
///
/// Links: Ethernet II, 802.3 with LLC/SNAP, up to four 802.1Q/802.1ad tags, PPPoE sessions (RFC 2516), PPP
/// (RFC 1661), MPLS (RFC 3032) with IP or an Ethernet pseudowire (RFC 4448), Linux cooked v1 and v2, Linux
/// netfilter log, BSD loopback, raw IP. Networks: IPv4 (RFC 791), IPv6 with extension headers (RFC 8200),
/// authentication header (RFC 4302) in both. Transports: TCP (RFC 9293), UDP (RFC 768), ICMP (RFC 792),
/// ICMPv6 (RFC 4443), SCTP (RFC 9260). Checksums are not verified: a capture on the sending machine sees them
/// before the hardware fills them in. Lengths of 0 that segmentation offload leaves (IPv4 total length, IPv6
/// payload length) mean "all there is".
decoded_packet decode(const frame& packet) noexcept;

/// Reads a datagram that was put together from fragments: extension headers and transport.
/// @param protocol What the datagram begins with.
/// @param out One of its fragments, as decode() left it. What it says of the link and of IP stays, all the
/// rest is replaced; the views point into `datagram`.
void decode_transport(std::uint8_t protocol, byte_view datagram, decoded_packet& out) noexcept;

} // namespace remora::traffic
