#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "actors/link/hub_socket.hpp"
#include "actors/session/transport.hpp"
#include "hub/hub_actor.hpp"

namespace remora::hub {

/// Between the socket, which has a thread of its own, and the hub's actor: what comes in becomes work for the
/// core, what the core sends goes out.
class hub_link final : public session::hub_transport, private link::hub_handler {
 public:
  /// @param post Hands work to the hub's actor. Until the link is closed.
  explicit hub_link(std::function<void(core_work)> post) : post_{std::move(post)} {}
  ~hub_link() override { close(); }

  /// Errors: those of link::hub_socket::open().
  result<void> open(link::hub_options options);
  /// After it nothing comes in any more. The link must not be used by the core then.
  void close();

  void set_enrolment(link::enrolment enrolled) { socket_->set_enrolment(std::move(enrolled)); }
  std::string listens_at() const { return socket_->listens_at(); }
  link::link_statistics statistics() const { return socket_->statistics(); }
  /// Of the ordered log; 0 before open().
  std::uint16_t publish_port() const noexcept { return publish_port_.load(); }

  // hub_transport
  void send(const std::string& node, std::string_view bytes) override;
  void publish(std::string_view bytes) override;

 private:
  // hub_handler
  void peer_connected(const std::string& name, const std::string& address) override;
  void message(const std::string& name, std::string_view bytes) override;
  void peer_gone(const std::string& name, link::gone_reason why) override;
  void peer_refused(const std::string& address, const std::string& why) override;

  std::function<void(core_work)> post_;
  std::unique_ptr<link::hub_socket> socket_;
  std::atomic<link::hub_socket*> open_{nullptr}; ///< The socket, while the core may use it.
  std::atomic<std::uint16_t> publish_port_{0};
};

} // namespace remora::hub
