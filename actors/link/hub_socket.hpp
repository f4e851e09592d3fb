#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "actors/link/counters.hpp"
#include "actors/link/options.hpp"
#include "base/error.hpp"

namespace remora::link {

/// Why a peer is no longer connected.
enum class gone_reason {
  silent,      ///< Nothing was heard for three heartbeats.
  unreachable, ///< Its connection ended.
  replaced,    ///< It connected anew; peer_connected() follows.
  revoked,     ///< Its key was taken from the enrolment.
  flooded,     ///< It sent more than its rate. Turned away for a while.
  malformed,   ///< It sent what no worker sends. Turned away for a while.
};
std::string_view to_string(gone_reason why) noexcept;

/// Who hears what happens at the hub. Every call comes on the hub socket's own thread, one at a time; it must
/// return soon, because nothing else is served meanwhile. It may call any function of the socket. Exceptions
/// end here: they are logged and the call counts as done.
class hub_handler {
 public:
  hub_handler() = default;
  hub_handler(const hub_handler&) = delete;
  hub_handler& operator=(const hub_handler&) = delete;
  virtual ~hub_handler() = default;

  /// A worker is there, on a fresh connection: what was not delivered on an earlier one is lost.
  /// @param name Its identity: what its key is enrolled under, or, without CURVE, what it claims.
  /// @param address "10.0.0.7:41234".
  virtual void peer_connected(const std::string& name, const std::string& address) = 0;
  /// A message of a connected worker, in the order it was sent. `bytes` is valid during the call.
  virtual void message(const std::string& name, std::string_view bytes) = 0;
  virtual void peer_gone(const std::string& name, gone_reason why) = 0;
  /// Somebody was turned away. `address` may lack the port, or be empty. Strangers decide how often this
  /// comes.
  virtual void peer_refused(const std::string& address, const std::string& why) = 0;
};

/// How one connected worker is doing.
struct peer_status {
  std::string name;
  std::string address;
  std::size_t waiting_messages = 0;
  std::size_t waiting_bytes = 0;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t dropped = 0; ///< On the way to it, since it connected.
};

class hub_core;

/// The hub's end of the link: opaque bytes to and from workers, and publications to all of them. One thread
/// of its own has the sockets. Nothing that a peer does blocks it or makes it hold more than the options say.
/// Every function may be called from any thread.
class hub_socket {
 public:
  /// Listens. The handler must outlive the socket, and if the socket is destroyed inside a handler's call,
  /// that call. Errors: invalid_config (an address is malformed, or would carry plain text to other
  /// machines), io_failed (the address is taken).
  static result<std::unique_ptr<hub_socket>> open(hub_options options, hub_handler& handler);

  hub_socket(const hub_socket&) = delete;
  hub_socket& operator=(const hub_socket&) = delete;
  ~hub_socket(); ///< stop().

  std::string listens_at() const;   ///< "127.0.0.1:8891", with the port that the system chose.
  std::string publishes_at() const; ///< The same of the publisher.

  /// Hands over a message. True: it goes out if the peer is connected and takes it; otherwise it is dropped
  /// and counted, like one that is answered with false here. What must arrive is resent by the layer above.
  bool send(std::string peer, std::string_view bytes);
  /// Hands over a publication: it reaches the workers that are subscribed and keep up. They find gaps by
  /// number.
  bool publish(std::string_view bytes);
  /// Exchanges who may join. Connections whose key is no longer good are cut.
  void set_enrolment(enrolment enrolled);

  link_statistics statistics() const;
  /// The connected workers, as of the last quarter of a heartbeat.
  std::vector<peer_status> peers() const;

  /// Ends the thread and closes the sockets: within `linger` of the options and some milliseconds, plus what
  /// a running call of the handler takes. Inside a handler's call it returns at once and the end follows that
  /// call. After it returned elsewhere, no handler is called. May be called more than once.
  void stop();

 private:
  explicit hub_socket(std::shared_ptr<hub_core> core);

  std::shared_ptr<hub_core> core_;
  std::mutex stopping_;
  std::thread thread_;
};

} // namespace remora::link
