#include "worker/node/hub_link.hpp"

#include <utility>

namespace remora::worker {

result<void> hub_link::open(const link::worker_options& options, listener tell) {
  const std::lock_guard lock{opening_};
  tell_ = std::move(tell);
  auto opened = link::worker_socket::open(options, *this);
  if (!opened) return pass_on(std::move(opened));
  socket_ = std::move(*opened);
  return {};
}

void hub_link::stop() {
  link::worker_socket* open = nullptr;
  {
    const std::lock_guard lock{opening_};
    open = socket_.get();
  }
  if (open != nullptr) open->stop(); // without the lock: a handler may wait for it
  const std::lock_guard lock{opening_};
  tell_ = {};
}

void hub_link::send(std::string_view bytes) {
  const std::lock_guard lock{opening_};
  if (socket_) socket_->send(bytes);
}

link::link_statistics hub_link::statistics() const {
  const std::lock_guard lock{opening_};
  return socket_ ? socket_->statistics() : link::link_statistics{};
}

void hub_link::tell(uplink_event what) {
  listener to;
  {
    const std::lock_guard lock{opening_};
    to = tell_;
  }
  if (to) to(std::make_shared<const uplink_event>(std::move(what)));
}

void hub_link::connected() { tell(link_connected{}); }
void hub_link::subscribed() { tell(link_subscribed{}); }
void hub_link::message(std::string_view bytes) { tell(link_message{std::string{bytes}}); }
void hub_link::published(std::string_view bytes) { tell(link_published{std::string{bytes}}); }
void hub_link::lost(const std::string& /*why*/) { tell(link_lost{}); }
void hub_link::attempt_failed(const std::string& /*why*/) {}

} // namespace remora::worker
