#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "traffic/decode/cursor.hpp"
#include "traffic/flow/flow_table.hpp"

// Input: the limits, then packets of eight bytes each on a handful of connections. A payload byte at sequence
// number n has the value n mod 256 (all directions alike), so what a consumer gets must count on, and skip as
// many as a gap says; unless the input asks for contradicting bytes. After every packet the counters must add
// up and the caps hold; in the end the table must be empty and every direction ended once.

namespace {

using namespace remora;
using namespace remora::traffic;

void require(bool holds) {
  if (!holds) std::abort();
}

struct world {
  std::uint64_t delivered = 0;
  std::uint64_t gap_bytes = 0;
  std::uint64_t consumers = 0;
  std::uint64_t opened = 0;
  std::uint64_t closed = 0;
  std::uint8_t answers = 0; ///< How consumers answer their next calls.
  bool contradicting = false;

  interest answer() {
    answers = static_cast<std::uint8_t>(answers * 5 + 1);
    if (answers > 250) return interest::nothing;
    return answers > 240 ? interest::end_only : interest::bytes;
  }
};

class checking_stream : public stream_consumer {
 public:
  explicit checking_stream(world& in) : in_{in} { ++in_.consumers; }
  ~checking_stream() override { --in_.consumers; }

  interest on_bytes(direction way, byte_view bytes, timestamp) override {
    state& each = listening(way);
    require(!bytes.empty());
    for (const std::uint8_t value : bytes) {
      if (!in_.contradicting) require(!each.started || value == each.next);
      each.started = true;
      each.next = static_cast<std::uint8_t>(value + 1);
    }
    in_.delivered += bytes.size();
    return answered(each);
  }
  interest on_gap(direction way, std::uint64_t missing, timestamp) override {
    state& each = listening(way);
    require(missing > 0);
    each.next = static_cast<std::uint8_t>(each.next + missing);
    in_.gap_bytes += missing;
    return answered(each);
  }
  void on_end(direction way, stream_end, timestamp) override {
    state& each = states_[static_cast<std::size_t>(way)];
    require(!each.ended);
    each.ended = true;
  }

 private:
  struct state {
    std::uint8_t next = 0;
    bool started = false;
    bool ended = false;
    bool muted = false;
  };

  state& listening(direction way) {
    state& each = states_[static_cast<std::size_t>(way)];
    require(!each.ended && !each.muted);
    return each;
  }
  interest answered(state& each) {
    const interest answer = in_.answer();
    each.muted = answer != interest::bytes;
    return answer;
  }

  world& in_;
  std::array<state, 2> states_;
};

class checking_datagrams : public datagram_consumer {
 public:
  explicit checking_datagrams(world& in) : in_{in} { ++in_.consumers; }
  ~checking_datagrams() override { --in_.consumers; }
  interest on_datagram(direction, byte_view, std::uint32_t, timestamp) override {
    require(!ended_);
    return in_.answer();
  }
  void on_end(stream_end, timestamp) override {
    require(!ended_);
    ended_ = true;
  }

 private:
  world& in_;
  bool ended_ = false;
};

class checking_observer : public flow_observer {
 public:
  explicit checking_observer(world& in) : in_{in} {}
  void opened(const flow_info& flow) override { require(flow.number == ++in_.opened); }
  std::unique_ptr<stream_consumer> open_stream(const flow_info& flow) override {
    if (flow.client.port == 7 || flow.server.port == 7) return nullptr;
    return std::make_unique<checking_stream>(in_);
  }
  std::unique_ptr<datagram_consumer> open_datagrams(const flow_info&) override {
    return std::make_unique<checking_datagrams>(in_);
  }
  void closed(const flow_info&, const flow_totals&) override { ++in_.closed; }

