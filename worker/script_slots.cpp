#include "worker/script_slots.hpp"

#include <algorithm>

namespace remora::worker {

void script_slots::sent(std::size_t script, std::uint64_t packets) {
  script_slot& slot = slots_.at(script);
  slot.under_way.push_back(packets);
  slot.events_under_way += packets;
}

void script_slots::answered(const actors::round_done& done) {
  script_slot& slot = slots_.at(done.script);
  if (slot.lost || slot.under_way.empty()) return;
  slot.events_under_way -= slot.under_way.front();
  slot.under_way.pop_front();
  slot.next_due = done.next_due;
  slot.last_known = done.tally;
}

void script_slots::lose(std::size_t script) {
  script_slot& slot = slots_.at(script);
  if (slot.lost) return;
  slot.lost = true;
  slot.dropped_events += slot.events_under_way;
  slot.events_under_way = 0;
  slot.under_way.clear();
  slot.next_due = timestamp::max();
}

bool script_slots::any_wants_packets() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const script_slot& slot) { return slot.wants_packets; });
}

std::size_t script_slots::busiest() const {
  std::size_t most = 0;
  for (const script_slot& slot : slots_)
    most = std::max(most, slot.under_way.size());
  return most;
}

timestamp script_slots::next_due() const {
  timestamp earliest = timestamp::max();
  for (const script_slot& slot : slots_) {
    if (!slot.lost) earliest = std::min(earliest, slot.next_due);
  }
  return earliest;
}

} // namespace remora::worker
