#pragma once

#include "protocol/packet_info.hpp"
#include "traffic/decode/decoded_packet.hpp"
#include "traffic/frame.hpp"

namespace remora::traffic {

/// What scripts learn of a packet.
inline packet_info make_packet_info(const frame& packet, const decoded_packet& decoded) noexcept {
  return {packet.time, static_cast<std::uint32_t>(packet.bytes.size()), packet.wire_length,
          decoded.fragment.is_fragment()};
}

} // namespace remora::traffic
