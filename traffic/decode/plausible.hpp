#pragma once

#include "traffic/bytes.hpp"
#include "traffic/decode/cursor.hpp"

/// Where nothing says for certain what follows (a UDP port, the first bits behind an MPLS label), the bytes
/// themselves must: whether they look like a packet of a kind.
namespace remora::traffic {

/// An IPv4 or IPv6 header whose lengths agree with what surrounds it.
/// @param version 4 or 6; 0: either.
/// @param missing_bytes How many bytes follow that were not captured.
inline bool looks_like_ip(byte_view bytes, unsigned version, std::size_t missing_bytes) noexcept {
  cursor in{bytes};
  const std::size_t room = bytes.size() + missing_bytes;
  const auto v4 = in.peek<20>();
  if (!v4) return false;
  const unsigned written = v4.u8<0>() >> 4u;
  if (version != 0 && written != version) return false;
  if (written == 4) {
    const std::size_t header_bytes = (v4.u8<0>() & 0x0Fu) * std::size_t{4};
    const std::size_t total = v4.u16<2>();
    return header_bytes >= 20 && header_bytes <= total && total <= room;
  }
  const auto v6 = in.peek<40>();
  return v6 && written == 6 && std::size_t{40} + v6.u16<4>() <= room;
}

/// An Ethernet header: from one station, and a type that does not contradict what follows.
inline bool looks_like_ethernet(byte_view bytes, std::size_t missing_bytes) noexcept {
  cursor in{bytes};
  const auto header = in.take<14>();
  if (!header || (header.u8<6>() & 1u) != 0) return false; // only a destination may be a group
  const std::uint16_t type = header.u16<12>();
  if (type == 0x0800) return looks_like_ip(in.rest(), 4, missing_bytes);
  if (type == 0x86DD) return looks_like_ip(in.rest(), 6, missing_bytes);
  return type >= 0x0600 || type <= in.left() + missing_bytes;
}

/// The same, and what the type names is there: for places where the type is all there is to go by.
inline bool is_surely_ethernet(byte_view bytes, std::size_t missing_bytes) noexcept {
  if (!looks_like_ethernet(bytes, missing_bytes)) return false;
  std::uint16_t type = load_big16(bytes.data() + 12);
  cursor in{bytes.skip(14)};
  for (int tags = 0; tags < 4 && (type == 0x8100 || type == 0x88A8); ++tags) {
    const auto tag = in.take<4>();
    if (!tag) return false;
    type = tag.u16<2>();
  }
  const auto next = in.peek<4>();
  if (!next) return false;
  switch (type) {
    case 0x0800:
      return looks_like_ip(in.rest(), 4, missing_bytes);
    case 0x86DD:
      return looks_like_ip(in.rest(), 6, missing_bytes);
    case 0x0806: // ARP, of Ethernet and IPv4
      return next.u32<0>() == 0x0001'0800;
    case 0x8864: // PPPoE
      return next.u16<0>() == 0x1100;
    case 0x8847: // MPLS
      return true;
    default:
      return false;
  }
}

} // namespace remora::traffic
