#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "traffic/decode/decoded_packet.hpp"
#include "traffic/flow/flow_types.hpp"

namespace remora::traffic {

/// What all packets of a flow share, whichever way they go: the end with the lower address (then the lower
/// port) is named first. VLAN tags are not part of it: a packet captured with and without its tag is the
/// same.
struct flow_key {
  ip_address low_ip;
  ip_address high_ip;
  std::uint16_t low_port = 0;
  std::uint16_t high_port = 0;
  std::uint8_t ip_protocol = 0;
  std::uint8_t ip_version = 0;

  ip_endpoint low() const noexcept { return {low_ip, low_port}; }
  ip_endpoint high() const noexcept { return {high_ip, high_port}; }
};
static_assert(sizeof(flow_key) == 38, "compared and hashed as that many bytes without padding");

inline std::uint64_t load_word(const std::uint8_t* at) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

inline bool operator==(const flow_key& a, const flow_key& b) noexcept {
  const auto same = [](const ip_address& x, const ip_address& y) {
    return ((load_word(x.bytes.data()) ^ load_word(y.bytes.data())) |
            (load_word(x.bytes.data() + 8) ^ load_word(y.bytes.data() + 8))) == 0;
  };
  return a.low_port == b.low_port && a.high_port == b.high_port && same(a.low_ip, b.low_ip) &&
         same(a.high_ip, b.high_ip) && a.ip_protocol == b.ip_protocol && a.ip_version == b.ip_version;
}

/// A packet's key, and which end sent it. An address and port that talk to themselves count as `low`.
struct keyed_packet {
  flow_key key;
  bool from_low = true;
};

/// Addresses in network order, then ports.
inline bool is_from_low(const decoded_packet& packet) noexcept {
  for (const std::size_t at : {std::size_t{0}, std::size_t{8}}) {
    const std::uint64_t source = __builtin_bswap64(load_word(packet.source.bytes.data() + at));
    const std::uint64_t destination = __builtin_bswap64(load_word(packet.destination.bytes.data() + at));
    if (source != destination) return source < destination;
  }
  return packet.source_port <= packet.destination_port;
}

inline keyed_packet key_of(const decoded_packet& packet) noexcept {
  if (is_from_low(packet)) {
    return {{packet.source, packet.destination, packet.source_port, packet.destination_port,
             packet.ip_protocol, packet.ip_version},
            true};
  }
  return {{packet.destination, packet.source, packet.destination_port, packet.source_port, packet.ip_protocol,
           packet.ip_version},
          false};
}

} // namespace remora::traffic
