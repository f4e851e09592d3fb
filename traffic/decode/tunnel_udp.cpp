#include <optional>

#include "traffic/decode/plausible.hpp"
#include "traffic/decode/tunnel_formats.hpp"

namespace remora::traffic::tunnels {
namespace {

/// Steps over what a Teredo server may put before the packet: an authentication header, then an origin. Each
/// begins with a zero, which no IPv6 packet does. Source: RFC 4380, section 5.1.1.
bool skip_teredo_headers(cursor& in) noexcept {
  constexpr std::uint16_t authentication = 0x0001;
  constexpr std::uint16_t origin = 0x0000;
  const auto is = [&in](std::uint16_t what) {
    const auto indicator = in.peek<2>();
    return indicator && indicator.u16<0>() == what;
  };
  if (is(authentication)) {
    const auto header = in.take<4>();
    if (!header) return false;
    constexpr std::size_t nonce_and_confirmation = 9;
    if (!in.take(std::size_t{header.u8<2>()} + header.u8<3>() + nonce_and_confirmation)) return false;
  }
  return !is(origin) || in.take<8>();
}

/// What a GTP-U header with any of its flags has behind its first 8 bytes: four bytes, and extension headers,
/// each of which names the next. Source: 3GPP TS 29.281, section 5.
bool skip_gtp_options(cursor& in) noexcept {
  const auto options = in.take<4>();
  if (!options) return false;
  std::uint8_t next = options.u8<3>();
  while (next != 0) {
    const auto words = in.peek<1>();
    if (!words || words.u8<0>() == 0) return false;
    const auto extension = in.take(words.u8<0>() * std::size_t{4});
    if (!extension) return false;
    next = extension->data()[extension->size() - 1];
  }
  return true;
}

} // namespace

tunnel_content vxlan(cursor in, std::size_t missing_bytes) noexcept {
  constexpr unsigned network_is_valid = 0x08;
  const auto header = in.take<8>();
  const bool good = header && (header.u8<0>() & network_is_valid) != 0 && header.u8<7>() == 0;
  if (!good) return malformed(tunnel_kind::vxlan);
  return packet(tunnel_kind::vxlan, link_type::ethernet, in.rest(), missing_bytes);
}

tunnel_content geneve(cursor in, std::size_t missing_bytes) noexcept {
  const auto header = in.take<8>();
  const bool good = header && header.u8<0>() >> 6u == 0 && header.u8<7>() == 0;
  if (!good || !in.take((header.u8<0>() & 0x3Fu) * std::size_t{4})) return malformed(tunnel_kind::geneve);
  return packet_of_type(tunnel_kind::geneve, header.u16<2>(), in.rest(), missing_bytes);
}

tunnel_content teredo(cursor in, std::size_t missing_bytes) noexcept {
  if (!skip_teredo_headers(in)) return malformed(tunnel_kind::teredo);
  return packet(tunnel_kind::teredo, link_type::ipv6, in.rest(), missing_bytes);
}

tunnel_content teredo_between_clients(cursor in, std::size_t missing_bytes) noexcept {
  constexpr std::uint32_t prefix = 0x2001'0000; // 2001::/32, RFC 4380, section 2.6
  const auto header = in.peek<40>();
  if (!header || (header.u32<8>() != prefix && header.u32<24>() != prefix)) return nothing();
  if (!looks_like_ip(in.rest(), 6, missing_bytes)) return nothing();
  const std::size_t length = std::size_t{40} + header.u16<4>();
  constexpr std::uint8_t no_next_header = 59;
  const bool bubble = header.u8<6>() == no_next_header; // may have anything behind it
  if (length != in.left() + missing_bytes && !bubble) return nothing();
  return packet(tunnel_kind::teredo, link_type::ipv6, in.rest(), missing_bytes);
}

tunnel_content ayiya(cursor in, std::size_t missing_bytes) noexcept {
  constexpr tunnel_kind kind = tunnel_kind::ayiya;
  const auto header = in.take<8>();
  if (!header) return malformed(kind);
  const std::size_t identity_bytes = std::size_t{1} << (header.u8<0>() >> 4u);
  const std::size_t signature_bytes = (header.u8<1>() >> 4u) * std::size_t{4};
  if (!in.take(identity_bytes + signature_bytes)) return malformed(kind);
  const unsigned operation = header.u8<2>() & 0x0Fu;
  constexpr unsigned forward = 1;
  constexpr unsigned echo_request_and_forward = 3;
  if (operation != forward && operation != echo_request_and_forward) return nothing();
  switch (header.u8<3>()) {
    case ip_protocol_ipv4:
      return packet(kind, link_type::ipv4, in.rest(), missing_bytes);
    case ip_protocol_ipv6:
      return packet(kind, link_type::ipv6, in.rest(), missing_bytes);
    default:
      return nothing();
  }
}

tunnel_content gtp_u(cursor in, std::size_t missing_bytes) noexcept {
  constexpr tunnel_kind kind = tunnel_kind::gtp_u;
  constexpr std::uint8_t user_packet = 0xFF;
  const auto header = in.take<8>();
  if (!header) return malformed(kind);
  const unsigned flags = header.u8<0>();
  const bool version_1 = (flags & 0xF0u) == 0x30; // and GTP, not GTP'
  if (!version_1 || header.u16<2>() > in.left() + missing_bytes) return malformed(kind);
  if (header.u8<1>() != user_packet) return nothing(); // an echo, an error
  const bool has_options = (flags & 0x07u) != 0;
  if (has_options && !skip_gtp_options(in)) return malformed(kind);
  const auto first = in.peek<1>();
  const bool v4 = first && first.u8<0>() >> 4u == 4;
  return packet(kind, v4 ? link_type::ipv4 : link_type::ipv6, in.rest(), missing_bytes);
}

} // namespace remora::traffic::tunnels
