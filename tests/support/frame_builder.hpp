#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/byte_writer.hpp"

/// Builds frames for tests from the inside out: ethernet(0x0800, ipv4({}, tcp({}, text("GET /")))). Every
/// length can be made wrong on purpose.
namespace remora::test {

bytes text(const std::string& content);
bytes join(const bytes& head, const bytes& tail);
/// `count` bytes that differ from each other.
bytes filler(std::size_t count);

// ---- links

inline constexpr std::uint16_t ether_ipv4 = 0x0800;
inline constexpr std::uint16_t ether_arp = 0x0806;
inline constexpr std::uint16_t ether_vlan = 0x8100;
inline constexpr std::uint16_t ether_ipv6 = 0x86DD;
inline constexpr std::uint16_t ether_mpls = 0x8847;
inline constexpr std::uint16_t ether_pppoe = 0x8864;
inline constexpr std::uint16_t ether_service_vlan = 0x88A8;

/// Ethernet II; also 802.3 when `type` is a length.
bytes ethernet(std::uint16_t type, const bytes& payload);
/// What follows the type `ether_vlan` (or `ether_service_vlan`): the tag and the type behind it.
bytes vlan_tag(std::uint16_t id, std::uint16_t type, const bytes& payload);
/// What follows an 802.3 length: LLC and SNAP.
bytes snap(std::uint16_t type, const bytes& payload);
/// A PPPoE session header: what follows the type `ether_pppoe`.
bytes pppoe(const bytes& frame);
inline constexpr std::uint16_t ppp_ipv4 = 0x0021;
inline constexpr std::uint16_t ppp_ipv6 = 0x0057;
inline constexpr std::uint16_t ppp_mpls = 0x0281;
bytes ppp(std::uint16_t protocol, const bytes& payload);
/// As many labels as wanted, and what is behind the last: what follows the type `ether_mpls`.
bytes mpls(std::size_t labels, const bytes& payload);
/// Linux cooked captures, versions 1 and 2.
bytes linux_cooked(std::uint16_t protocol, const bytes& payload, std::uint16_t hardware = 1);
bytes linux_cooked2(std::uint16_t protocol, const bytes& payload, std::uint16_t hardware = 1);
/// BSD loopback.
bytes bsd_loopback(std::uint32_t family, byte_order order, const bytes& payload);
/// An entry of the netfilter log: an attribute that names the Ethernet type, one to be skipped, the packet.
bytes nflog(std::uint8_t family, std::uint16_t type, byte_order order, const bytes& payload);

// ---- networks

struct ipv4_style {
  std::uint8_t protocol = 6;
  std::uint32_t source = 0xC0000201;      ///< 192.0.2.1
  std::uint32_t destination = 0xC0000202; ///< 192.0.2.2
  std::uint16_t id = 0;
  std::uint16_t fragment_offset_bytes = 0;
  bool more_fragments = false;
  std::uint8_t hop_limit = 64;
  bytes options = {};                             ///< Padded to 32 bits.
  std::optional<std::uint16_t> total_length = {}; ///< Nothing: the right one.
  std::optional<std::uint8_t> header_words = {};  ///< Nothing: the right one.
  std::uint8_t version = 4;
};
bytes ipv4(const ipv4_style& style, const bytes& payload);

struct ipv6_style {
  std::uint8_t next_header = 6;
  bytes source = {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  bytes destination = {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  std::uint8_t hop_limit = 64;
  std::optional<std::uint16_t> payload_length = {}; ///< Nothing: the right one.
  std::uint8_t version = 6;
};
bytes ipv6(const ipv6_style& style, const bytes& payload);

/// An extension header of (units + 1) * 8 bytes: hop-by-hop, routing, destination options, mobility.
bytes ipv6_extension(std::uint8_t next_header, std::uint8_t units, const bytes& payload);
bytes ipv6_fragment(std::uint8_t next_header, std::uint16_t offset_bytes, bool more, std::uint32_t id,
                    const bytes& payload);
/// An authentication header of (units + 2) * 4 bytes.
bytes ip_authentication(std::uint8_t next_header, std::uint8_t units, const bytes& payload);

// ---- transports

struct tcp_style {
  std::uint16_t source_port = 40000;
  std::uint16_t destination_port = 80;
  std::uint32_t sequence = 1;
  std::uint32_t acknowledgement = 0;
  std::uint8_t flags = 0x18; ///< PSH, ACK
  std::uint16_t window = 65535;
  bytes options = {};                            ///< Padded to 32 bits.
  std::optional<std::uint8_t> header_words = {}; ///< Nothing: the right one.
};
bytes tcp(const tcp_style& style, const bytes& payload);

struct udp_style {
  std::uint16_t source_port = 40000;
  std::uint16_t destination_port = 53;
  std::optional<std::uint16_t> length = {}; ///< Nothing: the right one.
};
bytes udp(const udp_style& style, const bytes& payload);

bytes icmp(std::uint8_t type, std::uint8_t code, const bytes& payload);
bytes sctp(std::uint16_t source_port, std::uint16_t destination_port, std::uint32_t tag, const bytes& chunks);

} // namespace remora::test
