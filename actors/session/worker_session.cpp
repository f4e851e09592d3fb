#include "actors/session/worker_session.hpp"

#include <utility>

#include "actors/session/worker_session_state.hpp"

namespace remora::session {

using protocol::moment;

worker_session::worker_session(protocol::hello about, const worker_session_settings& settings,
                               worker_transport& out, worker_session_owner& owner)
    : state_{std::make_unique<state>(std::move(about), settings, out, owner)} {}
worker_session::~worker_session() = default;

void worker_session::connected(moment now) { state_->connected(now); }
void worker_session::disconnected() { state_->disconnected(); }
void worker_session::subscribed(moment) { state_->subscribed(); }
void worker_session::receive(std::string_view bytes, moment now) { state_->receive(bytes, now); }
void worker_session::receive_published(std::string_view bytes, moment now) {
  state_->receive_published(bytes, now);
}
result<std::uint64_t> worker_session::send(const protocol::message& what, moment now) {
  return state_->send(what, now);
}
bool worker_session::say(const protocol::message& what, moment) { return state_->say(what); }
void worker_session::confirm(protocol::stream_position at, moment now) { state_->confirm(at, now); }
void worker_session::set_generation(std::uint64_t generation) noexcept { state_->set_generation(generation); }
void worker_session::tick(moment now) { state_->tick(now); }
std::optional<moment> worker_session::next_deadline() const noexcept { return state_->next_deadline(); }
bool worker_session::is_welcome() const noexcept { return state_->is_welcome(); }
const session_counters& worker_session::counters() const noexcept { return state_->counters(); }
const protocol::channel_counters& worker_session::channel_counters() const noexcept {
  return state_->channel_counters();
}

} // namespace remora::session
