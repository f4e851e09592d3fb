#pragma once

#include "traffic/decode/cursor.hpp"
#include "traffic/decode/decoded_packet.hpp"
#include "traffic/frame.hpp"

/// The steps of decode(), one file each; nobody else calls them.
namespace remora::traffic::layers {

inline void stop(decoded_packet& out, decode_status status,
                 malformed_reason reason = malformed_reason::none) noexcept {
  out.status = status;
  out.reason = reason;
}

/// Where decode() begins. Copied from here, because g++ would otherwise clear those 144 bytes with an
/// instruction that takes as long as all the rest of the decoding; so it must not be visible as a constant.
extern const decoded_packet nothing_decoded;

/// From the first byte of the frame. Goes on to network() when the link carries IP.
void link(link_type type, cursor in, decoded_packet& out) noexcept;

/// From the first byte of an IP header. @param version 4 or 6: what the link says it is; 0: the packet itself
/// tells.
void network(cursor in, unsigned version, decoded_packet& out) noexcept;

/// From the first byte after the IP headers; out.ip_protocol says what it is.
/// @param payload_bytes How many bytes follow according to IP; `in` may have fewer, never more.
void transport(cursor in, std::size_t payload_bytes, decoded_packet& out) noexcept;

} // namespace remora::traffic::layers
