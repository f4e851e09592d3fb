#pragma once

#include <cstdint>
#include <vector>

#include "traffic/flow/capture_clock.hpp"
#include "traffic/flow/flow_limits.hpp"
#include "traffic/flow/flow_queues.hpp"
#include "traffic/flow/flow_record.hpp"
#include "traffic/flow/flow_slab.hpp"

namespace remora::traffic {

/// One direction of one connection, as it is passed around; cheap to copy.
struct stream_at {
  flow_record& flow;
  std::uint32_t place;
  direction way;

  tcp_side& side() const noexcept { return flow.side(way); }
};

/// Puts the segments of streams in order and hands them to their consumers. Knows no handshakes and no
/// time-outs of flows (flow_engine does); only sequence numbers, holes, and how much may wait behind them.
class reassembler {
 public:
  reassembler(const flow_limits& limits, flow_observer& observer, flow_counters& counters, flow_slab& slab,
              const capture_clock& clock) noexcept
      : limits_{limits}, observer_{observer}, counters_{counters}, slab_{slab}, clock_{clock} {}

  /// What calls of consumers tell from here on.
  void set_time(timestamp time) noexcept { time_ = time; }

  /// Takes a segment that is not empty. @returns false when it and some before it continue each other far
  /// outside of the window: then they belong to another connection, and nothing was done with this one.
  /// @pre at.side().synced
  bool take(stream_at at, tcp_segment segment) {
    tcp_side& side = at.side();
    if (segment.sequence != side.next || side.waiting || side.fin_seen) return take_slowly(at, segment);
    side.tentative = false;
    side.strikes = 0;
    deliver(at, segment, time_);
    return true;
  }

  /// A FIN with this sequence number: the direction ends as soon as everything before was delivered.
  void take_fin(stream_at at, std::uint32_t sequence);

  /// The other side acknowledged more. @pre at.side().waiting
  void acknowledged(stream_at at);

  /// Gives up what is still missing and delivers what waits behind it.
  void flush(stream_at at);

  /// Tells the consumer that the direction is over, and forgets it after the second.
  void end(stream_at at, stream_end how);

  /// When run_due() has something to do.
  std::int64_t due() const noexcept { return due_; }
  /// Gives up holes that are too old, at most `budget` of them.
  void run_due(unsigned budget);

  /// Flows of which both directions ended with FIN since the last call; some may be gone meanwhile.
  std::vector<std::uint32_t>& finished() noexcept { return finished_; }

 private:
  bool take_slowly(stream_at at, tcp_segment segment);
  bool is_in_window(stream_at at, std::uint32_t from, std::uint32_t to) const;
  void drop_known(stream_at at, tcp_segment& segment);
  void fill(stream_at at, tcp_segment segment);
  void hold(stream_at at, tcp_segment segment);
  bool make_room(stream_at at, const tcp_segment& segment, const held_segments::plan& how,
                 std::size_t memory);

  bool wants(stream_at at);
  void obey(stream_at at, interest answer);
  void deliver(stream_at at, const tcp_segment& segment, timestamp time);
  void deliver_gap(stream_at at, std::uint32_t missing, gap_reason why, timestamp time);
  bool drain(stream_at at, timestamp time, bool late);
  void count(byte_fate fate, std::size_t bytes) noexcept { counters_.bytes[fate] += bytes; }

  void give_up(hole& which, gap_reason why);
  void settle(stream_at at, std::int64_t since);
  void discard(stream_at at);
  void end_at_fin(stream_at at);
  void open_hole(stream_at at);
  void close_hole(stream_at at);
  void file(hole& which, std::int64_t since, bool old);
  hole_list& list_of(const hole& which) noexcept { return which.old ? old_ : young_; }
  std::int64_t patience_of(bool old) const noexcept {
    return (old ? limits_.patience_unacknowledged : limits_.patience).count();
  }

  const flow_limits& limits_;
  flow_observer& observer_;
  flow_counters& counters_;
  flow_slab& slab_;
  const capture_clock& clock_;
  timestamp time_;
  hole_list young_; ///< Holes that may yet be filled, or acknowledged.
  hole_list old_;   ///< Holes older than `patience` that nobody has acknowledged.
  std::int64_t due_ = INT64_MAX;
  std::vector<std::uint32_t> finished_;
};

} // namespace remora::traffic
