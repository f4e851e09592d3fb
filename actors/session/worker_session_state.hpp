#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actors/link/backoff.hpp"
#include "actors/link/rare_log.hpp"
#include "actors/session/beats.hpp"
#include "actors/session/lane.hpp"
#include "actors/session/worker_session.hpp"

namespace remora::session {

/// What worker_session does; see there.
///
///     away --connected--> asking --welcome--> welcome
///      ^                   ^ |  ^----silence, another epoch, refused----|
///      |                   '-' hello, again and again                   |
///      '------------------ disconnected, goodbye ----------------------'
class worker_session::state {
 public:
  state(protocol::hello about, const worker_session_settings& settings, worker_transport& out,
        worker_session_owner& owner);

  void connected(protocol::moment now);
  void disconnected();
  void subscribed();
  void receive(std::string_view bytes, protocol::moment now);
  void receive_published(std::string_view bytes, protocol::moment now);

  result<std::uint64_t> send(const protocol::message& what, protocol::moment now);
  bool say(const protocol::message& what);
  void confirm(protocol::stream_position at, protocol::moment now);
  void set_generation(std::uint64_t generation) noexcept { about_.generation = generation; }

  void tick(protocol::moment now);
  std::optional<protocol::moment> next_deadline() const noexcept;

  bool is_welcome() const noexcept { return phase_ == phase::welcome; }
  const session_counters& counters() const noexcept { return counters_; }
  const protocol::channel_counters& channel_counters() const noexcept { return lane_.channel().counters(); }

 private:
  enum class phase { away, asking, welcome };

  void hear_channel(std::string_view frame, protocol::moment now);
  void hear_message(std::string_view bytes, protocol::moment now);
  std::optional<protocol::message> read(std::string_view bytes, protocol::delivery by, protocol::moment now);
  void hear(const protocol::welcome& by, protocol::moment now);
  void hear(const protocol::refused& by, protocol::moment now);
  void hear(const protocol::hub_heartbeat& by, protocol::moment now);
  void hear_other_version(const error& why, protocol::moment now);
  void notice_new_channel();
  void tell_generation(std::uint64_t generation, bool after_welcome);

  void ask(protocol::moment now);
  void ask_later(protocol::moment now);
  void say_hello();
  void beat(protocol::moment now);
  void lose(const char* why);
  void pump(protocol::moment now);
  bool put(const protocol::message& what);
  protocol::moment silent_at() const noexcept { return heard_at_ + silent_beats * interval_; }

  worker_session_settings settings_;
  worker_transport& out_;
  worker_session_owner& owner_;
  session_counters counters_;
  protocol::hello about_;
  lane lane_;
  link::backoff pauses_;
  link::rare_log rare_;

  phase phase_ = phase::away;
  bool awaits_answer_ = false; // to a hello
  std::optional<protocol::moment> hello_at_;
  std::optional<protocol::welcome> welcome_; // the last one
  std::optional<std::string> refused_as_;    // the last reason that was told, until a welcome
  milliseconds interval_{0};
  protocol::moment heartbeat_at_{};
  protocol::moment heard_at_{};
  std::uint64_t told_generation_ = 0;
  std::uint64_t hub_channel_ = 0;   // incarnation
  bool expects_new_channel_ = true; // the owner knows that the hub begins anew; its channel is still to come

  bool pumping_ = false;
  bool pump_again_ = false;
};

} // namespace remora::session