 private:
  world& in_;
};

void check(const flow_counters& counters, const flow_limits& limits, const world& in, std::uint64_t given) {
  require(counters.packets.sum() == given);
  require(counters.tcp_bytes == counters.bytes.sum() + counters.held_bytes);
  require(counters.tcp_flows + counters.udp_flows == counters.ended.sum() + counters.open_flows);
  require(counters.ended.sum() == counters.errors.sum());
  require(counters.udp_bytes == counters.udp_delivered_bytes + counters.udp_unwanted_bytes);
  require(counters.held_memory <= limits.held_in_total && counters.held_bytes <= counters.held_memory);
  require(counters.open_flows + counters.lingering_flows <= limits.flows);
  require(counters.bytes[byte_fate::delivered] == in.delivered);
  require(counters.gap_bytes.sum() == in.gap_bytes);
  require(counters.ended.sum() == in.closed);
  require(in.consumers <= counters.open_flows);
}

/// Sequence number n at places[n % 256 ...]: enough for the longest segment.
const std::vector<std::uint8_t>& counting_bytes() {
  static const std::vector<std::uint8_t> all = [] {
    std::vector<std::uint8_t> out(256 + 70'000);
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::uint8_t>(i);
    }
    return out;
  }();
  return all;
}

/// One packet from eight bytes of input.
decoded_packet packet_from(fixed_header<8> in, const world& about) {
  static constexpr std::uint8_t flags[8] = {tcp_flag::ack, tcp_flag::ack,
                                            tcp_flag::ack, tcp_flag::ack | tcp_flag::fin,
                                            tcp_flag::syn, tcp_flag::syn | tcp_flag::ack,
                                            tcp_flag::rst, tcp_flag::rst | tcp_flag::ack};
  const std::uint8_t what = in.u8<0>();
  const std::uint8_t more = in.u8<1>();
  const bool back = (what & 1u) != 0;
  decoded_packet out;
  out.has_transport = true;
  out.ip_version = (more & 1u) != 0 ? 6 : 4;
  out.kind = (more & 14u) == 14 ? packet_kind::udp : packet_kind::tcp;
  out.ip_protocol = out.kind == packet_kind::udp ? ip_protocol_udp : ip_protocol_tcp;
  out.source.bytes[15] = back ? 2 : 1;
  out.destination.bytes[15] = back ? 1 : 2;
  const auto port = static_cast<std::uint16_t>(5 + ((what >> 1u) & 3u));
  out.source_port = back ? 80 : port;
  out.destination_port = back ? port : 80;
  out.tcp.flags = flags[(what >> 3u) & 7u];
  // Near one of four places, two of them on either side of where numbers begin anew.
  static constexpr std::uint32_t places[4] = {0xFFFFFF80, 0xFFFFFF80, 0x00000010, 0x70000000};
  out.tcp.sequence = places[(what >> 6u)] + in.u16<2>() % ((more & 16u) != 0 ? 65536u : 512u);
  out.tcp.acknowledgement = places[(more >> 6u)] + in.u8<4>() * 4u;
  std::size_t size = in.u8<5>();
  if ((more & 32u) != 0) size *= 256;
  const std::size_t data_at = (out.tcp.sequence + ((out.tcp.flags & tcp_flag::syn) != 0 ? 1u : 0u)) % 256;
  const std::size_t shift = about.contradicting ? in.u8<6>() : 0;
  out.payload =
      byte_view{counting_bytes().data(), counting_bytes().size()}.skip((data_at + shift) % 256).first(size);
  if (in.u8<6>() > 230) out.missing_bytes = in.u8<6>();
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cursor in{{data, size}};
  const auto settings = in.take<8>();
  if (!settings) return 0;
  flow_limits limits;
  limits.flows = 1 + settings.u8<0>() % 8;
  limits.held_per_flow = settings.u8<1>() * std::size_t{16};
  limits.held_in_total = settings.u8<2>() * std::size_t{32};
  limits.holes = settings.u8<3>() % 16;
  limits.closed = milliseconds{settings.u8<4>() * 100};
  limits.patience = milliseconds{settings.u8<5>() * 10};
  limits.window = 1u << (settings.u8<6>() % 31);
  world about;
  about.contradicting = settings.u8<7>() % 4 == 0;
  about.answers = settings.u8<7>();
  checking_observer observer{about};
  flow_table table{limits, observer};
  timestamp now = from_unix_ns(1'000'000'000'000);
  std::uint64_t given = 0;
  while (const auto next = in.take<8>()) {
    const std::uint8_t wait = next.u8<7>();
    now += wait < 200 ? milliseconds{wait} : milliseconds{(wait - 220) * 3000};
    table.on_packet(packet_from(next, about), now);
    check(table.counters(), limits, about, ++given);
  }
  table.finish(now);
  check(table.counters(), limits, about, given);
  require(table.counters().open_flows == 0 && table.counters().lingering_flows == 0);
  require(table.counters().held_memory == 0 && about.consumers == 0);
  require(about.closed == about.opened);
  return 0;
}
