#pragma once

#include <cstdint>

namespace remora::traffic {

/// What dissection did. One thread uses it. Always:
///   tcp_streams = identified_tcp + unidentified_tcp + identifying_tcp, and the same for UDP flows
///   items       = pairs + halves + singles + failed
struct dissect_counters {
  std::uint64_t tcp_streams = 0;      ///< Connections with data.
  std::uint64_t identified_tcp = 0;   ///< Of them, those whose protocol is known.
  std::uint64_t unidentified_tcp = 0; ///< Given up on: no protocol was recognised in time.
  std::uint64_t identifying_tcp = 0;  ///< Now: not decided yet.
  std::uint64_t udp_flows = 0;
  std::uint64_t identified_udp = 0;
  std::uint64_t unidentified_udp = 0;
  std::uint64_t identifying_udp = 0;

  std::uint64_t items = 0;
  std::uint64_t pairs = 0;
  std::uint64_t halves = 0;          ///< The other half never came.
  std::uint64_t singles = 0;         ///< Messages that have no other half.
  std::uint64_t failed = 0;          ///< Not understood.
  std::uint64_t halves_left_out = 0; ///< Not made into items, because half items are not wanted.
  std::uint64_t gaps = 0;            ///< Times that a dissector was told of missing bytes.
};

} // namespace remora::traffic
