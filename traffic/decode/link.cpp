#include "traffic/decode/decode.hpp"
#include "traffic/decode/layers.hpp"

namespace remora::traffic {
namespace layers {
namespace {

constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_ipv6 = 0x86DD;
constexpr std::uint16_t type_vlan = 0x8100;
constexpr std::uint16_t type_service_vlan = 0x88A8; // 802.1ad, outer tag
constexpr std::uint16_t type_old_qinq = 0x9100;     // outer tag before 802.1ad
constexpr std::uint16_t least_ether_type = 0x0600;  // smaller values are 802.3 lengths

/// Whether a value below 0x0600 in the place of the type is an 802.3 length.
enum class lengths : bool { refused, accepted };

void llc(cursor in, unsigned depth, decoded_packet& out) noexcept;

/// From the byte after an Ethernet type: takes VLAN tags off and goes on with what they hold.
void ether_payload(std::uint16_t type, cursor in, lengths allowed, unsigned depth,
                   decoded_packet& out) noexcept {
  while (type == type_vlan || type == type_service_vlan || type == type_old_qinq) {
    if (out.vlan_count == max_vlan_tags) {
      return stop(out, decode_status::malformed_link, malformed_reason::too_many_vlan_tags);
    }
    const auto tag = in.take<4>();
    if (!tag) return stop(out, decode_status::truncated_link);
    out.vlan_ids[out.vlan_count++] = tag.u16<0>() & 0x0FFFu;
    type = tag.u16<2>();
  }
  if (type < least_ether_type) {
    if (allowed == lengths::refused) return stop(out, decode_status::not_ip);
    in.limit(type);
    return llc(in, depth, out);
  }
  out.ether_type = type;
  if (type == type_ipv4) return network(in, 4, out);
  if (type == type_ipv6) return network(in, 6, out);
  shim(type, in, depth, out);
}

/// From the first byte of an IEEE 802.2 header: only SNAP (RFC 1042) carries what is decoded.
void llc(cursor in, unsigned depth, decoded_packet& out) noexcept {
  const auto service_points = in.take<3>();
  if (!service_points) return stop(out, decode_status::truncated_link);
  const bool snap = service_points.u16<0>() == 0xAAAA && service_points.u8<2>() == 0x03;
  if (!snap) return stop(out, decode_status::not_ip);
  const auto header = in.take<5>();
  if (!header) return stop(out, decode_status::truncated_link);
  const bool ether_types = header.u8<0>() == 0 && header.u16<1>() == 0;
  if (!ether_types) return stop(out, decode_status::not_ip);
  // A length in here would lead back to this place for ever, at the sender's will.
  ether_payload(header.u16<3>(), in, lengths::refused, depth, out);
}

/// The part that both versions of the Linux cooked header share: what `protocol` means depends on the
/// hardware. Source: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html
void cooked_payload(std::uint16_t hardware, std::uint16_t protocol, cursor in, decoded_packet& out) noexcept {
  constexpr std::uint16_t hardware_frad = 770;
  constexpr std::uint16_t hardware_radiotap = 803;
  constexpr std::uint16_t hardware_netlink = 824;
  if (hardware == hardware_frad || hardware == hardware_radiotap || hardware == hardware_netlink) {
    return stop(out, decode_status::not_ip);
  }
  constexpr std::uint16_t llc_follows = 4;
  if (protocol == llc_follows) return llc(in, 0, out);
  ether_payload(protocol, in, lengths::refused, 0, out);
}

void linux_cooked_v1(cursor in, decoded_packet& out) noexcept {
  const auto header = in.take<16>();
  if (!header) return stop(out, decode_status::truncated_link);
  cooked_payload(header.u16<2>(), header.u16<14>(), in, out);
}

void linux_cooked_v2(cursor in, decoded_packet& out) noexcept {
  const auto header = in.take<20>();
  if (!header) return stop(out, decode_status::truncated_link);
  cooked_payload(header.u16<8>(), header.u16<0>(), in, out);
}

/// The address family is in the byte order of whoever wrote it, and IPv6 has another number on each system.
void bsd_loopback(cursor in, decoded_packet& out) noexcept {
  const auto header = in.take<4>();
  if (!header) return stop(out, decode_status::truncated_link);
  std::uint32_t family = header.u32<0>();
  if (family > 0xFFFF) family = __builtin_bswap32(family);
  switch (family) {
    case 2:
      return network(in, 4, out);
    case 10: // Linux
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // macOS
      return network(in, 6, out);
    default:
      return stop(out, decode_status::not_ip);
  }
}

} // namespace

void ethernet(cursor in, unsigned depth, decoded_packet& out) noexcept {
  const auto header = in.take<14>();
  if (!header) return stop(out, decode_status::truncated_link);
  ether_payload(header.u16<12>(), in, lengths::accepted, depth, out);
}

void ether_payload(std::uint16_t type, cursor in, unsigned depth, decoded_packet& out) noexcept {
  ether_payload(type, in, lengths::refused, depth, out);
}

void link(link_type type, cursor in, decoded_packet& out) noexcept {
  switch (type) {
    case link_type::ethernet:
      return ethernet(in, 0, out);
    case link_type::linux_sll:
      return linux_cooked_v1(in, out);
    case link_type::linux_sll2:
      return linux_cooked_v2(in, out);
    case link_type::null:
    case link_type::loop:
      return bsd_loopback(in, out);
    case link_type::raw_ip:
      return network(in, 0, out);
    case link_type::ipv4:
      return network(in, 4, out);
    case link_type::ipv6:
      return network(in, 6, out);
    case link_type::nflog:
      return nflog(in, out);
    case link_type::ppp:
      return ppp(in, 0, out);
    case link_type::pppoe:
      return pppoe(in, 0, out);
    case link_type::mpls:
      return mpls(in, 0, out);
    case link_type::unsupported:
      break;
  }
  stop(out, decode_status::unknown_link_type);
}

} // namespace layers

decoded_packet decode(const frame& packet) noexcept {
  decoded_packet out = layers::nothing_decoded;
  layers::link(packet.link, cursor{packet.bytes}, out);
  return out;
}

} // namespace remora::traffic
