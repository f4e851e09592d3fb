// bench-flow throughput|open|churn [COUNT [CONNECTIONS]]: what the flow table costs by itself.
//   throughput  packets a second through decode() and the table, from memory, with a consumer that counts:
//               HTTP-like exchanges of five packets on 200 connections (or as many as CONNECTIONS says, at
//               most 40,000) that take turns; COUNT packets in ten passes, of which the fastest counts, in
//               processor time
//   open        bytes per connection, with COUNT of them held open
//   churn       memory and speed while COUNT connections open, talk and close, 20,000 a second
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "tests/bench/frames.hpp"
#include "traffic/decode/decode.hpp"
#include "traffic/flow/flow_table.hpp"

namespace remora {
namespace {

using namespace traffic; // NOLINT(google-build-using-namespace)

class counting_consumer : public stream_consumer {
 public:
  explicit counting_consumer(std::uint64_t& bytes) : bytes_{bytes} {}
  interest on_bytes(direction, byte_view bytes, timestamp) override {
    bytes_ += bytes.size();
    return interest::bytes;
  }
  interest on_gap(direction, std::uint64_t, timestamp) override { return interest::bytes; }
  void on_end(direction, stream_end, timestamp) override {}

 private:
  std::uint64_t& bytes_;
};

class counting_observer : public flow_observer {
 public:
  std::uint64_t bytes = 0;
  std::unique_ptr<stream_consumer> open_stream(const flow_info&) override {
    return std::make_unique<counting_consumer>(bytes);
  }
  std::unique_ptr<datagram_consumer> open_datagrams(const flow_info&) override { return nullptr; }
};

/// Processor time of this process: what others do on the machine counts less.
double seconds_used() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// What the process takes of the machine's memory.
double resident_mib() {
  std::ifstream file{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024.0);
}

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "bench-flow: %s\n", what);
  std::exit(1); // NOLINT(concurrency-mt-unsafe): no other thread
}

// ---- throughput

/// Frames one after the other, as a file has them.
struct tape {
  bench::byte_vector bytes;
  std::vector<std::size_t> ends;

  void add(const bench::byte_vector& frame) {
    bytes.insert(bytes.end(), frame.begin(), frame.end());
    ends.push_back(bytes.size());
  }
};

tape make_exchanges(std::uint32_t connections, std::uint32_t exchanges) {
  constexpr std::uint32_t request = 200;
  constexpr std::uint32_t answer = 700;
  const bench::byte_vector text(answer, 'x');
  tape out;
  for (std::uint32_t n = 0; n < exchanges; ++n) {
    for (std::uint32_t c = 0; c < connections; ++c) {
      const auto port = static_cast<std::uint16_t>(20000 + c);
      const bench::direction up{0x0A000001, 0x0A000002, port, 80, true};
      const bench::direction down{0x0A000002, 0x0A000001, 80, port, false};
      const std::uint32_t said = 1 + n * request;
      const std::uint32_t heard = 1 + n * 2 * answer;
      const auto put = [&](const bench::direction& way, std::uint32_t sequence, std::uint32_t acknowledged,
                           std::uint32_t size) {
        out.add(bench::tcp_frame(way, 1, {sequence, acknowledged, bench::tcp_ack}, {text.data(), size}));
      };
      put(up, said, heard, request);
      put(down, heard, said + request, 0);
      put(down, heard, said + request, answer);
      put(down, heard + answer, said + request, answer);
      put(up, said + request, heard + 2 * answer, 0);
    }
  }
  return out;
}

template <class Use>
double nanoseconds_per_packet(const tape& frames, unsigned passes, Use use) {
  double best = 1e9;
  for (unsigned pass = 0; pass < passes; ++pass) {
    const double start = seconds_used();
    frame packet;
    packet.link = link_type::ethernet;
    std::size_t from = 0;
    use(nullptr, pass);
    for (const std::size_t to : frames.ends) {
      packet.bytes = {frames.bytes.data() + from, to - from};
      packet.wire_length = static_cast<std::uint32_t>(to - from);
      from = to;
      const decoded_packet decoded = decode(packet);
      use(&decoded, pass);
    }
    best = std::min(best, (seconds_used() - start) * 1e9 / static_cast<double>(frames.ends.size()));
  }
  return best;
}

void throughput(std::uint64_t count, std::uint32_t connections) {
  constexpr unsigned passes = 10;
  const tape frames =
      make_exchanges(connections, static_cast<std::uint32_t>(count / passes / (5 * connections)) + 1);
  std::uint64_t ports = 0;
  const double alone = nanoseconds_per_packet(frames, passes, [&](const decoded_packet* packet, unsigned) {
    if (packet != nullptr) ports += packet->source_port;
  });
  counting_observer observer;
  std::unique_ptr<flow_table> table;
  timestamp now = from_unix_ns(1'700'000'000'000'000'000);
  const double both = nanoseconds_per_packet(frames, passes, [&](const decoded_packet* packet, unsigned) {
    if (packet == nullptr) {
      table = std::make_unique<flow_table>(flow_limits{}, observer);
      return;
    }
    now += nanoseconds{450};
    table->on_packet(*packet, now);
  });
  const std::uint64_t expected = frames.ends.size() / 5 * 1600 * passes;
  if (observer.bytes != expected || ports == 0) die("the consumer did not get every byte");
  std::printf("decode alone         %6.1f ns a packet\n", alone);
  std::printf(
      "decode + flow table  %6.1f ns a packet, %.2f million packets a second, %.0f MB/s\n", both, 1e3 / both,
      static_cast<double>(frames.bytes.size()) / static_cast<double>(frames.ends.size()) / both * 1e3);
}

