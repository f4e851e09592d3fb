#include "tests/bench/capture_maker.hpp"

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <random>
#include <tuple>
#include <vector>

#include "tests/bench/frames.hpp"

namespace remora::bench {

namespace {

constexpr std::uint64_t first_packet_us = 1'700'000'000'000'000; // 2023-11-14, 22:13:20 UTC
constexpr std::size_t cut_to_bytes = 60;                         // shorter than every frame
constexpr std::size_t noise_bytes = std::size_t{1} << 16;
constexpr std::size_t noise_step = 512;
constexpr std::uint32_t snap_length = 262'144;

/// Dice whose throws are the same everywhere: the engine is specified bit by bit, the standard distributions
/// are not.
class dice {
 public:
  explicit dice(std::uint64_t seed) : engine_{seed} {}

  /// In [0, limit); the bias of the remainder is far below what a capture shows.
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>((engine_() >> 32) % limit); }
  bool one_in_thousand(std::uint32_t times) { return below(1'000) < times; }
  std::uint64_t bits() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

struct flow {
  direction ways[2]; // from the client, from the server
  std::uint32_t next_sequence[2] = {0, 0};
  std::uint16_t next_ip_id[2] = {0, 0};
  std::uint32_t tcp_packets = 0;
  bool tcp = false;
};

flow make_flow(std::uint32_t index, dice& chance) {
  flow made;
  const std::uint32_t client = 0x0A010000u + index;       // 10.1.0.0/16
  const std::uint32_t server = 0xCB007101u + index % 200; // 203.0.113.0/24, reserved for examples
  const auto client_port = static_cast<std::uint16_t>(32'768 + chance.below(28'000));
  const auto server_port = static_cast<std::uint16_t>(20'000 + chance.below(9'000)); // no well-known protocol
  made.ways[0] = {client, server, client_port, server_port, true};
  made.ways[1] = {server, client, server_port, client_port, false};
  made.tcp = index % 10 < 7;
  for (int side = 0; side < 2; ++side) {
    made.next_sequence[side] = static_cast<std::uint32_t>(chance.bits());
    made.next_ip_id[side] = static_cast<std::uint16_t>(chance.bits());
  }
  return made;
}

class traffic {
 public:
  traffic(std::ofstream& out, const capture_plan& plan) : out_{out}, plan_{plan}, chance_{plan.seed} {
    for (std::uint32_t i = 0; i < plan.flows; ++i)
      flows_.push_back(make_flow(i, chance_));
    for (std::size_t i = 0; i < noise_bytes; ++i)
      noise_.push_back(static_cast<std::uint8_t>(chance_.bits()));
  }

