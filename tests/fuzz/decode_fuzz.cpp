#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>

#include "traffic/decode/cursor.hpp"
#include "traffic/decode/decode.hpp"
#include "traffic/decode/decode_counters.hpp"
#include "traffic/decode/packet_info.hpp"
#include "traffic/decode/unwrap.hpp"

// Input: one byte that chooses the link type, then a frame; with its highest bit set, frames: for each the
// seconds since the one before (1 byte), its length (2 bytes, big endian), its bytes. Every view must lie
// inside the frame, or where fragments are put together; what was not decoded must be empty; limits hold; the
// counters must add up.

namespace {

using namespace remora;
using namespace remora::traffic;

void require(bool holds) {
  if (!holds) std::abort();
}

// New ones at the end: the seeds name them by number.
constexpr link_type links[] = {
    link_type::null,        link_type::ethernet, link_type::raw_ip, link_type::loop,
    link_type::linux_sll,   link_type::ipv4,     link_type::ipv6,   link_type::linux_sll2,
    link_type::unsupported, link_type::ppp,      link_type::pppoe,  link_type::mpls,
    link_type::nflog,
};

constexpr fragment_limits small_limits{8, 30'000, std::chrono::seconds{30}};

void require_inside(byte_view part, byte_view whole) {
  if (part.empty()) return;
  const std::less_equal<const std::uint8_t*> not_after;
  require(not_after(whole.begin(), part.begin()) && not_after(part.end(), whole.end()));
}

/// Reads every byte, so that the sanitizer looks at them.
void touch(byte_view view) {
  static volatile std::uint8_t sum = 0;
  for (const std::uint8_t byte : view) {
    sum = static_cast<std::uint8_t>(sum + byte);
  }
}

void check_fields(const decoded_packet& out) {
  require_inside(out.payload, out.network_payload);
  require_inside(out.tcp_options, out.network_payload);
  require_inside(out.network_payload, out.fragment_bytes());
  require(out.vlan_count <= max_vlan_tags);
  require(out.ip_version == 0 || out.ip_version == 4 || out.ip_version == 6);
  require((out.kind == packet_kind::not_ip) == (out.ip_version == 0));
  require(out.source.is_v4() || out.ip_version != 4);
  require(!out.has_transport || out.ip_version != 0);
  require((out.tcp.header_bytes != 0) == (out.has_transport && out.kind == packet_kind::tcp));
  require(out.tcp.header_bytes == 0 || out.tcp.header_bytes == 20 + out.tcp_options.size());
  require(out.kind != packet_kind::fragment || (out.fragment.is_fragment() && !out.has_transport));
  const bool malformed = out.status == decode_status::malformed_link ||
                         out.status == decode_status::malformed_network ||
                         out.status == decode_status::malformed_transport;
  require(malformed == (out.reason != malformed_reason::none));
}

void check(const frame& packet, const decoded_packet& out) {
  check_fields(out);
  require_inside(out.fragment_bytes(), packet.bytes);
  require((make_packet_info(packet, out).fragmented != 0) == out.fragment.is_fragment());
  const tunnel_content content = find_tunnel(out);
  require_inside(content.bytes, packet.bytes);
  require(content.has_packet() ? may_be_tunnel(out) : content.bytes.empty());
}

void check_sums(const decode_counters& counters) {
  std::uint64_t kinds = 0;
  std::uint64_t statuses = 0;
  for (std::size_t i = 0; i < packet_kind_count; ++i) {
    kinds += counters.of(static_cast<packet_kind>(i));
  }
  for (std::size_t i = 0; i < decode_status_count; ++i) {
    statuses += counters.of(static_cast<decode_status>(i));
  }
  require(kinds == counters.packets() && statuses == counters.packets());
}

void check_sums(const fragment_table& table, const fragment_limits& limits) {
  std::uint64_t fates = 0;
  std::uint64_t ends = table.open();
  for (std::size_t i = 0; i < fragment_fate_count; ++i) {
    fates += table.counters().of(static_cast<fragment_fate>(i));
  }
  for (std::size_t i = 0; i < datagram_end_count; ++i) {
    ends += table.counters().of(static_cast<datagram_end>(i));
  }
  require(fates == table.counters().fragments() && ends == table.counters().opened());
  require(table.open() <= limits.datagrams && table.bytes() <= limits.bytes);
}

void one_frame(unwrapper& all, const frame& packet) {
  static decode_counters counters;
  const decoded_packet outer = decode(packet);
  check(packet, outer);
  counters.add(outer);
  check_sums(counters);

  const unwrapped inner = all.open(packet, outer);
  check_fields(*inner.packet);
  touch(inner.packet->fragment_bytes());
  require(inner.tunnels <= max_tunnel_depth);
  require(inner.awaits_fragments == inner.packet->fragment.is_fragment());
  check_sums(all.fragments(), small_limits);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::uint8_t many = 0x80;
  unwrapper all{small_limits};
  frame packet;
  packet.link = links[(data[0] & ~many) % (sizeof links / sizeof links[0])];
  cursor in{{data + 1, size - 1}};
  if ((data[0] & many) == 0) {
    packet.bytes = in.rest();
    packet.wire_length = static_cast<std::uint32_t>(packet.bytes.size());
    one_frame(all, packet);
    return 0;
  }
  while (const auto head = in.take<3>()) {
    packet.time += std::chrono::seconds{head.u8<0>()};
    packet.bytes = in.rest().first(head.u16<1>());
    packet.wire_length = static_cast<std::uint32_t>(packet.bytes.size());
    in.take(packet.bytes.size());
    one_frame(all, packet);
  }
  return 0;
}
