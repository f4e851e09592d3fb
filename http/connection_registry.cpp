#include "http/connection_registry.hpp"

namespace remora::http {

connection_registry::ticket::~ticket() {
  if (of_ != nullptr) of_->leave(id_);
}

void connection_registry::ticket::bind(std::weak_ptr<open_connection> to) const {
  const std::lock_guard lock{of_->mutex_};
  of_->entries_[id_].who = std::move(to);
}

void connection_registry::ticket::idle() const { of_->set_idle(id_, true); }
void connection_registry::ticket::busy() const { of_->set_idle(id_, false); }

connection_registry::admission connection_registry::admit() {
  std::shared_ptr<open_connection> evicted; // goes after the lock: it may be the last to hold the connection
  const std::lock_guard lock{mutex_};
  if (entries_.size() >= most_) {
    while (!idle_.empty() && !evicted) {
      entry& oldest = entries_[idle_.front()];
      oldest.idle_at.reset();
      idle_.pop_front();
      evicted = oldest.who.lock();
    }
    if (!evicted) return {};
    evicted->cut();
  }
  const std::uint64_t id = next_id_++;
  entries_.emplace(id, entry{});
  return {ticket{*this, id}, evicted != nullptr};
}

void connection_registry::finish_all() {
  for (const auto& one : all()) {
    one->finish();
  }
}

void connection_registry::cut_all() {
  for (const auto& one : all()) {
    one->cut();
  }
}

bool connection_registry::wait_until_empty(std::chrono::milliseconds at_most) {
  std::unique_lock lock{mutex_};
  return empty_.wait_for(lock, at_most, [this] { return entries_.empty(); });
}

std::size_t connection_registry::size() const {
  const std::lock_guard lock{mutex_};
  return entries_.size();
}

std::vector<std::shared_ptr<open_connection>> connection_registry::all() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::shared_ptr<open_connection>> out;
  for (const auto& [id, one] : entries_)
    if (auto who = one.who.lock()) out.push_back(std::move(who));
  return out;
}

void connection_registry::leave(std::uint64_t id) {
  const std::lock_guard lock{mutex_};
  const auto found = entries_.find(id);
  if (found->second.idle_at) idle_.erase(*found->second.idle_at);
  entries_.erase(found);
  if (entries_.empty()) empty_.notify_all();
}

void connection_registry::set_idle(std::uint64_t id, bool idle) {
  const std::lock_guard lock{mutex_};
  entry& one = entries_[id];
  if (one.idle_at) idle_.erase(*one.idle_at);
  one.idle_at.reset();
  if (idle) one.idle_at = idle_.insert(idle_.end(), id);
}

} // namespace remora::http
