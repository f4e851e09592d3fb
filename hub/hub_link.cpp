#include "hub/hub_link.hpp"

#include <charconv>
#include <utility>

namespace remora::hub {

namespace {

std::uint16_t port_of(const std::string& address) {
  std::uint16_t port = 0;
  const auto colon = address.rfind(':');
  if (colon != std::string::npos)
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  return port;
}

} // namespace

result<void> hub_link::open(link::hub_options options) {
  auto opened = link::hub_socket::open(std::move(options), *this);
  if (!opened) return pass_on(std::move(opened));
  socket_ = std::move(*opened);
  publish_port_ = port_of(socket_->publishes_at());
  open_ = socket_.get();
  return {};
}

void hub_link::close() {
  if (socket_) socket_->stop();
}

void hub_link::send(const std::string& node, std::string_view bytes) {
  // What is said before the socket is there, or after it stopped, is lost as on any network: it is resent.
  if (auto* socket = open_.load()) socket->send(node, bytes);
}

void hub_link::publish(std::string_view bytes) {
  if (auto* socket = open_.load()) socket->publish(bytes);
}

void hub_link::peer_connected(const std::string& name, const std::string& address) {
  post_([name, address](hub_core& core) { core.peer_connected(name, address); });
}

void hub_link::message(const std::string& name, std::string_view bytes) {
  post_([name, copy = std::string{bytes}](hub_core& core) { core.peer_message(name, copy); });
}

void hub_link::peer_gone(const std::string& name, link::gone_reason) {
  post_([name](hub_core& core) { core.peer_gone(name); });
}

void hub_link::peer_refused(const std::string&, const std::string&) {} // the socket counts and logs it

} // namespace remora::hub
