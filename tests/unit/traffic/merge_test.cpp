#include <algorithm>
#include <random>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"
#include "tests/unit/traffic/read_all.hpp"

namespace remora::traffic {
namespace {

using test::bytes;
using test::pcap_writer;
using test::pcapng_writer;
using ::testing::HasSubstr;

constexpr std::int64_t second = 1'000'000'000;

/// Packets that name their file and place, at these times.
bytes file_of(std::uint8_t mark, const std::vector<std::int64_t>& seconds) {
  pcap_writer file;
  std::uint8_t place = 0;
  for (const std::int64_t s : seconds) {
    file.packet(s * second, {mark, place++});
  }
  return file.content();
}

std::vector<std::pair<int, int>> marks(const reading& got) {
  std::vector<std::pair<int, int>> out;
  for (const kept_frame& f : got.frames) {
    out.emplace_back(f.content.at(0), f.content.at(1));
  }
  return out;
}

TEST(Merge, OrdersPacketsOfSeveralFilesByTime) {
  const auto got = read_memory({file_of(0, {1, 4, 6}), file_of(1, {2, 3, 7}), file_of(2, {5})});
  const std::vector<std::pair<int, int>> expected{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {2, 0}, {0, 2}, {1, 2}};
  EXPECT_EQ(marks(got), expected);
}

TEST(Merge, PrefersTheFileNamedFirstAtEqualTimes) {
  const auto got = read_memory({file_of(0, {5, 5}), file_of(1, {5, 5}), file_of(2, {5})});
  const std::vector<std::pair<int, int>> expected{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}};
  EXPECT_EQ(marks(got), expected);
}

TEST(Merge, IsAStableSortOfFilesThatAreInOrder) {
  std::mt19937 random{7}; // NOLINT(cert-msc51-cpp): the same files in every run
  for (int round = 0; round < 200; ++round) {
    std::vector<bytes> files;
    std::vector<std::pair<std::int64_t, std::pair<int, int>>> expected;
    const std::size_t count = 1 + random() % 9;
    for (std::size_t f = 0; f < count; ++f) {
      std::vector<std::int64_t> times(random() % 12);
      std::generate(times.begin(), times.end(), [&] { return static_cast<std::int64_t>(random() % 10); });
      std::sort(times.begin(), times.end());
      for (std::size_t i = 0; i < times.size(); ++i) {
        expected.push_back({times[i], {static_cast<int>(f), static_cast<int>(i)}});
      }
      files.push_back(file_of(static_cast<std::uint8_t>(f), times));
    }
    std::stable_sort(expected.begin(), expected.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::pair<int, int>> sorted;
    sorted.reserve(expected.size());
    for (const auto& entry : expected) {
      sorted.push_back(entry.second);
    }
    ASSERT_EQ(marks(read_memory(files)), sorted) << round;
  }
}

TEST(Merge, KeepsTheOrderInsideAFileWhoseTimesGoBack) {
  const auto got = read_memory({file_of(0, {1, 9, 2, 3}), file_of(1, {5})});
  const std::vector<std::pair<int, int>> expected{{0, 0}, {1, 0}, {0, 1}, {0, 2}, {0, 3}};
  EXPECT_EQ(marks(got), expected);
}

TEST(Merge, MixesFormatsLinkTypesAndClocks) {
  const bytes other =
      pcapng_writer{}.interface({101, 0, 9, {}, ""}).enhanced_packet(0, 2 * second, {1, 0}).content();
  const auto got = read_memory({file_of(0, {1, 3}), other});
  ASSERT_EQ(got.frames.size(), 3u);
  EXPECT_EQ(got.frames[1].link, link_type::raw_ip);
  EXPECT_EQ(got.frames[2].link, link_type::ethernet);
}

TEST(Merge, GoesOnWithTheOtherFilesWhenOneIsDamaged) {
  bytes cut = file_of(0, {1, 2});
  cut.pop_back();
  const auto got = read_memory({cut, file_of(1, {1, 3, 4})});
  const std::vector<std::pair<int, int>> expected{{0, 0}, {1, 0}, {1, 1}, {1, 2}};
  EXPECT_EQ(marks(got), expected);
  ASSERT_EQ(got.damage.size(), 1u);
  EXPECT_THAT(got.damage[0].message, HasSubstr("a: cut off at offset 42"));
}

TEST(Merge, ReportsTheDamageOfEveryFile) {
  bytes first = file_of(0, {1});
  bytes second_file = file_of(1, {1});
  first.pop_back();
  second_file.pop_back();
  EXPECT_EQ(read_memory({first, second_file}).damage.size(), 2u);
}

TEST(Merge, ReportsDamageOnlyAfterAllBeforeItWasHandedOver) {
  bytes cut = file_of(0, {1, 2, 3});
  cut.pop_back();
  std::vector<named_bytes> sources;
  sources.push_back({"cut", make_memory_source(byte_view{cut.data(), cut.size()})});
  auto source = open_byte_sources(std::move(sources), "", 1u << 20);
  ASSERT_TRUE(source);
  keeping_handler handler;
  for (std::size_t packets = 1; packets <= 2; ++packets) {
    EXPECT_EQ((*source)->read(handler, 1, milliseconds{0}), read_status::more);
    EXPECT_EQ(handler.frames.size(), packets);
    EXPECT_TRUE((*source)->damage().empty());
  }
  EXPECT_EQ((*source)->read(handler, 1, milliseconds{0}), read_status::end);
  EXPECT_EQ((*source)->damage().size(), 1u);
  EXPECT_EQ((*source)->read(handler, 1, milliseconds{0}), read_status::end) << "and stays at the end";
}

} // namespace
} // namespace remora::traffic
