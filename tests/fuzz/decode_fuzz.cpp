#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>

#include "traffic/decode/decode.hpp"
#include "traffic/decode/decode_counters.hpp"
#include "traffic/decode/packet_info.hpp"

// Input: one byte that chooses the link type, then a frame. Every view must lie inside the frame, what was
// not decoded must be empty, and the counters must add up.

namespace {

using namespace remora;
using namespace remora::traffic;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr link_type links[] = {link_type::null, link_type::ethernet,   link_type::raw_ip,
                               link_type::loop, link_type::linux_sll,  link_type::ipv4,
                               link_type::ipv6, link_type::linux_sll2, link_type::unsupported};

void require_inside(byte_view part, byte_view whole) {
  if (part.empty()) return;
  const std::less_equal<const std::uint8_t*> not_after;
  require(not_after(whole.begin(), part.begin()) && not_after(part.end(), whole.end()));
}

void check(const frame& packet, const decoded_packet& out) {
  require_inside(out.network_payload, packet.bytes);
  require_inside(out.payload, out.network_payload);
  require_inside(out.tcp_options, out.network_payload);
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
  require((make_packet_info(packet, out).fragmented != 0) == out.fragment.is_fragment());
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

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static decode_counters counters;
  frame packet;
  packet.link = links[data[0] % (sizeof links / sizeof links[0])];
  packet.bytes = {data + 1, size - 1};
  packet.wire_length = static_cast<std::uint32_t>(size - 1);
  const decoded_packet out = decode(packet);
  check(packet, out);
  counters.add(out);
  check_sums(counters);
  return 0;
}
