#include "worker/node/script_book.hpp"

#include <algorithm>
#include <utility>

namespace remora::worker {

namespace {

void add(script_totals& to, const actors::script_tally& tally) {
  to.hook_calls += tally.hook_calls;
  to.errors += tally.errors;
  to.dropped_events += tally.dropped_events;
  to.suspensions += tally.suspensions;
  to.undecided_filters += tally.undecided_filters;
}

/// Between the end of a version's packets and its last word it is in no list: nothing goes back meanwhile.
void never_less(script_totals& now, const script_totals& before) {
  now.hook_calls = std::max(now.hook_calls, before.hook_calls);
  now.errors = std::max(now.errors, before.errors);
  now.dropped_events = std::max(now.dropped_events, before.dropped_events);
  now.dropped_lines = std::max(now.dropped_lines, before.dropped_lines);
  now.suspensions = std::max(now.suspensions, before.suspensions);
  now.undecided_filters = std::max(now.undecided_filters, before.undecided_filters);
}

void never_less(script::hook_table& now, const script::hook_table& before) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    now[i].calls = std::max(now[i].calls, before[i].calls);
    now[i].errors = std::max(now[i].errors, before[i].errors);
    now[i].time = std::max(now[i].time, before[i].time);
  }
}

} // namespace

void script_book::ask_dropped_lines(std::function<std::uint64_t(std::size_t)> of_slot) {
  const std::lock_guard lock{mutex_};
  dropped_lines_ = std::move(of_slot);
}

void script_book::took(std::size_t slot, const std::string& title) {
  const std::lock_guard lock{mutex_};
  slots_[slot] = title;
  finished_[title].title = title;
  finished_hooks_[title];
}

void script_book::ended(const std::string& title, const actors::script_tally& tally) {
  const std::lock_guard lock{mutex_};
  const auto found = finished_.find(title);
  if (found == finished_.end()) return;
  add(found->second, tally);
  script::add(finished_hooks_[title], tally.hooks);
}

void script_book::forget(const std::string& title) {
  const std::lock_guard lock{mutex_};
  finished_.erase(title);
  shown_.erase(title);
  finished_hooks_.erase(title);
  shown_hooks_.erase(title);
  for (auto at = slots_.begin(); at != slots_.end();)
    at = at->second == title ? slots_.erase(at) : std::next(at);
}

std::map<std::string, script::hook_table> script_book::hooks() {
  const capture_totals running = progress_->read();
  const std::lock_guard lock{mutex_};
  auto now = finished_hooks_;
  for (const auto& [slot, title] : slots_) {
    const auto found = now.find(title);
    if (found != now.end() && slot < running.slots.size() && running.slots[slot].used)
      script::add(found->second, running.slots[slot].tally.hooks);
  }
  for (auto& [title, each] : now)
    never_less(each, shown_hooks_[title]);
  shown_hooks_ = now;
  return now;
}

std::uint64_t script_book::heap_bytes() const {
  std::uint64_t sum = 0;
  for (const slot_progress& slot : progress_->read().slots)
    if (slot.used) sum += slot.tally.heap_bytes;
  return sum;
}

std::vector<script_totals> script_book::totals(const drop_counts& dropped) {
  const capture_totals running = progress_->read();
  const std::lock_guard lock{mutex_};
  auto now = finished_;
  for (const auto& [slot, title] : slots_) {
    const auto found = now.find(title);
    if (found == now.end() || slot >= running.slots.size() || !running.slots[slot].used) continue;
    const slot_progress& part = running.slots[slot];
    add(found->second, part.tally);
    found->second.dropped_events += part.dropped_events;
    found->second.queued_events += part.queued_events;
    if (dropped_lines_) found->second.dropped_lines += dropped_lines_(slot);
  }
  std::vector<script_totals> out;
  for (auto& [title, each] : now) {
    const auto lost = dropped.by_script().find(title);
    if (lost != dropped.by_script().end()) each.dropped_lines += lost->second;
    never_less(each, shown_[title]);
    shown_[title] = each;
    out.push_back(each);
  }
  return out;
}

} // namespace remora::worker
