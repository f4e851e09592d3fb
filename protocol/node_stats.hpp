#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace remora {

/// What came of one script on one node since the script was loaded there first.
struct script_totals {
  std::string title;
  std::uint64_t hook_calls = 0;
  std::uint64_t errors = 0;         ///< Exceptions, and turns that were ended.
  std::uint64_t dropped_events = 0; ///< It was too slow for them, or suspended.
  std::uint64_t dropped_lines =
      0; ///< Console lines beyond what a script may print, or beyond the node's store.
  std::uint64_t suspensions = 0;
  std::uint64_t queued_events = 0; ///< Now waiting for it.
  bool suspended = false;          ///< Now.
  /// Times that kfl.match() could not decide, and said false.
  std::uint64_t undecided_filters = 0;
};

/// What a node has done since its worker started. Always: on the wire = packets + kernel_dropped +
/// interface_dropped.
struct node_stats {
  nanoseconds uptime{0};
  std::uint64_t generation = 0; ///< Of the deployment that runs; 0: none yet.
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0; ///< On the wire, of those packets.
  std::uint64_t kernel_dropped = 0;
  std::uint64_t interface_dropped = 0;
  std::uint64_t decode_errors = 0;
  std::uint64_t waiting_records = 0; ///< Kept until the hub has acknowledged them.
  std::uint64_t waiting_bytes = 0;
  std::uint64_t dropped_records = 0; ///< There was no room left to keep them.
  std::vector<script_totals> scripts;
};

} // namespace remora
