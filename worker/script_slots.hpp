#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "actors/scripts/script_actor.hpp"

namespace remora::worker {

/// What a conductor knows of one script.
struct script_slot {
  actors::script_actor handle;
  bool wants_packets = false;
  bool wants_items = false;
  bool lost = false;    ///< Given up; it gets nothing any more.
  bool leaving = false; ///< It gets nothing any more, and leaves when it has answered what it has.
  bool empty = false;   ///< Its script has left.
  std::uint64_t dropped_events = 0;
  timestamp next_due = timestamp::min(); ///< Its next job or timer, by its last answer.
  std::deque<std::uint64_t> under_way;   ///< Events of each round that was sent and is not yet answered.
  std::uint64_t events_under_way = 0;    ///< Their sum.
  actors::script_tally last_known;       ///< With its last answer.

  /// How many of these packets and items are events for it: calls of its hooks.
  std::uint64_t events_of(std::uint64_t packets, std::uint64_t items) const noexcept {
    return (wants_packets ? packets : 0) + (wants_items ? items : 0);
  }
};

/// The scripts of a run and what each still has to do.
class script_slots {
 public:
  explicit script_slots(std::vector<script_slot> slots) : slots_{std::move(slots)} {}

  std::vector<script_slot>& all() noexcept { return slots_; }
  const std::vector<script_slot>& all() const noexcept { return slots_; }

  /// Notes that a round with this many events for it goes to a script.
  void sent(std::size_t script, std::uint64_t events);
  /// Notes the answer to the oldest round.
  void answered(const actors::round_done& done);
  /// Notes that a script was given up; what it had under way is dropped.
  void lose(std::size_t script);

  /// A script takes this slot, a new or an empty one.
  void join(std::size_t script, script_slot slot);
  /// The script gets nothing any more. @returns false when the slot is empty or its script leaves already.
  bool leave(std::size_t script);
  /// Empties the slot of a script that leaves and has nothing under way any more. @returns what it had been,
  /// or nothing when it is not so far.
  std::optional<script_slot> take_left(std::size_t script);

  bool any_wants_packets() const;
  bool any_wants_items() const;
  /// True when no script has anything under way.
  bool idle() const { return busiest() == 0; }
  /// The most rounds that any script has under way.
  std::size_t busiest() const;
  /// The earliest job or timer of any script.
  timestamp next_due() const;

 private:
  std::vector<script_slot> slots_;
};

} // namespace remora::worker
