#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace remora::traffic {

/// What a flow table may hold, and for how long. Times are of the capture's clock; what is due happens within
/// about a second after it.
struct flow_limits {
  /// Flows at a time, those that linger included; at least 1. Beyond it the one that matters least goes:
  /// first what is closed, then SYNs without an answer, then flows of which one side alone was heard, then
  /// the one that was silent longest. 256 bytes and a slot of the index each, allocated as they are needed.
  std::uint32_t flows = 1'000'000;

  nanoseconds idle = std::chrono::seconds{30};      ///< A flow without packets ends.
  nanoseconds half_open = std::chrono::seconds{10}; ///< A SYN without an answer ends.
  /// How long a closed connection is remembered, so that late repetitions do not open a new one; also how
  /// long the acknowledgement of the last FIN is awaited.
  nanoseconds closed = std::chrono::seconds{5};

  /// A hole is given up when the receiver has acknowledged what lies behind it (so it was not lost on the
  /// way, but by the capture) and it is this old,
  nanoseconds patience = std::chrono::seconds{1};
  /// or when nothing has filled it, or any of it, for this long.
  nanoseconds patience_unacknowledged = std::chrono::seconds{10};

  /// Memory for segments that wait behind holes, their bookkeeping included. When it is used up, holes are
  /// given up: of the flow itself, or the oldest of all.
  std::size_t held_per_flow = std::size_t{1} << 20u;
  std::size_t held_in_total = std::size_t{256} << 20u;
  /// Holes in one direction at a time; at least 1. One more, and the first is given up.
  std::uint32_t holes = 256;

  /// How far a segment may lie before or behind what is expected and still belong to the connection. Scaled
  /// receive windows are rarely larger.
  std::uint32_t window = 16u << 20u;
};

} // namespace remora::traffic
