#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
#include <zmq.hpp>

#include "actors/link/backoff.hpp"
#include "actors/link/endpoint.hpp"
#include "actors/link/mailbox.hpp"
#include "actors/link/outbox.hpp"
#include "actors/link/rare_log.hpp"
#include "actors/link/socket_thread.hpp"
#include "actors/link/worker_socket.hpp"
#include "actors/link/zmq_socket.hpp"
#include "base/log.hpp"

namespace remora::link {

/// What worker_socket's thread has. The public functions are safe from any thread, all else belongs to the
/// thread of run().
///
/// Sockets live for one connection: when it ends, both are closed and new ones are made, so that nothing of
/// an old connection is ever taken for news. While nobody listens, libzmq itself tries again.
class worker_core {
 public:
  static result<std::shared_ptr<worker_core>> open(worker_options options, worker_handler& handler);
  worker_core(worker_options options, worker_handler& handler, zmq_endpoint hub, std::string publisher);

  bool send(std::string_view bytes);
  bool connected() const noexcept { return connected_.load(); }
  link_statistics statistics() const { return counters_.read(); }

  void run();
  void ask_to_stop() noexcept;
  bool runs_here() const noexcept { return thread_.load() == std::this_thread::get_id(); }

 private:
  /// A socket and what is known of its one connection.
  struct line {
    line(zmq::context_t& context, zmq::socket_type type, const std::string& name)
        : socket{context, type}, watch{context, socket, name} {}
    line(const line&) = delete;
    line& operator=(const line&) = delete;
    /// Nothing is told any more before nobody listens: libzmq's I/O thread would wait for a listener for
    /// ever.
    ~line() { zmq_socket_monitor(socket.handle(), nullptr, 0); }

    zmq::socket_t socket;
    connection_watch watch;
    bool ready = false;  ///< The handshake succeeded.
    std::string failure; ///< Why the handshake failed.
    steady_time heard;   ///< The last sign of life.
  };

  void serve();
  bool work();
  void wait();
  void close();
  void attempt();
  std::unique_ptr<line> open_line(zmq::socket_type type, const std::string& endpoint);
  void subscribe(std::string_view hub_heartbeat);
  bool take_commands();
  bool pump();
  bool follow_hub();
  bool follow_publisher();
  /// False when the line is down and was given up.
  bool follow_watch(line& one, std::string_view what);
  bool drain_hub();
  bool drain_publisher();
  void take_hub_frame(std::string_view frame);
  void take_publication(std::string_view frame);
  void keep_alive();
  void end(const std::string& why);
  template <class Call>
  void tell(Call call);
  /// How long a step of connecting may take, once somebody accepted.
  milliseconds step_time() const noexcept { return handshake_time + options_.heartbeat * lost_after; }

  static constexpr int lost_after = 3; // heartbeats
  static constexpr milliseconds handshake_time{5000};
  static constexpr milliseconds stable_after{10'000}; ///< A connection that held this long was no mistake.
  static constexpr int most_frames_a_pass = 1000;

  worker_options options_;
  worker_handler& handler_;
  zmq_endpoint hub_endpoint_;
  std::string publisher_endpoint_; ///< Empty: told by the hub's heartbeat.
  std::string heartbeat_;
  link_counters counters_;
  rare_log rare_;
  backoff pauses_;

  zmq::context_t context_{1};
  std::unique_ptr<line> hub_;       ///< None between attempts.
  std::unique_ptr<line> publisher_; ///< From the hub's first heartbeat on.
  bool subscribed_ = false;
  unsigned lines_opened_ = 0;

  mailbox<std::string> mailbox_;
  std::vector<std::string> taken_;
  outbox waiting_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> connected_{false};
  std::atomic<std::thread::id> thread_{};

  steady_time now_;
  steady_time next_attempt_;
  steady_time next_beat_;
  steady_time connected_since_;
  std::optional<steady_time> deadline_; ///< Until then the next step of connecting has to be done.
};

/// Calls the handler unless the socket is to stop; what it throws ends here.
template <class Call>
void worker_core::tell(Call call) {
  if (stopping_.load()) return;
  call_handler([&] { call(handler_); });
  now_ = std::chrono::steady_clock::now(); // it may have taken its time
}

} // namespace remora::link
