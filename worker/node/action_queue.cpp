#include "worker/node/action_queue.hpp"

#include <utility>

namespace remora::worker {

namespace {
std::size_t bytes_of(const protocol::hub_action& what) {
  return what.action.size() + what.argument_json.size();
}
} // namespace

void action_queue::on_actions(std::function<void()> tell) {
  const std::lock_guard lock{mutex_};
  tell_ = std::move(tell);
}

void action_queue::take_note() {
  const std::lock_guard lock{mutex_};
  told_ = false;
}

void action_queue::action(protocol::hub_action what) {
  const std::lock_guard lock{mutex_};
  bytes_ += bytes_of(what);
  waiting_.push_back(std::move(what));
  while (waiting_.size() > most_actions || bytes_ > most_bytes) {
    bytes_ -= bytes_of(waiting_.front());
    ++dropped_[waiting_.front().script];
    ++dropped_in_all_;
    waiting_.pop_front();
  }
  if (tell_ && !std::exchange(told_, true)) tell_();
}

std::optional<protocol::hub_action> action_queue::take() {
  const std::lock_guard lock{mutex_};
  if (waiting_.empty()) return std::nullopt;
  auto oldest = std::move(waiting_.front());
  waiting_.pop_front();
  bytes_ -= bytes_of(oldest);
  return oldest;
}

std::map<std::string, std::uint64_t> action_queue::take_dropped() {
  const std::lock_guard lock{mutex_};
  return std::exchange(dropped_, {});
}

std::uint64_t action_queue::dropped() const {
  const std::lock_guard lock{mutex_};
  return dropped_in_all_;
}

} // namespace remora::worker
