#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "actors/session/session_counters.hpp"
#include "base/error.hpp"
#include "protocol/channel/channel.hpp"
#include "protocol/messages.hpp"

namespace remora::session {

/// A numbered message on its way to an owner.
struct numbered_message {
  protocol::stream_position at;
  protocol::message what;
};

/// One end of a channel that speaks messages instead of bytes. Drops what cannot be read or is not for this
/// side, and confirms it in its turn: never before the messages in front of it, which the owner may still be
/// storing. Hands out at most as many unconfirmed bytes as the channel may buffer, so that a peer that does
/// not care for windows cannot fill the owner's memory.
class lane {
 public:
  /// @param peer Whose messages come in.
  lane(std::uint64_t incarnation, const protocol::channel_settings& settings, protocol::side peer,
       session_counters& counters, protocol::stream_position remembered = {});

  /// Numbers a message. Errors: window_full, too_large, invalid_usage (not a numbered message of this side).
  result<std::uint64_t> send(const protocol::message& what);
  /// Takes in a frame of the channel, and counts it. False when it was refused.
  bool receive(std::string_view frame, protocol::moment now);
  /// The next message for the owner.
  std::optional<numbered_message> next(protocol::moment now);
  /// The owner has taken over every message up to `at`. What was never handed out is ignored.
  void confirm(protocol::stream_position at, protocol::moment now);

  protocol::channel& channel() noexcept { return channel_; }
  const protocol::channel& channel() const noexcept { return channel_; }

 private:
  struct held {
    std::uint64_t number;
    std::size_t bytes; ///< 0: it was dropped, the owner does not have it.
    bool dropped;
  };

  bool is_wanted(const result<protocol::message>& what) noexcept;
  void forget(std::uint64_t through) noexcept;
  void confirm_dropped(std::uint64_t through, protocol::moment now);

  session_counters& counters_;
  protocol::side peer_;
  std::size_t most_held_bytes_;
  protocol::channel channel_;
  std::uint64_t held_of_ = 0; ///< Incarnation of what is held.
  std::deque<held> held_;     ///< Handed out or dropped, and not confirmed; ascending.
  std::size_t held_bytes_ = 0;
};

} // namespace remora::session
