#include "script/timer_table.hpp"

#include <algorithm>
#include <cmath>

namespace remora::script {

namespace {

constexpr double shortest_delay_ms = 1;
constexpr double shortest_interval_ms = 10;
constexpr double longest_delay_ms = 10.0 * 365 * 24 * 3600 * 1000; // ten years

std::int64_t to_delay_ns(double delay_ms, double shortest_ms) {
  if (std::isnan(delay_ms)) delay_ms = shortest_ms;
  return static_cast<std::int64_t>(std::clamp(delay_ms, shortest_ms, longest_delay_ms) * 1e6);
}

} // namespace

std::optional<std::uint32_t> timer_table::add(timestamp now, double delay_ms, bool repeats) {
  if (timers_.size() >= max_timers) return std::nullopt;
  const std::int64_t delay_ns = to_delay_ns(delay_ms, repeats ? shortest_interval_ms : shortest_delay_ms);
  const std::int64_t due_ns = to_unix_ns(now) + delay_ns;
  const std::uint32_t id = ++last_id_;
  timers_[id] = {due_ns, repeats ? delay_ns : 0};
  enqueue(due_ns, id);
  return id;
}

bool timer_table::remove(std::uint32_t id) {
  const auto found = timers_.find(id);
  if (found == timers_.end()) return false;
  dequeue(found->second.due_ns, id);
  timers_.erase(found);
  return true;
}

std::optional<timer_table::due_timer> timer_table::take_due(timestamp now) {
  if (next_due_ns() > to_unix_ns(now)) return std::nullopt;
  const auto [due_ns, id] = *queue_.begin();
  dequeue(due_ns, id);
  timer& taken = timers_.at(id);
  const due_timer result{id, from_unix_ns(due_ns), taken.interval_ns != 0};
  if (result.repeats) {
    const std::int64_t missed = (to_unix_ns(now) - due_ns) / taken.interval_ns;
    taken.due_ns = due_ns + (missed + 1) * taken.interval_ns;
    enqueue(taken.due_ns, id);
  } else {
    timers_.erase(id);
  }
  return result;
}

void timer_table::enqueue(std::int64_t due_ns, std::uint32_t id) {
  queue_.emplace(due_ns, id);
  next_due_ns_ = queue_.begin()->first;
}

void timer_table::dequeue(std::int64_t due_ns, std::uint32_t id) {
  queue_.erase({due_ns, id});
  next_due_ns_ = queue_.empty() ? never : queue_.begin()->first;
}

} // namespace remora::script
