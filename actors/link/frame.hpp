#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace remora::link {

/// Every message of the link is one frame whose first byte says what it is.
///
///     heartbeat of a worker   0, then the name it claims
///     heartbeat of the hub    0, then the port of its publisher, two bytes, high first
///     publisher's heartbeat   0
///     data                    1, then the bytes of the layer above
enum class frame_type : char { heartbeat = 0, data = 1 };

inline std::string make_frame(frame_type type, std::string_view body) {
  std::string frame;
  frame.reserve(body.size() + 1);
  frame += static_cast<char>(type);
  frame += body;
  return frame;
}

inline std::string make_hub_heartbeat(std::uint16_t publish_port) {
  const char port[] = {static_cast<char>(publish_port >> 8U), static_cast<char>(publish_port & 0xFFU)};
  return make_frame(frame_type::heartbeat, {port, sizeof port});
}

/// The port in the body of a hub's heartbeat; nothing when there is none.
inline std::optional<std::uint16_t> publish_port_of(std::string_view body) {
  if (body.size() < 2) return std::nullopt;
  const auto high = static_cast<unsigned char>(body[0]);
  const auto low = static_cast<unsigned char>(body[1]);
  const auto port = static_cast<std::uint16_t>(high * 256U + low);
  return port == 0 ? std::nullopt : std::optional{port};
}

} // namespace remora::link
