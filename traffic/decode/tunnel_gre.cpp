#include "traffic/decode/tunnel_formats.hpp"

namespace remora::traffic::tunnels {
namespace {

constexpr unsigned has_checksum = 0x8000;
constexpr unsigned has_routing = 0x4000;
constexpr unsigned has_key = 0x2000;
constexpr unsigned has_sequence = 0x1000;
constexpr unsigned has_acknowledgement = 0x0080; // version 1
constexpr unsigned version_bits = 0x0007;

/// Version 1. Source: RFC 2637, section 4.1.
tunnel_content pptp(unsigned flags, std::uint16_t type, cursor in, std::size_t missing_bytes) noexcept {
  constexpr std::uint16_t ppp = 0x880B;
  constexpr tunnel_kind kind = tunnel_kind::pptp;
  const auto key = in.take<4>(); // length of the payload, call
  if (type != ppp || (flags & has_key) == 0 || !key) return malformed(kind);
  if ((flags & has_sequence) == 0) return nothing(); // an acknowledgement alone
  if (!in.take<4>()) return malformed(kind);
  if ((flags & has_acknowledgement) != 0 && !in.take<4>()) return malformed(kind);
  const std::size_t length = key.u16<0>();
  if (length > in.left() + missing_bytes) return malformed(kind);
  in.limit(length);
  return packet(kind, link_type::ppp, in.rest(), length - in.left());
}

/// Type I has no header of its own and no sequence number; type II has both.
tunnel_content erspan(unsigned flags, cursor in, std::size_t missing_bytes) noexcept {
  constexpr tunnel_kind kind = tunnel_kind::erspan;
  if ((flags & has_sequence) != 0) {
    const auto header = in.take<8>();
    if (!header || header.u8<0>() >> 4u != 1) return malformed(kind);
  }
  return packet(kind, link_type::ethernet, in.rest(), missing_bytes);
}

} // namespace

tunnel_content gre(tunnel_kind kind, cursor in, std::size_t missing_bytes) noexcept {
  constexpr std::uint16_t type_erspan = 0x88BE;
  const auto header = in.take<4>();
  if (!header) return malformed(kind);
  const unsigned flags = header.u16<0>();
  const std::uint16_t type = header.u16<2>();
  const unsigned version = flags & version_bits;
  if (version == 1 && kind == tunnel_kind::gre) return pptp(flags, type, in, missing_bytes);
  // Source routes (RFC 1701) are no more: RFC 2784 wants such packets refused.
  if (version != 0 || (flags & has_routing) != 0) return malformed(kind);
  for (const unsigned field : {has_checksum, has_key, has_sequence}) {
    if ((flags & field) != 0 && !in.take<4>()) return malformed(kind);
  }
  if (type == type_erspan) return erspan(flags, in, missing_bytes);
  return packet_of_type(kind, type, in.rest(), missing_bytes);
}

} // namespace remora::traffic::tunnels
