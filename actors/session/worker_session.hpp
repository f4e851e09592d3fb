#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "actors/session/session_counters.hpp"
#include "actors/session/transport.hpp"
#include "base/error.hpp"
#include "protocol/channel/channel.hpp"
#include "protocol/messages.hpp"

namespace remora::session {

/// Hears what comes of a worker's session. Called from within the functions of the session, on its thread;
/// may call them in turn, but not destroy it.
class worker_session_owner {
 public:
  virtual ~worker_session_owner() = default;

  /// The hub takes this worker. @param new_life The hub has begun a new life since the last welcome, or has
  /// forgotten this worker, or this is the first welcome: what stands (states of scripts, jobs) is to be sent
  /// again. What was sent and not acknowledged is sent again by the session.
  virtual void welcomed(const protocol::welcome& by, bool new_life) = 0;
  /// The hub does not take this worker. The session asks again, with long pauses. Told once for each reason.
  virtual void refused(const std::string& reason) = 0;
  /// There is no hub at the moment.
  virtual void lost() = 0;
  /// The newest deployment of the hub: told after each welcome, and when the hub says a higher number.
  virtual void generation_is(std::uint64_t generation) = 0;
  /// A numbered message. It counts as taken over once confirm() is called.
  virtual void received(const protocol::message& what, protocol::stream_position at) = 0;
  /// The hub has taken over all messages up to this number of send().
  virtual void acknowledged(std::uint64_t number) = 0;
  /// After send() said window_full: there is room again.
  virtual void has_room() = 0;
  /// An unnumbered message but welcome, refused and heartbeats, while this worker is welcome.
  virtual void said(const protocol::message& /*what*/) {}
  /// What a heartbeat that goes out now shall say.
  virtual protocol::heartbeat describe_health() = 0;
};

struct worker_session_settings {
  protocol::channel_settings channel;
  milliseconds hello_again{1'000}; ///< Until the first repetition of a hello that is not answered; doubles...
  milliseconds hello_longest{10'000}; ///< ...up to this, with jitter. Also after refused.
  std::uint32_t jitter_seed = 0;
};

/// A worker's end of its conversation with the hub: says hello until it is welcomed, heartbeats at the
/// interval that the hub names, numbers what must arrive and sends it until the hub has taken it over, hands
/// out what the hub sends. No socket, thread or clock: time is an argument and must not run backwards. Call
/// tick() at next_deadline(). What a hostile hub sends is refused and counted, and changes nothing.
class worker_session {
 public:
  /// @param about The hello to send; its generation is kept up to date with set_generation(). Its incarnation
  /// is
  ///              that of the channel: see protocol::next_incarnation().
  worker_session(protocol::hello about, const worker_session_settings& settings, worker_transport& out,
                 worker_session_owner& owner);
  ~worker_session();
  worker_session(const worker_session&) = delete;
  worker_session& operator=(const worker_session&) = delete;

  /// The link has a connection: a new one, on which nothing was said yet.
  void connected(protocol::moment now);
  void disconnected();
  /// The link receives publications from here on.
  void subscribed(protocol::moment now);
  /// Bytes of the hub; bytes it published.
  void receive(std::string_view bytes, protocol::moment now);
  void receive_published(std::string_view bytes, protocol::moment now);

  /// Sends a numbered message. @returns its number, for acknowledged(). May be called before the first
  /// welcome: it goes out after it. Errors: window_full (has_room() says when to try again), too_large,
  /// invalid_usage (not a numbered message of a worker).
  result<std::uint64_t> send(const protocol::message& what, protocol::moment now);
  /// Says an unnumbered message now; it is lost when the worker is not welcome at the moment. After a goodbye
  /// the session is silent until the next connected(). @returns whether it went out.
  bool say(const protocol::message& what, protocol::moment now);
  /// A received message was taken over, and all before it.
  void confirm(protocol::stream_position at, protocol::moment now);
  /// Of the deployment that runs here.
  void set_generation(std::uint64_t generation) noexcept;

  /// Does what is due: hello, heartbeat, frames of the channel.
  void tick(protocol::moment now);
  /// When tick() is to be called at the latest; nothing while there is no connection.
  std::optional<protocol::moment> next_deadline() const noexcept;

  bool is_welcome() const noexcept;
  const session_counters& counters() const noexcept;
  const protocol::channel_counters& channel_counters() const noexcept;

 private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace remora::session
