#include <atomic>
#include <thread>

#include "tests/unit/traffic/store/stream_fixture.hpp"
#include "traffic/store/capture_cut.hpp"

namespace remora::traffic::test {
namespace {

class StoreThreads : public StreamStore {};

TEST_F(StoreThreads, AppendFlushAndReadAtTheSameTimeWithoutMixingAnythingUp) {
  constexpr std::uint64_t packets = 3000;
  std::atomic<int> writing{2};
  std::atomic<std::uint64_t> taken{0};
  std::atomic<std::uint64_t> wrong{0};
  const auto write = [&](std::uint64_t stream) {
    const std::vector<std::uint8_t> bytes(50 + stream, static_cast<std::uint8_t>(stream));
    frame given;
    given.link = link_type::ethernet;
    given.wire_length = static_cast<std::uint32_t>(bytes.size());
    given.bytes = {bytes.data(), bytes.size()};
    for (std::uint64_t i = 0; i < packets; ++i) {
      given.time = from_unix_ns(static_cast<std::int64_t>(i));
      if (!store->append(stream, given)) ++taken;
    }
    --writing;
  };
  const auto read = [&] {
    while (writing > 0) {
      for (const std::uint64_t stream : {1u, 2u}) {
        keeping found;
        if (!store->read(stream, found)) ++wrong;
        std::int64_t last = -1;
        for (const auto& each : found.packets) {
          const std::string expected(50 + stream, static_cast<char>(stream));
          if (each.bytes != expected || each.time_ns <= last) ++wrong;
          last = each.time_ns;
        }
      }
      const auto cut = cut_pcap(*store, {1, 2}, [](byte_view) { return true; });
      if (!cut && !(cut.error() == errc::not_found)) ++wrong;
    }
  };
  std::thread first{write, 1};
  std::thread second{write, 2};
  std::thread reader{read};
  while (writing > 0) {
    if (!store->flush(at_second(1000))) ++wrong;
  }
  first.join();
  second.join();
  reader.join();
  flush();
  EXPECT_EQ(wrong, 0u);
  const auto sums = store->counters();
  EXPECT_EQ(sums.written, taken);
  EXPECT_EQ(sums.offered, 2 * packets);
  EXPECT_EQ(sums.damaged_reads, 0u);
  EXPECT_LE(size_of_files(options.log.folder), options.log.size.bytes);
}

} // namespace
} // namespace remora::traffic::test
