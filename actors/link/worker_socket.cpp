#include "actors/link/worker_socket.hpp"

#include <utility>

#include "actors/link/socket_thread.hpp"
#include "actors/link/worker_core.hpp"

namespace remora::link {

result<std::unique_ptr<worker_socket>> worker_socket::open(worker_options options, worker_handler& handler) {
  auto core = worker_core::open(std::move(options), handler);
  if (!core) return pass_on(std::move(core));
  return std::unique_ptr<worker_socket>{new worker_socket{std::move(*core)}};
}

worker_socket::worker_socket(std::shared_ptr<worker_core> core)
    : core_{std::move(core)}, thread_{start_socket_thread(core_)} {}

worker_socket::~worker_socket() {
  stop();
  // Destroyed inside a handler's call: the thread owns the core and ends after that call.
  if (thread_.joinable()) thread_.detach();
}

bool worker_socket::send(std::string_view bytes) { return core_->send(bytes); }
bool worker_socket::connected() const noexcept { return core_->connected(); }
link_statistics worker_socket::statistics() const { return core_->statistics(); }

void worker_socket::stop() {
  core_->ask_to_stop();
  join_unless_own(*core_, thread_, stopping_);
}

} // namespace remora::link
