#pragma once

#include "protocol/packet_info.hpp"
#include "traffic/decode/decoded_packet.hpp"
#include "traffic/frame.hpp"

namespace remora::traffic {

/// What scripts learn of a packet.
/// @param awaits_fragments Whether it is an IP fragment and did not complete its datagram.
inline packet_info make_packet_info(const frame& packet, bool awaits_fragments) noexcept {
  return {packet.time, static_cast<std::uint32_t>(packet.bytes.size()), packet.wire_length, awaits_fragments};
}

/// The same, of a packet whose fragments nobody puts together: each of them is flagged.
inline packet_info make_packet_info(const frame& packet, const decoded_packet& decoded) noexcept {
  return make_packet_info(packet, decoded.fragment.is_fragment());
}

} // namespace remora::traffic
