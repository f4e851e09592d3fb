#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>
#include <zmq.hpp>

#include "actors/link/endpoint.hpp"
#include "actors/link/gate.hpp"
#include "actors/link/hub_socket.hpp"
#include "actors/link/mailbox.hpp"
#include "actors/link/outbox.hpp"
#include "actors/link/rare_log.hpp"
#include "actors/link/rate_limiter.hpp"
#include "actors/link/socket_thread.hpp"
#include "actors/link/zmq_socket.hpp"
#include "base/log.hpp"

namespace remora::link {

/// What hub_socket's thread has: the sockets, and what is known of every connection. The public functions are
/// safe from any thread, all else belongs to the thread of run().
class hub_core {
 public:
  static result<std::shared_ptr<hub_core>> open(hub_options options, hub_handler& handler);
  hub_core(hub_options options, hub_handler& handler, const zmq_endpoint& listen,
           const zmq_endpoint& publish);

  const std::string& listens_at() const noexcept { return listens_at_; }
  const std::string& publishes_at() const noexcept { return publishes_at_; }
  bool send(std::string peer, std::string_view bytes);
  bool publish(std::string_view bytes);
  void set_enrolment(enrolment enrolled);
  link_statistics statistics() const { return counters_.read(); }
  std::vector<peer_status> peers() const;

  void run();
  void ask_to_stop() noexcept;
  bool runs_here() const noexcept { return thread_.load() == std::this_thread::get_id(); }

 private:
  struct command {
    std::string peer; ///< Empty: publish.
    std::string frame;
  };
  /// One connection to the ROUTER, by the routing id that libzmq gave it. Not a peer until it has a name.
  struct connection {
    std::string route;
    std::string key;  ///< Z85; empty without CURVE.
    std::string name; ///< Empty until its first heartbeat.
    std::string address;
    int descriptor = -1;
    steady_time heard;
    token_bucket message_rate;
    token_bucket byte_rate;
    outbox waiting;
    bool ended = false; ///< Nothing that still comes from it counts.
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t dropped = 0;
  };
  struct subscriber {
    std::string key;
    std::string address;
    int requests = 0;
  };

  // hub_core.cpp: the loop
  void serve();
  bool work(); ///< One pass over everything that has something to do. False when nothing had.
  void wait();
  void close();
  bool take_commands();
  bool answer_gate();
  bool follow_watch(connection_watch& watch, std::string_view what);
  bool was_heard(int descriptor, const std::string& address) const;
  bool drain_publisher();
  void take_subscription(zmq::message_t& frame, std::size_t rest);
  void beat();
  void tick();
  template <class Call>
  void tell(Call call);

  // hub_peers.cpp: connections
  bool drain_router();
  void take_frame(const std::string& route, zmq::message_t& body, std::size_t rest);
  connection* find_or_admit(const std::string& route, zmq::message_t& body);
  void take_heartbeat(connection& from, std::string_view claimed);
  void introduce(connection& from, const std::string& name);
  void queue(command&& one);
  enum class handed { sent, full, gone };
  handed give(const connection& to, const std::string& frame);
  bool pump(connection& to); ///< False when it has to wait.
  bool pump_waiting();
  void end(connection& one, gone_reason why);
  void expel(connection& one, gone_reason why);
  void forget_waiting(connection& one, drop_reason why);
  void cut_subscribers_of(std::string_view key);
  void apply_enrolment();
  void refuse(const std::string& address, const std::string& who, const std::string& why);
  void end_silent();
  void publish_status();
  bool is_banned(const std::string& who) const;

  hub_options options_;
  hub_handler& handler_;
  const bool curve_;
  link_counters counters_;
  rare_log rare_;

  zmq::context_t context_{1};
  std::optional<gate> gate_;
  std::optional<zmq::socket_t> router_;
  std::optional<zmq::socket_t> publisher_;
  std::optional<connection_watch> router_watch_;
  std::optional<connection_watch> publisher_watch_;
  std::string listens_at_;
  std::string publishes_at_;
  std::string heartbeat_; ///< The frame that answers a worker's.

  mailbox<command> mailbox_;
  std::vector<command> taken_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::thread::id> thread_{};

  mutable std::mutex shared_; ///< Guards the next two.
  std::optional<enrolment> new_enrolment_;
  std::vector<peer_status> status_;

  steady_time now_;
  steady_time next_tick_;
  steady_time last_beat_;
  bool beat_wanted_ = false; ///< Somebody subscribed and waits for a sign of life.
  std::unordered_map<std::string, connection> connections_; ///< By route.
  std::unordered_map<std::string, std::string> routes_;     ///< Name of a connected peer -> route.
  std::unordered_set<std::string> waiting_;                 ///< Routes whose outbox is not empty.
  std::size_t waiting_bytes_ = 0;
  std::unordered_map<int, subscriber> subscribers_;     ///< By descriptor.
  std::unordered_map<std::string, steady_time> banned_; ///< Key, or name without CURVE -> until when.
  /// Watch -> why the last handshake failed; empty: that was told already.
  std::unordered_map<std::string, std::optional<std::string>> failures_;
};

/// Calls the handler unless the socket is to stop; what it throws ends here.
template <class Call>
void hub_core::tell(Call call) {
  if (stopping_.load()) return;
  call_handler([&] { call(handler_); });
  now_ = std::chrono::steady_clock::now(); // it may have taken its time
}

} // namespace remora::link
