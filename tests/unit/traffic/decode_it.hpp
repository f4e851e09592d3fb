#pragma once

#include "tests/support/frame_builder.hpp"
#include "traffic/decode/decode.hpp"

namespace remora::traffic {

/// Decodes bytes that the caller keeps: the views of the result point into them.
inline decoded_packet decode_as(link_type link, const test::bytes& content) {
  frame packet;
  packet.link = link;
  packet.wire_length = static_cast<std::uint32_t>(content.size());
  packet.bytes = {content.data(), content.size()};
  return decode(packet);
}
decoded_packet decode_as(link_type link, test::bytes&& content) = delete; // it would not outlive the call

inline test::bytes to_bytes(byte_view view) { return {view.begin(), view.end()}; }

/// The first `count` bytes.
inline test::bytes head(const test::bytes& content, std::size_t count) {
  return to_bytes(byte_view{content.data(), content.size()}.first(count));
}

} // namespace remora::traffic
