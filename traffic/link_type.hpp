#pragma once

#include <cstdint>
#include <string_view>

namespace remora::traffic {

/// What the first byte of a frame belongs to. The values are those of the registry of link types that capture
/// files and libpcap share (https://www.tcpdump.org/linktypes.html).
enum class link_type : std::uint16_t {
  null = 0,             ///< BSD loopback: address family, 4 bytes in the byte order of the writer.
  ethernet = 1,         ///< IEEE 802.3.
  ppp = 9,              ///< PPP (RFC 1661), with or without the two bytes of HDLC framing (RFC 1662).
  pppoe = 51,           ///< PPPoE session (RFC 2516) without the Ethernet header before it.
  raw_ip = 101,         ///< IPv4 or IPv6, told apart by the first four bits.
  loop = 108,           ///< OpenBSD loopback: address family, 4 bytes in network order.
  linux_sll = 113,      ///< Linux "cooked" capture, version 1.
  mpls = 219,           ///< A stack of MPLS labels (RFC 3032) and what they carry.
  ipv4 = 228,           ///< IPv4 and nothing before it.
  ipv6 = 229,           ///< IPv6 and nothing before it.
  nflog = 239,          ///< Linux netfilter log: attributes, one of which is the packet.
  linux_sll2 = 276,     ///< Linux "cooked" capture, version 2.
  unsupported = 0xFFFF, ///< Anything else: counted, not decoded.
};

/// The link type of a number in a capture file or of a value that libpcap calls DLT; `unsupported` when
/// frames of that type are not decoded. 12 and 14 are what raw IP is called on some systems.
link_type link_type_from_number(std::uint32_t number) noexcept;

/// "Ethernet", "raw IP", …
std::string_view to_string(link_type link) noexcept;

/// The link types that are decoded, for messages: "Ethernet (1), raw IP (101), …".
std::string_view supported_link_types() noexcept;

} // namespace remora::traffic
