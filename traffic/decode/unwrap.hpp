#pragma once

#include "traffic/decode/decoded_packet.hpp"
#include "traffic/decode/fragments.hpp"
#include "traffic/decode/tunnel.hpp"
#include "traffic/frame.hpp"

namespace remora::traffic {

/// The innermost packet of a frame.
struct unwrapped {
  /// The packet that was given, or one inside it. Valid until the unwrapper is used again or the frame is
  /// gone: its views point into the frame or, behind fragments, into the unwrapper.
  const decoded_packet* packet = nullptr;
  unsigned tunnels = 0; ///< How many it lay in.
  /// It is a fragment, and its datagram is not whole: its payload is no message's.
  bool awaits_fragments = false;
};

/// Whether there is anything to unwrap: asked of every packet, and false of nearly all.
inline bool is_wrapped(const decoded_packet& packet) noexcept {
  return packet.fragment.is_fragment() || may_be_tunnel(packet);
}

/// Takes tunnels off and puts fragments together, within each other and in any order, until what is left is
/// neither. One thread uses it.
class unwrapper {
 public:
  explicit unwrapper(fragment_limits limits = {}) noexcept : fragments_{limits} {}

  /// @param outer What decode() says of the frame.
  unwrapped open(const frame& packet, const decoded_packet& outer) {
    if (!is_wrapped(outer)) return {&outer, 0, false};
    return open_wrapped(packet, outer);
  }

  const tunnel_counters& tunnels() const noexcept { return tunnels_; }
  const fragment_table& fragments() const noexcept { return fragments_; }

 private:
  unwrapped open_wrapped(const frame& packet, const decoded_packet& outer);
  bool put_together(timestamp time);

  fragment_table fragments_;
  tunnel_counters tunnels_;
  decoded_packet inside_;
};

} // namespace remora::traffic
