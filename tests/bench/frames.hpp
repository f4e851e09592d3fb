#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace remora::bench {

using byte_vector = std::vector<std::uint8_t>;

/// Payload bytes that somebody else owns.
struct payload_view {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

/// One direction of a flow over IPv4.
struct direction {
  std::uint32_t from_address = 0;
  std::uint32_t to_address = 0;
  std::uint16_t from_port = 0;
  std::uint16_t to_port = 0;
  bool from_client = true;
};

/// What a TCP segment says besides its payload. Source: RFC 9293, section 3.1.
struct tcp_fields {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint8_t flags = 0; ///< tcp_syn | tcp_ack | ...
};
inline constexpr std::uint8_t tcp_syn = 0x02;
inline constexpr std::uint8_t tcp_psh = 0x08;
inline constexpr std::uint8_t tcp_ack = 0x10;

inline constexpr std::size_t tcp_header_bytes = 14 + 20 + 20; ///< Ethernet, IPv4, TCP; a SYN has 12 more.
inline constexpr std::size_t udp_header_bytes = 14 + 20 + 8;  ///< Ethernet, IPv4, UDP.

/// An Ethernet frame with a TCP segment, all checksums right; a SYN carries the usual options.
byte_vector tcp_frame(const direction& way, std::uint16_t ip_id, const tcp_fields& tcp, payload_view payload);

/// An Ethernet frame with a UDP datagram, all checksums right.
byte_vector udp_frame(const direction& way, std::uint16_t ip_id, payload_view payload);

/// The same datagram as two IP fragments, the first ending near the middle on a multiple of eight bytes.
/// @pre payload.size >= 16, so that neither fragment is empty.
std::array<byte_vector, 2> udp_fragments(const direction& way, std::uint16_t ip_id, payload_view payload);

/// The Internet checksum of some bytes, 0 when they already contain a right one. Source: RFC 1071.
std::uint16_t internet_checksum(const std::uint8_t* data, std::size_t size, std::uint32_t start = 0) noexcept;

} // namespace remora::bench
