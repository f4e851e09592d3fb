#include "protocol/item/item.hpp"

namespace remora {

std::string_view to_string(name_mechanism mechanism) noexcept {
  switch (mechanism) {
    case name_mechanism::none:
      return "none";
    case name_mechanism::ip:
      return "ip";
    case name_mechanism::ip_and_port:
      return "ip-and-port";
    case name_mechanism::dns:
      return "dns";
    case name_mechanism::http_header:
      return "http-header";
    case name_mechanism::syscall:
      return "syscall";
  }
  return "none";
}

std::string_view to_string(item_trouble trouble) noexcept {
  switch (trouble) {
    case item_trouble::none:
      return "";
    case item_trouble::dissection:
      return "dissection";
    case item_trouble::connection:
      return "connection";
    case item_trouble::timeout:
      return "timeout";
    case item_trouble::pair_not_found:
      return "pair-not-found";
  }
  return "";
}

std::size_t footprint(const item& what) noexcept {
  std::size_t bytes = sizeof(item) + what.trouble_text.size();
  for (const auto* part : {what.request.get(), what.response.get(), what.data.get()})
    if (part != nullptr) bytes += part->footprint();
  return bytes;
}

std::string stream_name(std::uint64_t number, stream_kind kind) {
  std::string digits = std::to_string(number);
  if (digits.size() < 12) digits.insert(0, 12 - digits.size(), '0');
  if (kind == stream_kind::tls) digits += "_tls";
  if (kind == stream_kind::udp) digits += "_udp";
  return digits += ".pcap";
}

std::string item_id(const item& what) {
  return (what.origin ? what.origin->worker : "") + '/' + stream_name(what.stream, what.kind) + '-' +
         std::to_string(what.index);
}

std::string matcher_key(const item& what) {
  if (what.protocol == nullptr || !what.protocol->has_matcher_key) return "";
  return to_string(what.source.address.ip) + '_' + to_string(what.destination.address.ip) + '_' +
         std::to_string(what.source.address.port) + '_' + std::to_string(what.destination.address.port) +
         '_' + std::to_string(what.match_number) + std::string{what.protocol->key_suffix};
}

} // namespace remora
