#include "worker/script_slots.hpp"

#include <algorithm>
#include <utility>

namespace remora::worker {

void script_slots::sent(std::size_t script, std::uint64_t events) {
  script_slot& slot = slots_.at(script);
  slot.under_way.push_back(events);
  slot.events_under_way += events;
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

void script_slots::join(std::size_t script, script_slot slot) {
  if (slots_.size() <= script) {
    script_slot nobody;
    nobody.empty = true;
    slots_.resize(script + 1, nobody);
  }
  slots_[script] = std::move(slot);
}

bool script_slots::leave(std::size_t script) {
  if (script >= slots_.size() || slots_[script].empty || slots_[script].leaving) return false;
  slots_[script].leaving = true;
  return true;
}

std::optional<script_slot> script_slots::take_left(std::size_t script) {
  script_slot& slot = slots_.at(script);
  if (!slot.leaving || !slot.under_way.empty()) return std::nullopt;
  script_slot nobody;
  nobody.empty = true;
  nobody.next_due = timestamp::max();
  return std::exchange(slot, std::move(nobody));
}

bool script_slots::any_wants_packets() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const script_slot& slot) { return slot.wants_packets && !slot.leaving; });
}

bool script_slots::any_wants_items() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const script_slot& slot) { return slot.wants_items && !slot.leaving; });
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
    if (!slot.lost && !slot.leaving && !slot.empty) earliest = std::min(earliest, slot.next_due);
  }
  return earliest;
}

} // namespace remora::worker
