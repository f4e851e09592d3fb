#include "hub/scripts/action_relay.hpp"

#include "base/log.hpp"

namespace remora::hub {

namespace {
std::size_t bytes_of(const protocol::action_delivery& what) {
  return what.action.size() + what.argument_json.size();
}
} // namespace

void action_relay::pass(const protocol::hub_action& what) {
  waiting_.push_back({what.action, what.argument_json});
  bytes_ += bytes_of(waiting_.back());
  go_on();
  while (waiting_.size() > most_waiting || bytes_ > most_bytes) {
    bytes_ -= bytes_of(waiting_.front());
    waiting_.pop_front();
    if (dropped_++ == 0)
      log::warn("hub-actions-dropped",
                "what=calls of hub.action() come faster than the hub's scripts take them");
  }
}

void action_relay::go_on() {
  while (!waiting_.empty()) {
    const auto sent = send_(waiting_.front());
    const bool later = !sent && (sent.error() == errc::window_full || sent.error() == errc::not_found);
    if (later) return;
    if (!sent) log::error("hub-action-not-sent", sent.error().message); // it can never be sent
    ++(sent ? passed_ : dropped_);
    bytes_ -= bytes_of(waiting_.front());
    waiting_.pop_front();
  }
}

} // namespace remora::hub
