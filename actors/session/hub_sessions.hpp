#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/session/session_counters.hpp"
#include "actors/session/transport.hpp"
#include "base/error.hpp"
#include "protocol/channel/channel.hpp"
#include "protocol/messages.hpp"

namespace remora::session {

/// Why a worker is no longer in a session.
enum class departure : std::uint8_t {
  said_goodbye, ///< It was stopped on purpose.
  lost,         ///< The link no longer hears it, or it was silent for three heartbeats.
  replaced,     ///< Another life of the same node said hello; joined() follows.
};
/// "said_goodbye", "lost", "replaced".
std::string_view to_string(departure why) noexcept;

/// Hears what comes of the hub's sessions. Called from within their functions, on their thread; may call them
/// in turn, but not destroy them.
class hub_sessions_owner {
 public:
  virtual ~hub_sessions_owner() = default;

  /// A worker asks to be taken. @returns what to welcome it with, or why it is refused (the text is sent to
  /// it). A worker that repeats its hello is asked about again and not told of by joined() again. The epoch
  /// and the heartbeat interval are those of the settings, whatever the answer says.
  virtual result<protocol::welcome> greet(const std::string& node, const protocol::hello& who) = 0;
  /// A worker was welcomed: after its start (`new_life`: nothing that was known of its scripts holds any
  /// more), or again after it was away.
  virtual void joined(const std::string& node, const std::string& address, const protocol::hello& who,
                      bool new_life) = 0;
  virtual void left(const std::string& node, departure why) = 0;
  virtual void heartbeat(const std::string& node, const protocol::heartbeat& health) = 0;
  /// An unnumbered message but hello, heartbeat and goodbye.
  virtual void said(const std::string& node, const protocol::message& what) = 0;
  /// A numbered message. It is acknowledged to the worker once confirm() is called.
  /// @param incarnation Of the worker: which of its lives numbered it.
  virtual void received(const std::string& node, const protocol::message& what,
                        protocol::stream_position at) = 0;
  /// After send() said window_full: there is room again for messages to this node.
  virtual void has_room(const std::string& node) = 0;
  /// What the hub says of itself in a heartbeat that goes out now.
  virtual protocol::hub_heartbeat describe_health() = 0;
};

struct hub_session_settings {
  /// Of this life of the hub, above every earlier one: see protocol::next_incarnation(). Its channels have
  /// incarnations from epoch * 2^20 on.
  std::uint64_t epoch = 1;
  milliseconds heartbeat{2'000}; ///< From 100 ms to 60 s.
  protocol::channel_settings channel;
  std::size_t most_nodes = 4'096; ///< Here at a time; beyond it a hello is refused, with that reason.
};

/// The hub's ends of its conversations with all workers; the other ends are worker_session. A life of a
/// worker (an incarnation) has a channel of its own: what was on the way to an earlier life is not sent to a
/// later one. No socket, thread or clock. Call tick() at next_deadline(). What a hostile worker sends is
/// refused and counted, and concerns no other worker.
class hub_sessions {
 public:
  hub_sessions(const hub_session_settings& settings, hub_transport& out, hub_sessions_owner& owner);
  ~hub_sessions();
  hub_sessions(const hub_sessions&) = delete;
  hub_sessions& operator=(const hub_sessions&) = delete;

  /// The link has a connection with a worker: a new one. An earlier one of that name has ended.
  void connected(const std::string& node, const std::string& address, protocol::moment now);
  void disconnected(const std::string& node, protocol::moment now);
  void receive(const std::string& node, std::string_view bytes, protocol::moment now);

  /// Sends a numbered message to one worker. Errors: not_found (it is not in a session: nothing is kept for
  /// those who are away), window_full (has_room() says when to try again), too_large, invalid_usage.
  result<void> send(const std::string& node, const protocol::message& what, protocol::moment now);
  /// Says an unnumbered message to one worker; it may be lost on the way. Errors: not_found (it is not in a
  /// session), too_large, invalid_usage (not an unnumbered message of the hub).
  result<void> say(const std::string& node, const protocol::message& what);
  /// Publishes a message to all workers that listen. Errors: too_large, invalid_usage (not a logged message).
  result<void> publish(const protocol::message& what);
  /// A received message was taken over, and all before it of that worker. May come after the worker has gone.
  void confirm(const std::string& node, protocol::stream_position at, protocol::moment now);

  /// Does what is due: heartbeats, silent workers, frames of the channels.
  void tick(protocol::moment now);
  std::optional<protocol::moment> next_deadline() const noexcept;

  bool is_here(const std::string& node) const noexcept;
  std::vector<std::string> nodes() const;
  const session_counters& counters() const noexcept;
  /// Messages to this node that it has not taken over; 0 when it is away.
  std::size_t unacknowledged(const std::string& node) const noexcept;

 private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace remora::session
