#include "tests/integration/example_captures.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"

namespace remora::test {

namespace {

constexpr std::int64_t begin_ns = 1'700'000'000'000'000'000; // 2023-11-14T22:13:20Z
constexpr std::int64_t ms = 1'000'000;
constexpr std::uint32_t client = 0xC0000214; // 192.0.2.20, RFC 5737
constexpr std::uint32_t server = 0xC6336450; // 198.51.100.80
constexpr std::uint32_t resolver = 0xC6336435;

/// Packets at their times, sorted when they are written.
class traffic_recorder {
 public:
  void add(std::int64_t at_ms, std::uint32_t from, std::uint32_t to, std::uint8_t protocol,
           const bytes& payload) {
    ipv4_style style;
    style.protocol = protocol;
    style.source = from;
    style.destination = to;
    style.id = next_id_++;
    packets_.emplace_back(begin_ns + at_ms * ms, ethernet(ether_ipv4, ipv4(style, payload)));
  }

  void add_frame(std::int64_t at_ms, const bytes& frame) {
    packets_.emplace_back(begin_ns + at_ms * ms, frame);
  }

  bytes file() {
    std::stable_sort(packets_.begin(), packets_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    pcap_writer writer;
    for (const auto& [time, frame] : packets_)
      writer.packet(time, frame);
    return writer.content();
  }

 private:
  std::vector<std::pair<std::int64_t, bytes>> packets_;
  std::uint16_t next_id_ = 1;
};

void add_lookup(traffic_recorder& to, std::int64_t at, std::uint16_t port) {
  udp_style ask;
  ask.source_port = port;
  udp_style answer;
  answer.source_port = 53;
  answer.destination_port = port;
  to.add(at, client, resolver, 17, udp(ask, filler(33)));
  to.add(at + 7, resolver, client, 17, udp(answer, filler(97)));
}

/// One side of a TCP connection says something.
void say(traffic_recorder& to, std::int64_t at, bool from_client, std::uint16_t port, std::uint8_t flags,
         const bytes& what) {
  tcp_style style;
  style.source_port = from_client ? port : 80;
  style.destination_port = from_client ? 80 : port;
  style.flags = flags;
  to.add(at, from_client ? client : server, from_client ? server : client, 6, tcp(style, what));
}

/// A request and an answer of that many bytes, with the beginning and the end of the connection.
void add_request(traffic_recorder& to, std::int64_t at, std::uint16_t port, std::size_t answer_bytes) {
  constexpr std::uint8_t syn = 0x02;
  constexpr std::uint8_t syn_ack = 0x12;
  constexpr std::uint8_t push = 0x18;
  constexpr std::uint8_t ack = 0x10;
  constexpr std::uint8_t fin = 0x11;
  constexpr std::size_t segment = 1'460;
  say(to, at, true, port, syn, {});
  say(to, at + 20, false, port, syn_ack, {});
  say(to, at + 21, true, port, push,
      text("GET /" + std::to_string(port) + " HTTP/1.1\r\nHost: example.net\r\n\r\n"));
  std::int64_t later = at + 45;
  for (std::size_t sent = 0; sent < answer_bytes; sent += segment, later += 2) {
    say(to, later, false, port, ack, filler(std::min(segment, answer_bytes - sent)));
    say(to, later + 1, true, port, ack, {});
  }
  say(to, later + 5, true, port, fin, {});
  say(to, later + 25, false, port, fin, {});
}

/// Five minutes of a workstation: look-ups and requests, a ping every ten seconds, a download in the third.
bytes demo() {
  traffic_recorder out;
  std::uint16_t port = 40'000;
  for (std::int64_t at = 0; at < 300'000; at += 10'000) {
    out.add(at + 111, client, server, 1, icmp(8, 0, filler(56)));
    out.add(at + 131, server, client, 1, icmp(0, 0, filler(56)));
    add_lookup(out, at + 1'500, ++port);
    add_request(out, at + 1'600, port, static_cast<std::size_t>(200 + at / 97 % 2'900));
  }
  add_lookup(out, 125'000, ++port);
  add_request(out, 125'200, port, 60'000);
  return out.file();
}

/// Datagrams that are larger than what the network carries, each in three pieces, among smaller ones.
bytes fragments() {
  traffic_recorder out;
  for (std::uint16_t i = 0; i < 6; ++i) {
    udp_style style;
    style.destination_port = 2'049;
    const bytes datagram = udp(style, filler(3'400));
    constexpr std::size_t piece = 1'480;
    for (std::size_t offset = 0; offset < datagram.size(); offset += piece) {
      const std::size_t end = std::min(offset + piece, datagram.size());
      ipv4_style part;
      part.protocol = 17;
      part.source = client;
      part.destination = server;
      part.id = static_cast<std::uint16_t>(900 + i);
      part.fragment_offset_bytes = static_cast<std::uint16_t>(offset);
      part.more_fragments = end < datagram.size();
      const auto at = static_cast<std::ptrdiff_t>(offset);
      out.add_frame(std::int64_t{i} * 15'000 + static_cast<std::int64_t>(offset / piece),
                    ethernet(ether_ipv4, ipv4(part, {datagram.begin() + at,
                                                     datagram.begin() + static_cast<std::ptrdiff_t>(end)})));
    }
    add_lookup(out, i * 15'000 + 4'000, static_cast<std::uint16_t>(41'000 + i));
  }
  return out.file();
}

} // namespace

std::vector<example_capture> example_captures() {
  return {{"demo.pcap", demo()}, {"fragments.pcap", fragments()}};
}

} // namespace remora::test
