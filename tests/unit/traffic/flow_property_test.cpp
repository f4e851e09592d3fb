#include <algorithm>
#include <random>

#include "tests/unit/traffic/flow_scene.hpp"

namespace remora::traffic {
namespace {

/// Random numbers that are the same on every machine.
class dice {
 public:
  explicit dice(std::uint32_t seed) : source_{seed} {}
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(source_()) % limit; }
  bool one_in(std::uint32_t count) { return below(count) == 0; }

 private:
  std::mt19937 source_;
};

struct told_segment {
  direction way = direction::from_client;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

/// A connection as two texts, and the segments that carry them: cut at random, some repeated, some longer
/// than what comes new in them.
class random_connection {
 public:
  random_connection(std::uint32_t seed, dice& random) : random_{random} {
    isn = {random.below(4) == 0 ? 0xFFFFFFFFu - random.below(2000) : seed * 2654435761u, seed * 40503u};
    for (std::size_t way = 0; way < 2; ++way) {
      text[way].resize(random.below(3000));
      for (char& each : text[way]) {
        each = static_cast<char>('a' + random.below(26));
      }
      cut(static_cast<direction>(way));
    }
  }

  std::array<std::string, 2> text;
  std::array<std::uint32_t, 2> isn{};
  std::vector<told_segment> segments;

  /// Exchanges neighbours, up to `reach` places apart.
  void shuffle(std::uint32_t reach) {
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const std::size_t other = i + random_.below(reach);
      if (other < segments.size()) std::swap(segments[i], segments[other]);
    }
  }

  decoded_packet packet(const told_segment& segment) const {
    const auto way = static_cast<std::size_t>(segment.way);
    decoded_packet out = bare(segment.way, tcp_flag::ack);
    out.tcp.sequence = isn[way] + 1 + segment.offset;
    out.payload = byte_view{reinterpret_cast<const std::uint8_t*>(text[way].data()), text[way].size()}
                      .skip(segment.offset)
                      .first(segment.length);
    return out;
  }

  decoded_packet bare(direction way, std::uint8_t flags) const {
    decoded_packet out;
    out.kind = packet_kind::tcp;
    out.has_transport = true;
    out.ip_version = 4;
    out.ip_protocol = ip_protocol_tcp;
    out.source.bytes[15] = way == direction::from_client ? 1 : 2;
    out.destination.bytes[15] = way == direction::from_client ? 2 : 1;
    out.source_port = way == direction::from_client ? 40000 : 80;
    out.destination_port = way == direction::from_client ? 80 : 40000;
    out.tcp.flags = flags;
    out.tcp.sequence = isn[static_cast<std::size_t>(way)];
    out.tcp.acknowledgement = isn[static_cast<std::size_t>(opposite(way))] + 1;
    return out;
  }

 private:
  void cut(direction way) {
    const auto size = static_cast<std::uint32_t>(text[static_cast<std::size_t>(way)].size());
    for (std::uint32_t at = 0; at < size;) {
      const std::uint32_t length = 1 + random_.below(std::min(size - at, 1 + random_.below(400)));
      segments.push_back({way, at, length});
      if (random_.one_in(5)) segments.push_back({way, at, length}); // whole
      if (random_.one_in(5)) {                                      // some before, some behind
        const std::uint32_t from = at - std::min(at, random_.below(200));
        segments.push_back({way, from, std::min(size - from, length + random_.below(300))});
      }
      at += length;
    }
  }

  dice& random_;
};

flow_limits tight(std::size_t memory) {
  flow_limits limits;
  limits.held_per_flow = memory;
  limits.held_in_total = memory;
  return limits;
}

TEST(ReassemblyProperty, AnyCutOrderAndRepetitionGivesTheSameBytes) {
  for (std::uint32_t seed = 1; seed <= 4000; ++seed) {
    dice random{seed};
    random_connection connection{seed, random};
    connection.shuffle(1 + random.below(60));
    recorder heard;
    flow_table table{{}, heard};
    timestamp now = from_unix_ns(1'000'000'000);
    const bool with_handshake = random.one_in(2);
    table.on_packet(connection.bare(direction::from_client, tcp_flag::syn), now);
    table.on_packet(connection.bare(direction::from_server, tcp_flag::syn | tcp_flag::ack), now);
    if (with_handshake) table.on_packet(connection.bare(direction::from_client, tcp_flag::ack), now);
    for (const told_segment& each : connection.segments) {
      now += std::chrono::microseconds{random.below(1000)};
      table.on_packet(connection.packet(each), now);
    }
    for (const direction way : {direction::from_client, direction::from_server}) {
      decoded_packet last = connection.bare(way, tcp_flag::fin | tcp_flag::ack);
      last.tcp.sequence +=
          1 + static_cast<std::uint32_t>(connection.text[static_cast<std::size_t>(way)].size());
      table.on_packet(last, now);
    }
    const std::string where = "seed " + std::to_string(seed);
    ASSERT_EQ(heard.flows.size(), 1u) << where;
    ASSERT_EQ(heard.flows[0].client(), connection.text[0]) << where;
    ASSERT_EQ(heard.flows[0].server(), connection.text[1]) << where;
    ASSERT_EQ(table.counters().held_memory, 0u) << where;
    ASSERT_EQ(table.counters().gaps.sum(), 0u) << where;
    expect_sums(table.counters(), where);
    if (connection.segments.empty()) continue;
    ASSERT_EQ(heard.alive, 0u) << where;
  }
}

/// Takes "abc[3]def" apart: what was delivered must stand at its place in the whole text.
void expect_at_their_places(const std::string& heard, const std::string& whole, const std::string& where) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < heard.size();) {
    if (heard[i] == '[') {
      const std::size_t end = heard.find(']', i);
      at += std::stoul(heard.substr(i + 1, end - i - 1));
      i = end + 1;
    } else {
      ASSERT_LT(at, whole.size()) << where;
      ASSERT_EQ(heard[i++], whole[at++]) << where;
    }
  }
}

