#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace remora::http {

/// Why a WebSocket is closed. RFC 6455 7.4.1.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,       ///< The server stops.
  policy_violation = 1008, ///< The client did what is not allowed: a wrong filter, for example.
  too_big = 1009,
  internal_error = 1011,
  try_again_later = 1013, ///< The client is too slow, or the server too busy.
};

/// What waits for a client that reads slowly, and what happens when it is too much.
struct queue_limits {
  std::size_t messages = 1024;
  std::size_t bytes = 4 * 1024 * 1024;
  /// True: the client is closed with 1013. False: what does not fit is dropped and counted.
  bool close_when_full = false;
  /// The text that tells a client how many messages it missed, sent where they are missing: {"dropped":n}
  /// when null. Return an empty text to say nothing.
  std::function<std::string(std::uint64_t)> dropped_text;
};

/// The sending half of one open WebSocket. Copies are the same socket. Any thread may use it, also after the
/// client has gone: then nothing happens.
class websocket {
 public:
  class channel; // what waits to be sent, http/websocket_channel.hpp
  explicit websocket(std::shared_ptr<channel> to) : channel_{std::move(to)} {}

  /// Queues a text message (UTF-8). Never blocks. False when it was dropped: the queue is full or the socket
  /// closed.
  bool send(std::string text) const;
  /// The same for a text that many clients get: it is held once.
  bool send(std::shared_ptr<const std::string> text) const;
  /// Sends what is queued, then closes. Later messages are dropped. At most 123 bytes of the reason are sent.
  void close(close_code code = close_code::normal, std::string_view reason = {}) const;

  bool is_open() const;
  /// How many messages were dropped so far because the client did not keep up.
  std::uint64_t dropped() const;
  /// How many bytes wait.
  std::size_t queued_bytes() const;

  friend bool operator==(const websocket& a, const websocket& b) noexcept { return a.channel_ == b.channel_; }
  /// For sets and maps of sockets.
  friend bool operator<(const websocket& a, const websocket& b) noexcept { return a.channel_ < b.channel_; }

 private:
  std::shared_ptr<channel> channel_;
};

/// What one open WebSocket wants to hear. Called on threads of the pool, never two at once for the same
/// socket, in order; may block: while a handler runs, the client's next message waits in the network.
struct websocket_events {
  /// A complete text message. Binary ones are answered with close code 1003 and never come here.
  std::function<void(const std::string&)> on_text;
  /// Once, last: the client or the server closed, or the connection broke. Nothing can be sent any more.
  std::function<void()> on_close;
};

} // namespace remora::http
