#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "traffic/flow/flow_counters.hpp"
#include "traffic/flow/flow_index.hpp"
#include "traffic/flow/flow_key.hpp"
#include "traffic/flow/flow_observer.hpp"
#include "traffic/flow/held_segments.hpp"

namespace remora::traffic {

/// A hole in one direction of a connection and what waits behind it: segments, or a FIN alone. Made when it
/// is needed; flow_engine keeps them all in two lists by age.
struct hole {
  /// What it takes beside its pieces.
  static constexpr std::size_t own_memory = 160;

  held_segments segments;
  std::int64_t since = 0; ///< Of the engine's clock: when what waits came, or the last time some of it left.
  std::uint32_t flow = no_flow;
  direction way = direction::from_client;
  bool old = false; ///< Which list it is in.
  hole* older = nullptr;
  hole* newer = nullptr;
};

/// One direction of a TCP connection; of UDP, only the totals. One cache line.
struct tcp_side {
  std::uint32_t next = 0;   ///< The sequence number that is expected.
  std::uint32_t start = 0;  ///< The sequence number of the first byte.
  std::uint32_t acked = 0;  ///< The highest acknowledgement by the other side; see acked_known.
  std::uint32_t fin = 0;    ///< The sequence number of the FIN; see fin_seen.
  std::uint32_t strike = 0; ///< Where the last segment out of window ended.

  std::uint8_t strikes = 0; ///< Segments out of window, one after the other and nothing in between.
  bool synced : 1;          ///< next and start mean something: the side was heard, or its SYN acknowledged.
  bool tentative : 1;       ///< next was taken from a segment in the middle, and no byte has come since.
  bool acked_known : 1;
  bool fin_seen : 1;
  bool ended : 1; ///< Nothing more is delivered; on_end was told, if there was anybody to tell.
  bool muted : 1; ///< The consumer wants no more bytes.

  std::unique_ptr<hole> waiting;
  direction_totals totals;

  tcp_side() noexcept
      : synced{false}, tentative{false}, acked_known{false}, fin_seen{false}, ended{false}, muted{false} {}
};
static_assert(sizeof(tcp_side) == 64);

/// Everything a flow takes while it is open and nothing waits: four cache lines, of which a packet in order
/// touches two.
struct alignas(64) flow_record {
  flow_key key;
  flow_rank rank = flow_rank::one_sided; ///< Which list it is in.
  bool client_is_low : 1;
  bool client_known : 1;
  bool asked : 1; ///< The observer was asked for a consumer.
  bool told : 1;  ///< The observer was told that it closed.

  std::unique_ptr<stream_consumer> stream;
  std::int64_t active = 0; ///< Of the engine's clock: the last packet.
  std::uint32_t older = no_flow;
  std::uint32_t newer = no_flow;

  std::array<tcp_side, direction_count> sides;

  std::uint64_t number = 0;
  timestamp opened;
  std::unique_ptr<datagram_consumer> datagrams;

  flow_record() noexcept : client_is_low{false}, client_known{false}, asked{false}, told{false} {}

  tcp_side& side(direction way) noexcept { return sides[static_cast<std::size_t>(way)]; }
  const tcp_side& side(direction way) const noexcept { return sides[static_cast<std::size_t>(way)]; }
  direction way_of(bool from_low) const noexcept {
    return from_low == client_is_low ? direction::from_client : direction::from_server;
  }
  bool is_tcp() const noexcept { return key.ip_protocol == ip_protocol_tcp; }
};
static_assert(sizeof(flow_record) == 256);

inline flow_info info_of(const flow_record& flow) noexcept {
  flow_info out;
  out.number = flow.number;
  out.ip_version = flow.key.ip_version;
  out.ip_protocol = flow.key.ip_protocol;
  out.client_known = flow.client_known;
  out.client = flow.client_is_low ? flow.key.low() : flow.key.high();
  out.server = flow.client_is_low ? flow.key.high() : flow.key.low();
  out.opened = flow.opened;
  return out;
}

} // namespace remora::traffic
