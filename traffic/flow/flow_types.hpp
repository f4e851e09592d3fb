#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time.hpp"
#include "protocol/ip_address.hpp"

namespace remora::traffic {

/// Which way bytes travel between the two ends of a flow.
enum class direction : std::uint8_t { from_client, from_server };
inline constexpr std::size_t direction_count = 2;

constexpr direction opposite(direction way) noexcept {
  return way == direction::from_client ? direction::from_server : direction::from_client;
}

/// Why no more bytes come.
enum class stream_end : std::uint8_t {
  fin,     ///< The sender said that it was done, and everything before that was handed over.
  reset,   ///< Either side sent RST.
  idle,    ///< Nothing came for as long as flow_limits allow.
  evicted, ///< The table was full, and this flow had to go.
  reused,  ///< Another connection took the same addresses and ports.
  cut,     ///< The capture ended.
};
inline constexpr std::size_t stream_end_count = 6;

/// How a TCP connection ended when it did not end well.
enum class connection_error : std::uint8_t {
  none,
  syn_sent,   ///< The SYN was never answered.
  close_wait, ///< One side sent FIN, the other never did.
  last_ack,   ///< Both sent FIN; the last of them was never acknowledged.
  reset,      ///< An RST was seen.
};
inline constexpr std::size_t connection_error_count = 5;

/// Names as they stand in metrics ("fin", "from_client"); errors as they stand in items ("SynSent",
/// "CloseWait", "LastAck", "Reset", and "" for none).
std::string_view to_string(direction way) noexcept;
std::string_view to_string(stream_end end) noexcept;
std::string_view to_string(connection_error error) noexcept;

/// Which flow: one TCP connection, or the datagrams between two UDP ports.
struct flow_info {
  std::uint64_t number = 0;     ///< Grows by one in the order of opening: names the flow within its table.
  std::uint8_t ip_version = 0;  ///< 4 or 6.
  std::uint8_t ip_protocol = 0; ///< ip_protocol_tcp or ip_protocol_udp.

  /// True when the SYN or its answer was seen. Otherwise it is a guess: when one port alone is below 1024,
  /// that one is the server's; else TCP takes the lower port for the server's, and UDP the receiver of the
  /// first datagram.
  bool client_known = false;
  ip_endpoint client;
  ip_endpoint server;
  timestamp opened; ///< Capture time of the first packet.

  const ip_endpoint& source(direction way) const noexcept {
    return way == direction::from_client ? client : server;
  }
  const ip_endpoint& destination(direction way) const noexcept { return source(opposite(way)); }
};

/// What went one way.
struct direction_totals {
  std::uint64_t packets = 0;
  std::uint64_t ip_bytes = 0;      ///< As on the wire; IPv4 options and IPv6 extension headers left out.
  std::uint64_t payload_bytes = 0; ///< Captured TCP or UDP payload, repeated bytes included.
  std::uint64_t gap_bytes = 0;     ///< Reported to the consumer as missing.
};

/// What became of a flow.
struct flow_totals {
  std::array<direction_totals, direction_count> by_direction; ///< [from_client], [from_server]
  stream_end end = stream_end::cut;
  connection_error error = connection_error::none; ///< UDP: none.
  timestamp last;                                  ///< Capture time of the last packet, or shortly after.

  const direction_totals& of(direction way) const noexcept {
    return by_direction[static_cast<std::size_t>(way)];
  }
};

} // namespace remora::traffic
