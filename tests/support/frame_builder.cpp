#include "tests/support/frame_builder.hpp"

namespace remora::test {
namespace {

bytes padded(const bytes& content) { return byte_writer{}.raw(content).pad().content(); }

/// RFC 1071.
std::uint16_t checksum(const bytes& header) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < header.size(); i += 2) {
    sum += static_cast<std::uint32_t>(header[i] << 8u | header[i + 1]);
  }
  while (sum > 0xFFFF) {
    sum = (sum & 0xFFFFu) + (sum >> 16u);
  }
  return static_cast<std::uint16_t>(~sum);
}

} // namespace

bytes text(const std::string& content) { return {content.begin(), content.end()}; }

bytes join(const bytes& head, const bytes& tail) { return byte_writer{}.raw(head).raw(tail).content(); }

bytes filler(std::size_t count) {
  bytes out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::uint8_t>(i * 7 + (i >> 8u));
  }
  return out;
}

bytes ethernet(std::uint16_t type, const bytes& payload) {
  const bytes to{0x02, 0, 0, 0, 0, 2};
  const bytes from{0x02, 0, 0, 0, 0, 1};
  return byte_writer{}.raw(to).raw(from).u16(type).raw(payload).content();
}

bytes vlan_tag(std::uint16_t id, std::uint16_t type, const bytes& payload) {
  return byte_writer{}.u16(id).u16(type).raw(payload).content();
}

bytes snap(std::uint16_t type, const bytes& payload) {
  return byte_writer{}.u16(0xAAAA).u8(3).zeros(3).u16(type).raw(payload).content();
}

bytes pppoe(const bytes& frame) {
  return byte_writer{}.u8(0x11).u8(0).u16(0x0A0B).u16(frame.size()).raw(frame).content();
}

bytes ppp(std::uint16_t protocol, const bytes& payload) {
  return byte_writer{}.u16(protocol).raw(payload).content();
}

bytes mpls(std::size_t labels, const bytes& payload) {
  byte_writer out;
  for (std::size_t i = 1; i <= labels; ++i) {
    out.u16(i).u8(i == labels ? 0xF1 : 0xF0).u8(64); // label, class and bottom of stack, time to live
  }
  return out.raw(payload).content();
}

bytes linux_cooked(std::uint16_t protocol, const bytes& payload, std::uint16_t hardware) {
  return byte_writer{}
      .u16(0)
      .u16(hardware)
      .u16(6)
      .u64(0x0200'0000'0001'0000)
      .u16(protocol)
      .raw(payload)
      .content();
}

bytes linux_cooked2(std::uint16_t protocol, const bytes& payload, std::uint16_t hardware) {
  byte_writer out;
  out.u16(protocol).u16(0).u32(2).u16(hardware).u8(0).u8(6).u64(0x0200'0000'0001'0000).raw(payload);
  return out.content();
}

bytes bsd_loopback(std::uint32_t family, byte_order order, const bytes& payload) {
  return byte_writer{order}.u32(family).raw(payload).content();
}

bytes nflog(std::uint8_t family, std::uint16_t type, byte_order order, const bytes& payload) {
  byte_writer out{order};
  out.u8(family).u8(0).u16(0);
  out.u16(8).u16(1).u8(type >> 8u).u8(type & 0xFFu).u16(0);
  out.u16(4 + 5).u16(10).raw(text("test")).u8(0).zeros(3);
  return out.u16(4 + payload.size()).u16(9).raw(payload).content();
}

bytes ipv4(const ipv4_style& style, const bytes& payload) {
  const bytes options = padded(style.options);
  const std::size_t header_bytes = 20 + options.size();
  const auto build = [&](std::uint16_t sum) {
    byte_writer out;
    out.u8(static_cast<unsigned>(style.version) << 4u | style.header_words.value_or(header_bytes / 4)).u8(0);
    out.u16(style.total_length.value_or(static_cast<std::uint16_t>(header_bytes + payload.size())));
    out.u16(style.id).u16((style.more_fragments ? 0x2000u : 0u) | style.fragment_offset_bytes / 8u);
    out.u8(style.hop_limit).u8(style.protocol).u16(sum).u32(style.source).u32(style.destination);
    return out.raw(options).content();
  };
  return join(build(checksum(build(0))), payload);
}

bytes ipv6(const ipv6_style& style, const bytes& payload) {
  byte_writer out;
  out.u32(static_cast<std::uint32_t>(style.version) << 28u);
  out.u16(style.payload_length.value_or(static_cast<std::uint16_t>(payload.size())));
  out.u8(style.next_header).u8(style.hop_limit).raw(style.source).raw(style.destination);
  return out.raw(payload).content();
}

bytes ipv6_extension(std::uint8_t next_header, std::uint8_t units, const bytes& payload) {
  const std::size_t body = (units + std::size_t{1}) * 8 - 2;
  byte_writer out;
  out.u8(next_header).u8(units).u8(1).u8(body - 2).zeros(body - 2); // one PadN option
  return out.raw(payload).content();
}

bytes ipv6_fragment(std::uint8_t next_header, std::uint16_t offset_bytes, bool more, std::uint32_t id,
                    const bytes& payload) {
  return byte_writer{}
      .u8(next_header)
      .u8(0)
      .u16(offset_bytes | (more ? 1u : 0u))
      .u32(id)
      .raw(payload)
      .content();
}

bytes ip_authentication(std::uint8_t next_header, std::uint8_t units, const bytes& payload) {
  return byte_writer{}
      .u8(next_header)
      .u8(units)
      .zeros((units + std::size_t{2}) * 4 - 2)
      .raw(payload)
      .content();
}

bytes tcp(const tcp_style& style, const bytes& payload) {
  const bytes options = padded(style.options);
  byte_writer out;
  out.u16(style.source_port).u16(style.destination_port).u32(style.sequence).u32(style.acknowledgement);
  out.u8(static_cast<unsigned>(style.header_words.value_or(static_cast<std::uint8_t>(5 + options.size() / 4)))
         << 4u);
  out.u8(style.flags).u16(style.window).u16(0).u16(0).raw(options);
  return out.raw(payload).content();
}

bytes udp(const udp_style& style, const bytes& payload) {
  byte_writer out;
  out.u16(style.source_port).u16(style.destination_port);
  out.u16(style.length.value_or(static_cast<std::uint16_t>(8 + payload.size()))).u16(0);
  return out.raw(payload).content();
}

bytes icmp(std::uint8_t type, std::uint8_t code, const bytes& payload) {
  return byte_writer{}.u8(type).u8(code).u16(0).u32(0).raw(payload).content();
}

bytes sctp(std::uint16_t source_port, std::uint16_t destination_port, std::uint32_t tag,
           const bytes& chunks) {
  return byte_writer{}.u16(source_port).u16(destination_port).u32(tag).u32(0).raw(chunks).content();
}

} // namespace remora::test
