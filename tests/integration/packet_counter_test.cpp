// The script of the first page, over a capture: its numbers are right, minute by minute and in total.

#include <gmock/gmock.h>

#include "base/value.hpp"
#include "tests/integration/remora_process.hpp"

namespace remora::test {
namespace {

const std::string counter = std::string{REMORA_SOURCE_DIR} + "/examples/packet-counter.js";

/// What a minute carried, as the script prints it: sums are added in the order of the packets, as there.
struct minute {
  std::size_t packets = 0;
  double kilobytes = 0;
};

/// Packets of changing sizes and distances, with two quiet minutes among them.
std::vector<made_packet> changing_traffic() {
  std::vector<made_packet> packets;
  std::int64_t at = start_ns;
  for (std::size_t i = 0; i < 5'000; ++i) {
    packets.push_back({at, 60 + i * 37 % 1'440});
    at += static_cast<std::int64_t>(i * 7'919 % 211) * 1'000'000;
    if (i == 2'500) at += 150 * second_ns;
  }
  return packets;
}

std::vector<minute> by_minute(const std::vector<made_packet>& packets) {
  constexpr std::int64_t minute_ns = 60 * second_ns;
  std::vector<minute> minutes;
  for (const made_packet& packet : packets) {
    const auto index = static_cast<std::size_t>(packet.time_ns / minute_ns - start_ns / minute_ns);
    if (index >= minutes.size()) minutes.resize(index + 1);
    ++minutes[index].packets;
    minutes[index].kilobytes += static_cast<double>(packet.length) / 1000;
  }
  return minutes;
}

std::vector<std::string> expected_lines(const std::vector<minute>& minutes) {
  std::vector<std::string> lines;
  for (const minute& m : minutes) {
    lines.push_back("Captured packet count per minute: " + std::to_string(m.packets));
    lines.push_back("Total KB captured per minute: " + to_json_number(m.kilobytes));
  }
  return lines;
}

TEST(PacketCounter, CountsEveryPacketOfEveryMinute) {
  const work_folder folder;
  const auto packets = changing_traffic();
  const auto minutes = by_minute(packets);
  ASSERT_GT(minutes.size(), 9u);
  const auto capture = folder.file("traffic.pcap", capture_of(packets));
  const auto run = remora({"run", counter, "-r", capture, "--run-jobs-at-end"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(lines_of(run.out), expected_lines(minutes));
}

TEST(PacketCounter, LeavesTheLastMinuteOpenUnlessJobsRunAtTheEnd) {
  const work_folder folder;
  auto minutes = by_minute(changing_traffic());
  minutes.pop_back();
  const auto capture = folder.file("traffic.pcap", capture_of(changing_traffic()));
  EXPECT_EQ(lines_of(remora({"run", counter, "-r", capture}).out), expected_lines(minutes));
}

TEST(PacketCounter, CountsSeveralFilesMergedByTime) {
  const work_folder folder;
  const auto packets = changing_traffic();
  std::vector<made_packet> odd;
  std::vector<made_packet> even;
  for (std::size_t i = 0; i < packets.size(); ++i)
    (i % 2 == 0 ? even : odd).push_back(packets[i]);
  const auto run = remora({"run", counter, "-r", folder.file("odd.pcap", capture_of(odd)), "-r",
                           folder.file("even.pcap", capture_of(even)), "--run-jobs-at-end"});
  EXPECT_EQ(lines_of(run.out), expected_lines(by_minute(packets)));
}

TEST(PacketCounter, CountsWhatComesThroughAPipe) {
  const work_folder folder;
  process run{remora_command({"run", counter, "-r", "-", "--run-jobs-at-end"})};
  run.write_input(as_text(capture_of(changing_traffic())));
  const auto result = run.wait();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(lines_of(result.out), expected_lines(by_minute(changing_traffic())));
}

TEST(PacketCounter, PrintsTheSameWhenTheCaptureIsPlayedAtItsOwnPace) {
  const work_folder folder;
  // Two seconds around a full minute, ten times as fast as they were.
  std::vector<made_packet> packets;
  for (std::size_t i = 0; i < 20; ++i)
    packets.push_back({start_ns + 39 * second_ns + static_cast<std::int64_t>(i) * second_ns / 10, 100});
  const auto capture = folder.file("traffic.pcap", capture_of(packets));
  const auto paced = remora({"run", counter, "-r", capture, "--speed", "10", "--run-jobs-at-end"});
  EXPECT_EQ(paced.status, 0) << paced.err;
  EXPECT_EQ(lines_of(paced.out), expected_lines(by_minute(packets)));
}

} // namespace
} // namespace remora::test
