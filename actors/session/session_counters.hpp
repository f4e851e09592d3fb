#pragma once

#include <cstdint>

namespace remora::session {

/// What came in. Everything that is passed over is counted: received is the sum of the seven below it; what
/// comes out of the frames of the channel is counted behind them.
struct session_counters {
  std::uint64_t received = 0;       ///< Frames from the link.
  std::uint64_t unnumbered = 0;     ///< Messages outside the channel that were understood.
  std::uint64_t channel_frames = 0; ///< Given to the channel.
  std::uint64_t malformed = 0;      ///< Not a frame or message as we speak it.
  std::uint64_t misdirected = 0;    ///< A message of the wrong side, or not by its way of delivery.
  std::uint64_t other_version = 0;  ///< Of a peer with another major version.
  std::uint64_t unknown = 0;        ///< A type of frame or message that this program does not know.
  std::uint64_t unexpected = 0;     ///< Before the welcome, or of a peer that is not here.

  std::uint64_t delivered = 0;            ///< Numbered messages handed to the owner.
  std::uint64_t unknown_numbered = 0;     ///< Confirmed and dropped unread: unknown or invalid.
  std::uint64_t misdirected_numbered = 0; ///< Confirmed and dropped: of the wrong side, or not numbered ones.
};

} // namespace remora::session