TEST(ReassemblyProperty, LossLeavesGapsAndEveryOtherByteAtItsPlace) {
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    dice random{seed};
    random_connection connection{seed, random};
    connection.shuffle(1 + random.below(20));
    recorder heard;
    const std::size_t memory = random.one_in(2) ? 3000 : 1u << 20u;
    flow_table table{tight(memory), heard};
    timestamp now = from_unix_ns(1'000'000'000);
    table.on_packet(connection.bare(direction::from_client, tcp_flag::syn), now);
    table.on_packet(connection.bare(direction::from_server, tcp_flag::syn | tcp_flag::ack), now);
    for (const told_segment& each : connection.segments) {
      if (random.one_in(4)) continue;
      now += milliseconds{random.below(100)};
      decoded_packet packet = connection.packet(each);
      const std::uint32_t lost = random.one_in(8) ? random.below(each.length + 1) : 0;
      packet.payload = packet.payload.first(each.length - lost);
      packet.missing_bytes = lost;
      packet.tcp.acknowledgement += random.below(3000);
      table.on_packet(packet, now);
      ASSERT_LE(table.counters().held_memory, memory) << "seed " << seed;
    }
    const std::string where = "seed " + std::to_string(seed);
    expect_sums(table.counters(), where);
    table.finish(now);
    expect_sums(table.counters(), where);
    ASSERT_EQ(table.counters().held_memory, 0u) << where;
    expect_at_their_places(heard.flows[0].client(), connection.text[0], where);
    expect_at_their_places(heard.flows[0].server(), connection.text[1], where);
  }
}

TEST(ReassemblyProperty, ACapTurnsWhatComesTooLateIntoGapsAndLosesNothingElse) {
  for (std::uint32_t seed = 1; seed <= 1000; ++seed) {
    dice random{seed};
    random_connection connection{seed, random};
    connection.shuffle(30);
    recorder heard;
    flow_table table{tight(800), heard};
    const timestamp now = from_unix_ns(1'000'000'000);
    table.on_packet(connection.bare(direction::from_client, tcp_flag::syn), now);
    table.on_packet(connection.bare(direction::from_server, tcp_flag::syn | tcp_flag::ack), now);
    for (const told_segment& each : connection.segments) {
      table.on_packet(connection.packet(each), now);
    }
    table.finish(now);
    const flow_counters& counters = table.counters();
    const std::string where = "seed " + std::to_string(seed);
    ASSERT_EQ(counters.bytes[byte_fate::delivered] + counters.gap_bytes.sum(),
              connection.text[0].size() + connection.text[1].size())
        << where;
    expect_at_their_places(heard.flows[0].client(), connection.text[0], where);
    expect_at_their_places(heard.flows[0].server(), connection.text[1], where);
  }
}

TEST(ReassemblyProperty, TwoRunsOverTheSamePacketsTellTheSame) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    std::array<std::string, 2> runs;
    for (std::string& run : runs) {
      dice random{seed};
      random_connection connection{seed, random};
      connection.shuffle(40);
      recorder heard;
      flow_limits limits = tight(4000);
      limits.flows = 5;
      flow_table table{limits, heard};
      timestamp now = from_unix_ns(0);
      for (const told_segment& each : connection.segments) {
        now += milliseconds{random.below(500)};
        decoded_packet packet = connection.packet(each);
        const auto client = static_cast<std::uint16_t>(40000 + random.below(8));
        (each.way == direction::from_client ? packet.source_port : packet.destination_port) = client;
        table.on_packet(packet, now);
      }
      table.finish(now);
      for (const heard_flow& flow : heard.flows) {
        run += std::to_string(flow.info.client.port) + flow.client() + "/" + flow.server() + "\n";
      }
    }
    ASSERT_EQ(runs[0], runs[1]) << "seed " << seed;
  }
}

} // namespace
} // namespace remora::traffic
