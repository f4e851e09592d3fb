#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace remora::session {

/// What follows the first byte of everything that the link carries for a session, sent or published. Letters,
/// so that a person who looks at the bytes can tell them apart.
enum class frame_kind : char {
  message = 'M', ///< A message outside the channel: protocol::encode().
  channel = 'C', ///< A frame of the channel of that worker.
  log = 'L',     ///< Reserved: a frame of the ordered log of the shared state.
  request = 'Q', ///< Reserved: a question about that log.
};

/// A frame without its first byte.
struct opened_frame {
  frame_kind kind;
  std::string_view body; ///< Points into what was opened.
};

/// The bytes for the link.
inline std::string wrap(frame_kind kind, std::string_view body) {
  std::string out;
  out.reserve(body.size() + 1);
  out += static_cast<char>(kind);
  out += body;
  return out;
}

/// Nothing when there is no first byte or it is none of the letters.
inline std::optional<opened_frame> open(std::string_view bytes) noexcept {
  if (bytes.empty()) return std::nullopt;
  const auto kind = static_cast<frame_kind>(bytes.front());
  switch (kind) {
    case frame_kind::message:
    case frame_kind::channel:
    case frame_kind::log:
    case frame_kind::request:
      return opened_frame{kind, bytes.substr(1)};
  }
  return std::nullopt;
}

} // namespace remora::session