// ---- connections

/// Packets of connection `i`, without frames.
class connection_packets {
 public:
  explicit connection_packets(std::uint64_t i) {
    packet_.kind = packet_kind::tcp;
    packet_.has_transport = true;
    packet_.ip_version = 4;
    packet_.ip_protocol = ip_protocol_tcp;
    client_.bytes[10] = client_.bytes[11] = server_.bytes[10] = server_.bytes[11] = 0xFF;
    for (unsigned byte = 0; byte < 3; ++byte) {
      client_.bytes[13 + byte] = static_cast<std::uint8_t>(i >> (byte * 8));
    }
    server_.bytes[15] = 1;
    port_ = static_cast<std::uint16_t>(1024 + (i >> 24u));
  }

  const decoded_packet& packet(direction way, std::uint8_t flags, std::uint32_t sequence,
                               std::size_t size = 0) {
    static const std::uint8_t text[512] = {};
    const bool up = way == direction::from_client;
    packet_.source = up ? client_ : server_;
    packet_.destination = up ? server_ : client_;
    packet_.source_port = up ? port_ : 80;
    packet_.destination_port = up ? 80 : port_;
    packet_.tcp.flags = flags;
    packet_.tcp.sequence = sequence;
    packet_.tcp.acknowledgement = 2000; // whatever: nothing waits
    packet_.payload = {text, size};
    return packet_;
  }

 private:
  decoded_packet packet_;
  ip_address client_;
  ip_address server_;
  std::uint16_t port_ = 0;
};

constexpr auto up = direction::from_client;
constexpr auto down = direction::from_server;

void open_connection(flow_table& table, connection_packets& of, timestamp now) {
  table.on_packet(of.packet(up, tcp_flag::syn, 499), now);
  table.on_packet(of.packet(down, tcp_flag::syn | tcp_flag::ack, 799), now);
  table.on_packet(of.packet(up, tcp_flag::ack, 500, 300), now);
  table.on_packet(of.packet(down, tcp_flag::ack, 800, 500), now);
}

void hold_open(std::uint64_t count) {
  counting_observer observer;
  flow_table table{{}, observer};
  const double before = resident_mib();
  const double start = seconds_used();
  timestamp now = from_unix_ns(1'700'000'000'000'000'000);
  for (std::uint64_t i = 0; i < count; ++i) {
    connection_packets packets{i};
    open_connection(table, packets, now);
    now += nanoseconds{10'000};
  }
  const double took = (seconds_used() - start);
  if (table.counters().open_flows != std::min<std::uint64_t>(count, 1'000'000)) die("not all are open");
  const auto each = static_cast<double>(table.counters().open_flows);
  std::printf("%.0f open: %.0f bytes each by the table's count, %.0f by the system's with a consumer of 48\n",
              each, static_cast<double>(table.memory_bytes()) / each,
              (resident_mib() - before) * 1024.0 * 1024.0 / each);
  std::printf("opened with four packets each, %.0f ns a packet\n",
              took * 1e9 / static_cast<double>(count) / 4);
}

void churn(std::uint64_t count) {
  counting_observer observer;
  flow_table table{{}, observer};
  const double start = seconds_used();
  timestamp now = from_unix_ns(1'700'000'000'000'000'000);
  double most = 0;
  double early = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    connection_packets packets{i};
    open_connection(table, packets, now);
    table.on_packet(packets.packet(up, tcp_flag::fin | tcp_flag::ack, 800), now);
    table.on_packet(packets.packet(down, tcp_flag::fin | tcp_flag::ack, 1300), now);
    table.on_packet(packets.packet(up, tcp_flag::ack, 801), now);
    now += nanoseconds{50'000};
    if (i % 10'000 == 0) most = std::max(most, resident_mib());
    if (i == count / 2) early = most;
  }
  const double took = (seconds_used() - start);
  std::printf("%.0f connections of seven packets: %.0f ns a packet, %.0f thousand connections a second\n",
              static_cast<double>(count), took * 1e9 / static_cast<double>(count) / 7,
              static_cast<double>(count) / took / 1e3);
  std::printf("peak %.1f MiB resident, %.1f MiB of it after half of them; table %.1f MiB\n", most, early,
              static_cast<double>(table.memory_bytes()) / (1024.0 * 1024.0));
}

} // namespace
} // namespace remora

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const std::uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  if (what == "throughput") {
    const std::uint64_t connections = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 200;
    if (connections == 0 || connections > 40'000) remora::die("CONNECTIONS is 1 to 40000");
    remora::throughput(count, static_cast<std::uint32_t>(connections));
  } else if (what == "open") {
    remora::hold_open(count);
  } else if (what == "churn") {
    remora::churn(count);
  } else {
    remora::die("usage: bench-flow throughput|open|churn [COUNT [CONNECTIONS]]");
  }
  return 0;
}
