#include "tests/support/tunnel_builder.hpp"

namespace remora::test {

bytes gre(const gre_style& style, const bytes& payload) {
  const unsigned flags = (style.checksum ? 0x8000u : 0u) | (style.key ? 0x2000u : 0u) |
                         (style.sequence ? 0x1000u : 0u) | style.more_flags;
  byte_writer out;
  out.u16(flags).u16(style.type);
  if (style.checksum) out.u32(0x01020304);
  if (style.key) out.u32(0x11121314);
  if (style.sequence) out.u32(0x21222324);
  return out.raw(payload).content();
}

bytes pptp(const pptp_style& style, const bytes& payload) {
  byte_writer out;
  out.u8(style.sequence ? 0x30 : 0x20).u8(style.acknowledgement ? 0x81 : 0x01).u16(ether_ppp);
  out.u16(style.length.value_or(static_cast<std::uint16_t>(payload.size()))).u16(0x0102);
  if (style.sequence) out.u32(1);
  if (style.acknowledgement) out.u32(2);
  return out.raw(payload).content();
}

bytes erspan2(const bytes& frame) { return byte_writer{}.u16(0x1000).u16(1).u32(0).raw(frame).content(); }

bytes vxlan(const bytes& frame, std::uint8_t flags) {
  return byte_writer{}.u8(flags).zeros(3).u32(0x00012300).raw(frame).content();
}

bytes geneve(std::uint16_t type, std::uint8_t option_words, const bytes& payload) {
  byte_writer out;
  out.u8(option_words).u8(0).u16(type).u32(0x00012300).zeros(option_words * std::size_t{4});
  return out.raw(payload).content();
}

bytes teredo_authentication(std::uint8_t id_bytes, std::uint8_t value_bytes, const bytes& payload) {
  byte_writer out;
  out.u16(1)
      .u8(id_bytes)
      .u8(value_bytes)
      .raw(filler(id_bytes))
      .raw(filler(value_bytes))
      .u64(0x4142434445464748)
      .u8(0);
  return out.raw(payload).content();
}

bytes teredo_origin(const bytes& payload) {
  return byte_writer{}.u16(0).u16(0x1234).u32(0x3FFFFDFE).raw(payload).content();
}

bytes ayiya(const ayiya_style& style, const bytes& payload) {
  byte_writer out;
  out.u8(0x41).u8(0x52).u8(0x10u | style.operation).u8(style.next_header).u32(1'700'000'000);
  return out.raw(filler(16)).raw(filler(20)).raw(payload).content();
}

bytes gtp_u(const gtp_style& style, const bytes& payload) {
  constexpr std::uint8_t some_extension = 0x85;
  const bool options = (style.flags & 0x07u) != 0;
  const std::size_t length = payload.size() + (options ? 4u : 0u) + style.extensions * std::size_t{4};
  byte_writer out;
  out.u8(style.flags)
      .u8(style.type)
      .u16(style.length.value_or(static_cast<std::uint16_t>(length)))
      .u32(0x0A0B0C0D);
  if (options) out.u16(1).u8(0).u8(style.extensions > 0 ? some_extension : 0);
  for (unsigned left = style.extensions; left > 0; --left) {
    out.u8(1).u16(0).u8(left > 1 ? some_extension : 0);
  }
  return out.raw(payload).content();
}

} // namespace remora::test
