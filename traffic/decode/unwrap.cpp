#include "traffic/decode/unwrap.hpp"

#include "traffic/decode/decode.hpp"

namespace remora::traffic {

/// Replaces the fragment inside_ by its datagram; false when that is not whole.
bool unwrapper::put_together(timestamp time) {
  const auto whole = fragments_.add(inside_, time);
  if (!whole) return false;
  decode_transport(whole->protocol, whole->bytes, inside_);
  // A datagram that begins with another fragment header is nothing that anybody sends.
  return !inside_.fragment.is_fragment();
}

unwrapped unwrapper::open_wrapped(const frame& packet, const decoded_packet& outer) {
  frame around = packet;
  inside_ = outer;
  for (unsigned depth = 0;; ++depth) {
    if (inside_.fragment.is_fragment() && !put_together(packet.time)) return {&inside_, depth, true};
    if (!may_be_tunnel(inside_)) return {&inside_, depth, false};
    const tunnel_content content = find_tunnel(inside_);
    const bool too_deep = content.has_packet() && depth == max_tunnel_depth;
    if (too_deep) {
      tunnels_.add_too_deep();
    } else {
      tunnels_.add(content);
    }
    if (!content.has_packet() || too_deep) return {&inside_, depth, false};
    around = inner_frame(around, content);
    inside_ = decode(around);
  }
}

} // namespace remora::traffic
