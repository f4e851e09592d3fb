#include "traffic/link_type.hpp"

namespace remora::traffic {

link_type link_type_from_number(std::uint32_t number) noexcept {
  switch (number) {
    case 0:
      return link_type::null;
    case 1:
      return link_type::ethernet;
    case 9:
      return link_type::ppp;
    case 12:
    case 14:
    case 101:
      return link_type::raw_ip;
    case 51:
      return link_type::pppoe;
    case 108:
      return link_type::loop;
    case 113:
      return link_type::linux_sll;
    case 219:
      return link_type::mpls;
    case 228:
      return link_type::ipv4;
    case 229:
      return link_type::ipv6;
    case 239:
      return link_type::nflog;
    case 276:
      return link_type::linux_sll2;
    default:
      return link_type::unsupported;
  }
}

std::string_view to_string(link_type link) noexcept {
  switch (link) {
    case link_type::null:
      return "BSD loopback";
    case link_type::ethernet:
      return "Ethernet";
    case link_type::ppp:
      return "PPP";
    case link_type::pppoe:
      return "PPPoE";
    case link_type::raw_ip:
      return "raw IP";
    case link_type::loop:
      return "OpenBSD loopback";
    case link_type::linux_sll:
      return "Linux cooked v1";
    case link_type::mpls:
      return "MPLS";
    case link_type::ipv4:
      return "raw IPv4";
    case link_type::ipv6:
      return "raw IPv6";
    case link_type::nflog:
      return "netfilter log";
    case link_type::linux_sll2:
      return "Linux cooked v2";
    case link_type::unsupported:
      return "unsupported";
  }
  return "unsupported";
}

std::string_view supported_link_types() noexcept {
  return "BSD loopback (0), Ethernet (1), PPP (9), raw IP (12, 14, 101), PPPoE (51), OpenBSD loopback (108), "
         "Linux cooked v1 (113), MPLS (219), raw IPv4 (228), raw IPv6 (229), netfilter log (239), "
         "Linux cooked v2 (276)";
}

} // namespace remora::traffic
