#include "tests/support/tcp_conversation.hpp"

namespace remora::test {
namespace {

bytes behind_prefix(std::uint32_t address) {
  return byte_writer{}.u32(0x20010DB8).u64(0).u32(address).content();
}

} // namespace

tcp_conversation::tcp_conversation(const conversation_style& style)
    : style_{style}, next_{style.client_isn, style.server_isn} {}

bytes tcp_conversation::raw(side from, std::uint32_t sequence, std::uint32_t acknowledgement,
                            std::uint8_t flags, const bytes& payload) const {
  const bool client = from == side::client;
  tcp_style segment;
  segment.source_port = client ? style_.client_port : style_.server_port;
  segment.destination_port = client ? style_.server_port : style_.client_port;
  segment.sequence = sequence;
  segment.acknowledgement = acknowledgement;
  segment.flags = flags;
  const std::uint32_t source = client ? style_.client_address : style_.server_address;
  const std::uint32_t destination = client ? style_.server_address : style_.client_address;
  if (style_.ipv6) {
    ipv6_style packet;
    packet.source = behind_prefix(source);
    packet.destination = behind_prefix(destination);
    return ethernet(ether_ipv6, ipv6(packet, tcp(segment, payload)));
  }
  ipv4_style packet;
  packet.source = source;
  packet.destination = destination;
  return ethernet(ether_ipv4, ipv4(packet, tcp(segment, payload)));
}

bytes tcp_conversation::syn(const bytes& payload) {
  next_[0] = style_.client_isn + 1 + static_cast<std::uint32_t>(payload.size());
  return raw(side::client, style_.client_isn, 0, flag::syn, payload);
}

bytes tcp_conversation::syn_ack() {
  next_[1] = style_.server_isn + 1;
  return raw(side::server, style_.server_isn, next_[0], flag::syn | flag::ack);
}

std::vector<bytes> tcp_conversation::handshake() {
  std::vector<bytes> out{syn(), syn_ack()};
  out.push_back(ack(side::client));
  return out;
}

bytes tcp_conversation::data(side from, const bytes& payload) {
  bytes out = raw(from, next(from), next(other(from)), flag::ack | flag::psh, payload);
  next_[index(from)] += static_cast<std::uint32_t>(payload.size());
  return out;
}

bytes tcp_conversation::ack(side from) const { return raw(from, next(from), next(other(from)), flag::ack); }

bytes tcp_conversation::fin(side from, const bytes& payload) {
  bytes out = raw(from, next(from), next(other(from)), flag::fin | flag::ack, payload);
  next_[index(from)] += static_cast<std::uint32_t>(payload.size()) + 1;
  return out;
}

bytes tcp_conversation::rst(side from) const {
  return raw(from, next(from), next(other(from)), flag::rst | flag::ack);
}

std::vector<bytes> tcp_conversation::close(side first) {
  std::vector<bytes> out{fin(first), fin(other(first))};
  out.push_back(ack(first));
  return out;
}

bytes tcp_conversation::at(side from, std::uint32_t offset, const bytes& payload, std::uint8_t flags) const {
  const std::uint32_t isn = from == side::client ? style_.client_isn : style_.server_isn;
  return raw(from, isn + 1 + offset, next(other(from)), flags, payload);
}

std::uint32_t tcp_conversation::said(side who) const {
  return next(who) - (who == side::client ? style_.client_isn : style_.server_isn) - 1;
}

} // namespace remora::test
