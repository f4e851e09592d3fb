#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "actors/session/lane.hpp"
#include "protocol/channel/channel.hpp"
#include "protocol/messages.hpp"

namespace remora::session {

/// What the hub shares with one life of a worker. Outlives the connection: after a mere reconnect it goes on.
struct worker_life {
  /// @param channel Incarnation of the channel towards it.
  worker_life(protocol::hello who, std::uint64_t channel, const protocol::channel_settings& settings,
              session_counters& counters)
      : about{std::move(who)},
        numbers{channel, settings, protocol::side::worker, counters, {about.incarnation, 0}} {}

  protocol::hello about; ///< As it said last.
  lane numbers;
  bool pumping = false;
  bool pump_again = false;
};

/// A node that is connected, or was and may come back in the same life.
struct hub_peer {
  std::string name;
  std::string address;
  bool connected = false;                ///< By the link.
  bool greeted = false;                  ///< Was welcomed on this connection.
  bool here = false;                     ///< In a session: joined() was told, left() not yet.
  protocol::moment heard_at{};           ///< While here: the last frame. Otherwise: when it was here last.
  std::shared_ptr<worker_life> life;     ///< Nothing until the first welcome.
  std::uint64_t least_channel = 0;       ///< It remembers channels of the hub below this incarnation.
  std::optional<protocol::moment> timer; ///< Under which it stands among the timers.
};

} // namespace remora::session
