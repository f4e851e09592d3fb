#include "actors/session/hub_sessions.hpp"

#include "actors/session/hub_sessions_state.hpp"

namespace remora::session {

using protocol::moment;

std::string_view to_string(departure why) noexcept {
  switch (why) {
    case departure::said_goodbye:
      return "said_goodbye";
    case departure::lost:
      return "lost";
    case departure::replaced:
      return "replaced";
  }
  return "lost";
}

hub_sessions::hub_sessions(const hub_session_settings& settings, hub_transport& out,
                           hub_sessions_owner& owner)
    : state_{std::make_unique<state>(settings, out, owner)} {}
hub_sessions::~hub_sessions() = default;

void hub_sessions::connected(const std::string& node, const std::string& address, moment now) {
  state_->connected(node, address, now);
}
void hub_sessions::disconnected(const std::string& node, moment now) { state_->disconnected(node, now); }
void hub_sessions::receive(const std::string& node, std::string_view bytes, moment now) {
  state_->receive(node, bytes, now);
}
result<void> hub_sessions::send(const std::string& node, const protocol::message& what, moment now) {
  return state_->send(node, what, now);
}
result<void> hub_sessions::say(const std::string& node, const protocol::message& what) {
  return state_->say(node, what);
}
result<void> hub_sessions::publish(const protocol::message& what) { return state_->publish(what); }
void hub_sessions::confirm(const std::string& node, protocol::stream_position at, moment now) {
  state_->confirm(node, at, now);
}
void hub_sessions::tick(moment now) { state_->tick(now); }
std::optional<moment> hub_sessions::next_deadline() const noexcept { return state_->next_deadline(); }
bool hub_sessions::is_here(const std::string& node) const noexcept { return state_->is_here(node); }
std::vector<std::string> hub_sessions::nodes() const { return state_->nodes(); }
const session_counters& hub_sessions::counters() const noexcept { return state_->counters(); }
std::size_t hub_sessions::unacknowledged(const std::string& node) const noexcept {
  return state_->unacknowledged(node);
}

} // namespace remora::session