  ground_truth write() {
    write_little<std::uint32_t>(
        {0xA1B2C3D4, 0x0004'0002, 0, 0, snap_length, 1}); // magic ... version ... Ethernet
    while (truth_.packets < plan_.packets) {
      now_us_ += 1 + chance_.below(19);
      flow& chosen = pick_flow();
      const std::size_t size = pick_size();
      const std::size_t side = chance_.below(10) < 4 ? 0 : 1;
      chosen.tcp ? put_tcp(chosen, side, size) : put_udp(chosen, side, size);
    }
    return truth_;
  }

 private:
  /// Few flows carry most packets: the product of two throws favours low numbers.
  flow& pick_flow() {
    constexpr std::uint64_t range = 1u << 16;
    const std::uint64_t low = static_cast<std::uint64_t>(chance_.below(range)) * chance_.below(range);
    return flows_[low * plan_.flows / (range * range)];
  }

  std::size_t pick_size() {
    const std::uint32_t kind = chance_.below(100);
    if (kind < 40) return 64 + chance_.below(36);
    if (kind < 55) return 100 + chance_.below(300);
    if (kind < 70) return 400 + chance_.below(600);
    return 1'400 + chance_.below(101);
  }

  payload_view payload(std::size_t size) {
    const std::size_t steps = (noise_bytes - 2'048) / noise_step;
    return {noise_.data() + chance_.below(static_cast<std::uint32_t>(steps)) * noise_step, size};
  }

  void put_tcp(flow& f, std::size_t side, std::size_t size) {
    tcp_fields fields;
    payload_view content;
    fields.flags = tcp_psh | tcp_ack;
    if (f.tcp_packets == 0) {
      side = 0;
      fields.flags = tcp_syn;
    } else if (f.tcp_packets == 1) {
      side = 1;
      fields.flags = tcp_syn | tcp_ack;
    } else {
      content = payload(size - tcp_header_bytes);
    }
    fields.sequence = f.next_sequence[side];
    fields.acknowledgement = f.tcp_packets == 0 ? 0 : f.next_sequence[1 - side];
    ++f.tcp_packets;
    const bool syn = (fields.flags & tcp_syn) != 0;
    f.next_sequence[side] += syn ? 1 : static_cast<std::uint32_t>(content.size);
    ++truth_.tcp;
    put_record(tcp_frame(f.ways[side], f.next_ip_id[side]++, fields, content), chance_.one_in_thousand(5));
  }

  void put_udp(flow& f, std::size_t side, std::size_t size) {
    const payload_view content = payload(size - udp_header_bytes);
    const std::uint16_t ip_id = f.next_ip_id[side]++;
    // 6 in 1000 of the longer UDP datagrams: 0.2 % of all packets are then fragments.
    if (content.size > 200 && chance_.one_in_thousand(6) && truth_.packets + 2 <= plan_.packets) {
      for (const byte_vector& part : udp_fragments(f.ways[side], ip_id, content)) {
        ++truth_.udp;
        ++truth_.fragmented;
        put_record(part, false);
      }
      return;
    }
    ++truth_.udp;
    put_record(udp_frame(f.ways[side], ip_id, content), chance_.one_in_thousand(5));
  }

  void put_record(const byte_vector& frame, bool cut_short) {
    const std::size_t captured = cut_short ? cut_to_bytes : frame.size();
    write_little<std::uint32_t>(
        {static_cast<std::uint32_t>(now_us_ / 1'000'000), static_cast<std::uint32_t>(now_us_ % 1'000'000),
         static_cast<std::uint32_t>(captured), static_cast<std::uint32_t>(frame.size())});
    out_.write(reinterpret_cast<const char*>(frame.data()), static_cast<std::streamsize>(captured));
    ++truth_.packets;
    truth_.wire_bytes += frame.size();
    truth_.captured_bytes += captured;
    if (captured < frame.size()) ++truth_.truncated;
  }

  template <class Word>
  void write_little(std::initializer_list<Word> words) {
    char bytes[8 * sizeof(Word)];
    std::size_t size = 0;
    for (Word word : words)
      for (std::size_t i = 0; i < sizeof(Word); ++i, word >>= 8)
        bytes[size++] = static_cast<char>(word & 0xFF);
    out_.write(bytes, static_cast<std::streamsize>(size));
  }

  std::ofstream& out_;
  capture_plan plan_;
  dice chance_;
  std::vector<flow> flows_;
  byte_vector noise_;
  std::uint64_t now_us_ = first_packet_us;
  ground_truth truth_;
};

/// Part of the name of a cached file: files of an older generator must not be taken for today's.
constexpr int generator_version = 1;

bool read_truth(const std::string& path, ground_truth& truth) {
  std::ifstream in{path};
  return static_cast<bool>(in >> truth.packets >> truth.wire_bytes >> truth.captured_bytes >>
                           truth.truncated >> truth.fragmented >> truth.tcp >> truth.udp);
}

} // namespace

bool operator==(const ground_truth& lhs, const ground_truth& rhs) noexcept {
  const auto all = [](const ground_truth& x) {
    return std::tie(x.packets, x.wire_bytes, x.captured_bytes, x.truncated, x.fragmented, x.tcp, x.udp);
  };
  return all(lhs) == all(rhs);
}

result<ground_truth> make_capture(const std::string& path, const capture_plan& plan) {
  if (plan.packets == 0 || plan.flows == 0 || plan.flows > 65'536)
    return fail(errc::invalid_usage, "a capture needs at least one packet and 1 to 65536 flows");
  std::vector<char> buffer(std::size_t{1} << 20);
  std::ofstream out;
  out.rdbuf()->pubsetbuf(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  out.open(path, std::ios::binary | std::ios::trunc);
  if (!out) return fail(errc::io_failed, path + ": cannot be created: " + errno_text(errno));
  const ground_truth truth = traffic{out, plan}.write();
  out.close();
  if (!out) return fail(errc::io_failed, path + ": writing failed; is the disk full?");
  return truth;
}

result<cached_capture> find_or_make_capture(const std::string& folder, const capture_plan& plan) {
  const std::string base = folder + "/small-" + std::to_string(plan.packets) + "-" +
                           std::to_string(plan.flows) + "-" + std::to_string(plan.seed) + "-v" +
                           std::to_string(generator_version);
  cached_capture found{base + ".pcap", {}};
  const std::string truth_path = base + ".truth";
  std::error_code ignored;
  // The truth is written last: where it is, the capture beside it is whole.
  if (read_truth(truth_path, found.truth) && std::filesystem::exists(found.path, ignored)) return found;
  std::filesystem::create_directories(folder, ignored);
  auto made = make_capture(found.path, plan);
  if (!made) return pass_on(std::move(made));
  found.truth = *made;
  std::ofstream out{truth_path};
  const ground_truth& t = found.truth;
  out << t.packets << ' ' << t.wire_bytes << ' ' << t.captured_bytes << ' ' << t.truncated << ' '
      << t.fragmented << ' ' << t.tcp << ' ' << t.udp << '\n';
  if (!out.flush()) return fail(errc::io_failed, truth_path + ": cannot be written: " + errno_text(errno));
  return found;
}

std::string totals_line(std::uint64_t packets, std::uint64_t wire_bytes) {
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64 ".%03" PRIu64, packets,
                                 wire_bytes / 1'000, wire_bytes % 1'000);
  return {text, static_cast<std::size_t>(size)};
}

} // namespace remora::bench
