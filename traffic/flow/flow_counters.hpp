#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "traffic/flow/flow_types.hpp"

namespace remora::traffic {

/// What became of a packet that was given to the table.
enum class flow_packet : std::uint8_t {
  tcp,         ///< Belongs to a TCP connection, or closed one that is still remembered.
  udp,         ///< Belongs to a UDP flow.
  other,       ///< Neither TCP nor UDP, or too damaged to tell.
  fragment,    ///< Part of an IP packet that nobody has put together.
  stray_reset, ///< RST of a connection that is not known.
};
inline constexpr std::size_t flow_packet_count = 5;

/// What became of a byte of captured TCP payload.
enum class byte_fate : std::uint8_t {
  delivered,
  duplicate,     ///< Before what was delivered: repeated, captured twice, or too late for its hole.
  overlap,       ///< Held already when it came again; what came first counts.
  keep_alive,    ///< The one byte of a keep-alive probe.
  before_start,  ///< Older than the first segment that was seen of the connection.
  out_of_window, ///< Too far from what is expected to belong to the connection.
  after_end,     ///< Behind a FIN or an RST.
  unwanted,      ///< Nobody takes the stream, or its consumer has heard enough.
};
inline constexpr std::size_t byte_fate_count = 8;

/// Why bytes were reported as missing.
enum class gap_reason : std::uint8_t {
  not_captured,   ///< The packet was captured shorter than it was.
  acknowledged,   ///< The receiver has them, the capture has not.
  unacknowledged, ///< Nothing came for too long.
  flow_full,      ///< flow_limits::held_per_flow or holes.
  table_full,     ///< flow_limits::held_in_total.
  ended,          ///< The stream ended before they came.
};
inline constexpr std::size_t gap_reason_count = 6;

/// What was given up because the table was full: flow_limits::flows says in which order.
enum class flow_rank : std::uint8_t { closed, half_open, one_sided, two_sided };
inline constexpr std::size_t flow_rank_count = 4;

std::string_view to_string(flow_packet what) noexcept;
std::string_view to_string(byte_fate fate) noexcept;
std::string_view to_string(gap_reason reason) noexcept;
std::string_view to_string(flow_rank rank) noexcept;

/// Numbers by the values of an enum.
template <class Enum, std::size_t Count>
struct counts_by {
  std::array<std::uint64_t, Count> values{};

  std::uint64_t& operator[](Enum which) noexcept { return values[static_cast<std::size_t>(which)]; }
  std::uint64_t operator[](Enum which) const noexcept { return values[static_cast<std::size_t>(which)]; }
  std::uint64_t sum() const noexcept {
    std::uint64_t total = 0;
    for (const std::uint64_t value : values) {
      total += value;
    }
    return total;
  }
};

/// What a flow table did. One thread uses it. At any time between two calls:
///   packets given            = packets.sum()
///   tcp_bytes                = bytes.sum() + held_bytes
///   tcp_flows + udp_flows    = ended.sum() + open_flows
///   udp_bytes                = udp_delivered_bytes + udp_unwanted_bytes
struct flow_counters {
  counts_by<flow_packet, flow_packet_count> packets;

  std::uint64_t tcp_flows = 0; ///< Opened.
  std::uint64_t udp_flows = 0;
  counts_by<stream_end, stream_end_count> ended;              ///< Flows, when they close.
  counts_by<connection_error, connection_error_count> errors; ///< Of those that ended; UDP counts as none.
  counts_by<flow_rank, flow_rank_count> evicted;              ///< Records; `closed` ones had ended before.
  std::uint64_t open_flows = 0;                               ///< Now.
  std::uint64_t lingering_flows = 0;                          ///< Now: closed, and still remembered.

  std::uint64_t tcp_bytes = 0; ///< Captured payload that was given.
  counts_by<byte_fate, byte_fate_count> bytes;
  std::uint64_t held_bytes = 0;  ///< Now: waiting behind holes.
  std::uint64_t held_memory = 0; ///< Now: what they take, which flow_limits bound.

  std::uint64_t held_segments = 0; ///< Segments that came too early and were kept.
  std::uint64_t filled_holes = 0;  ///< Holes that were filled in time.
  counts_by<gap_reason, gap_reason_count> gaps;
  counts_by<gap_reason, gap_reason_count> gap_bytes;

  std::uint64_t ignored_resets = 0; ///< RSTs whose sequence was not plausible.
  std::uint64_t ignored_syns = 0;   ///< SYNs inside of an open connection.

  std::uint64_t datagrams = 0; ///< Delivered.
  std::uint64_t udp_bytes = 0; ///< Captured payload that was given.
  std::uint64_t udp_delivered_bytes = 0;
  std::uint64_t udp_unwanted_bytes = 0;
};

} // namespace remora::traffic
