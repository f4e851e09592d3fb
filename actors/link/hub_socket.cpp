#include "actors/link/hub_socket.hpp"

#include <utility>

#include "actors/link/hub_core.hpp"
#include "actors/link/socket_thread.hpp"

namespace remora::link {

std::string_view to_string(gone_reason why) noexcept {
  switch (why) {
    case gone_reason::silent:
      return "silent";
    case gone_reason::unreachable:
      return "unreachable";
    case gone_reason::replaced:
      return "replaced";
    case gone_reason::revoked:
      return "revoked";
    case gone_reason::flooded:
      return "flooded";
    case gone_reason::malformed:
      return "malformed";
  }
  return "unknown";
}

result<std::unique_ptr<hub_socket>> hub_socket::open(hub_options options, hub_handler& handler) {
  auto core = hub_core::open(std::move(options), handler);
  if (!core) return pass_on(std::move(core));
  return std::unique_ptr<hub_socket>{new hub_socket{std::move(*core)}};
}

hub_socket::hub_socket(std::shared_ptr<hub_core> core)
    : core_{std::move(core)}, thread_{start_socket_thread(core_)} {}

hub_socket::~hub_socket() {
  stop();
  // Destroyed inside a handler's call: the thread owns the core and ends after that call.
  if (thread_.joinable()) thread_.detach();
}

std::string hub_socket::listens_at() const { return core_->listens_at(); }
std::string hub_socket::publishes_at() const { return core_->publishes_at(); }
bool hub_socket::send(std::string peer, std::string_view bytes) {
  return core_->send(std::move(peer), bytes);
}
bool hub_socket::publish(std::string_view bytes) { return core_->publish(bytes); }
void hub_socket::set_enrolment(enrolment enrolled) { core_->set_enrolment(std::move(enrolled)); }
link_statistics hub_socket::statistics() const { return core_->statistics(); }
std::vector<peer_status> hub_socket::peers() const { return core_->peers(); }

void hub_socket::stop() {
  core_->ask_to_stop();
  join_unless_own(*core_, thread_, stopping_);
}

} // namespace remora::link
