#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "actors/link/worker_socket.hpp"
#include "actors/session/transport.hpp"
#include "worker/node/uplink_event.hpp"

namespace remora::worker {

/// Between the socket to the hub, which has a thread of its own, and the uplink: what the socket hears
/// becomes events, what the uplink says goes to the socket. The socket logs what becomes of it.
class hub_link final : public link::worker_handler, public session::worker_transport {
 public:
  /// Who hears of the link. Called on the thread of the socket; must not block.
  using listener = std::function<void(uplink_event_ptr)>;

  hub_link() = default;
  ~hub_link() override { stop(); }

  /// Begins to look for the hub. Once. Errors: as link::worker_socket::open().
  result<void> open(const link::worker_options& options, listener tell);
  /// Sends what was handed over, for a moment, and falls silent. Any thread, any number of times.
  void stop();

  void send(std::string_view bytes) override; ///< Of the transport.
  link::link_statistics statistics() const;

 private:
  void connected() override;
  void subscribed() override;
  void message(std::string_view bytes) override;
  void published(std::string_view bytes) override;
  void lost(const std::string& why) override;
  void attempt_failed(const std::string& why) override;
  void tell(uplink_event what);

  mutable std::mutex opening_; ///< Held while the socket opens: it may be heard of before it is known here.
  listener tell_;
  std::unique_ptr<link::worker_socket> socket_;
};

} // namespace remora::worker
