#include "tests/bench/capture_maker.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

#include "tests/bench/frames.hpp"

namespace remora::bench {
namespace {

constexpr std::uint64_t some_packets = 20'000;

/// A folder of its own for each test.
class CaptureMaker : public ::testing::Test {
 public:
  ~CaptureMaker() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

 protected:
  CaptureMaker() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("remora-bench-" + std::to_string(::getpid()) + "-" + test->name());
    std::filesystem::create_directories(folder_);
  }

  std::string path(const char* name) const { return folder_ / name; }

  static std::string content(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  std::filesystem::path folder_;
};

/// One record as it stands in the file, read without the code under test.
struct record {
  std::uint64_t time_us = 0;
  std::size_t length = 0;
  byte_vector bytes;

  std::uint16_t u16(std::size_t at) const {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
  }
  bool is_fragment() const { return (u16(20) & 0x3FFF) != 0; }
  bool is_tcp() const { return bytes[23] == 6; }
  bool is_cut() const { return bytes.size() < length; }
};

std::vector<record> read_records(const std::string& file) {
  const auto word = [&file](std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, file.data() + at, sizeof value);
    return value;
  };
  std::vector<record> records;
  EXPECT_EQ(word(0), 0xA1B2C3D4u);
  EXPECT_EQ(word(20), 1u) << "Ethernet";
  for (std::size_t at = 24; at < file.size();) {
    record r;
    r.time_us = word(at) * std::uint64_t{1'000'000} + word(at + 4);
    const std::size_t captured = word(at + 8);
    r.length = word(at + 12);
    EXPECT_LE(at + 16 + captured, file.size());
    if (at + 16 + captured > file.size()) break;
    r.bytes.assign(file.begin() + static_cast<std::ptrdiff_t>(at) + 16,
                   file.begin() + static_cast<std::ptrdiff_t>(at + 16 + captured));
    records.push_back(std::move(r));
    at += 16 + captured;
  }
  return records;
}

TEST_F(CaptureMaker, GivesTheSameBytesForTheSamePlan) {
  const capture_plan plan{2'000, 50, 7};
  ASSERT_TRUE(make_capture(path("a"), plan));
  ASSERT_TRUE(make_capture(path("b"), plan));
  EXPECT_EQ(content(path("a")), content(path("b")));
}

TEST_F(CaptureMaker, GivesTheSameBytesOnEveryMachine) {
  ASSERT_TRUE(make_capture(path("a"), {2'000, 50, 7}));
  std::uint64_t hash = 14'695'981'039'346'656'037u; // FNV-1a
  for (const char byte : content(path("a")))
    hash = (hash ^ static_cast<unsigned char>(byte)) * 1'099'511'628'211u;
  EXPECT_EQ(hash, 5'210'094'840'000'997'621u)
      << "a change of the generator needs a new generator_version, and this number";
}

TEST_F(CaptureMaker, GivesOtherBytesForAnotherSeed) {
  ASSERT_TRUE(make_capture(path("a"), {2'000, 50, 7}));
  ASSERT_TRUE(make_capture(path("b"), {2'000, 50, 8}));
  EXPECT_NE(content(path("a")), content(path("b")));
}

TEST_F(CaptureMaker, TellsTheTruthAboutTheFile) {
  const auto told = make_capture(path("a"), {some_packets, 1'000, 1});
  ASSERT_TRUE(told);
  ground_truth seen;
  for (const record& r : read_records(content(path("a")))) {
    ++seen.packets;
    seen.wire_bytes += r.length;
    seen.captured_bytes += r.bytes.size();
    seen.truncated += r.is_cut() ? 1 : 0;
    seen.fragmented += r.is_fragment() ? 1 : 0;
    ++(r.is_tcp() ? seen.tcp : seen.udp);
  }
  EXPECT_EQ(seen, *told);
}

TEST_F(CaptureMaker, KeepsToTheShapeItPromises) {
  ASSERT_TRUE(make_capture(path("a"), {some_packets, 1'000, 1}));
  const auto records = read_records(content(path("a")));
  ASSERT_EQ(records.size(), some_packets);
  double truncated = 0;
  double fragments = 0;
  double small = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const record& r = records[i];
    truncated += r.is_cut() ? 1 : 0;
    fragments += r.is_fragment() ? 1 : 0;
    small += r.length < 100 ? 1 : 0;
    EXPECT_LE(r.length, 1'500u);
    EXPECT_TRUE(r.length >= 64 || r.is_fragment());
    if (i == 0 || (r.is_fragment() && r.time_us == records[i - 1].time_us)) continue;
    const std::uint64_t gap_us = r.time_us - records[i - 1].time_us;
    EXPECT_TRUE(gap_us >= 1 && gap_us <= 19) << gap_us;
  }
  const auto all = static_cast<double>(some_packets);
  EXPECT_NEAR(truncated / all, 0.005, 0.002);
  EXPECT_NEAR(fragments / all, 0.002, 0.001);
  EXPECT_NEAR(small / all, 0.45, 0.05) << "40 % by plan, and the handshakes";
}

TEST_F(CaptureMaker, WritesRightChecksums) {
  ASSERT_TRUE(make_capture(path("a"), {2'000, 50, 1}));
  for (const record& r : read_records(content(path("a")))) {
    EXPECT_EQ(internet_checksum(r.bytes.data() + 14, 20), 0);
    if (r.is_cut() || r.is_fragment()) continue;
    std::uint32_t pseudo = r.bytes[23] + static_cast<std::uint32_t>(r.bytes.size() - 34);
    for (std::size_t at = 26; at < 34; at += 2)
      pseudo += r.u16(at);
    EXPECT_EQ(internet_checksum(r.bytes.data() + 34, r.bytes.size() - 34, pseudo), 0);
  }
}

TEST_F(CaptureMaker, NumbersTcpBytesWithoutGaps) {
  ASSERT_TRUE(make_capture(path("a"), {2'000, 50, 1}));
  std::map<std::string, std::uint32_t> expected; // by addresses and ports of one direction
  for (const record& r : read_records(content(path("a")))) {
    if (!r.is_tcp()) continue;
    const auto at = [&r](std::size_t i) { return r.bytes.begin() + static_cast<std::ptrdiff_t>(i); };
    const std::string key{at(26), at(38)};
    const std::uint32_t sequence = static_cast<std::uint32_t>(r.u16(38)) << 16 | r.u16(40);
    const bool syn = (r.bytes[47] & tcp_syn) != 0;
    const std::size_t header = 34 + std::size_t{r.bytes[46]} / 16 * 4;
    const auto known = expected.find(key);
    EXPECT_EQ(sequence, known == expected.end() ? sequence : known->second);
    expected[key] = sequence + static_cast<std::uint32_t>(r.length - header) + (syn ? 1 : 0);
  }
  EXPECT_GT(expected.size(), 10u);
}

TEST_F(CaptureMaker, MakesACaptureOnce) {
  const capture_plan plan{1'000, 10, 1};
  const auto made = find_or_make_capture(path("cache"), plan);
  ASSERT_TRUE(made);
  const auto written = std::filesystem::last_write_time(made->path);
  const auto found = find_or_make_capture(path("cache"), plan);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->truth, made->truth);
  EXPECT_EQ(std::filesystem::last_write_time(found->path), written);
}

TEST_F(CaptureMaker, SaysWhichFileItCannotWrite) {
  const auto failed = make_capture(path("no/such/folder"), {10, 1, 1});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error(), errc::io_failed);
  EXPECT_NE(failed.error().message.find("no/such/folder"), std::string::npos);
}

TEST_F(CaptureMaker, RefusesAPlanWithoutPacketsOrFlows) {
  for (const capture_plan& plan : {capture_plan{0, 1, 1}, capture_plan{1, 0, 1}, capture_plan{1, 70'000, 1}})
    EXPECT_EQ(make_capture(path("a"), plan).error(), errc::invalid_usage);
}

TEST(TotalsLine, HasThreeDecimals) {
  EXPECT_EQ(totals_line(2, 1'500), "2 1.500");
  EXPECT_EQ(totals_line(1, 64), "1 0.064");
  EXPECT_EQ(totals_line(1'000'000, 612'345'678), "1000000 612345.678");
}

} // namespace
} // namespace remora::bench
