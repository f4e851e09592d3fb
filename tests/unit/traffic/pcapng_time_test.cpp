#include <cstdint>
#include <limits>
#include <optional>

#include <gtest/gtest.h>

#include "tests/support/byte_writer.hpp"
#include "traffic/capture/pcapng_interface.hpp"

namespace remora::traffic {
namespace {

constexpr std::uint8_t two_to_the_minus = 0x80;
constexpr std::uint64_t all_ones = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();

struct row {
  std::uint8_t resolution;
  std::int64_t offset_seconds;
  std::uint64_t ticks;
  std::optional<std::int64_t> ns;
};

TEST(PcapngTime, IsTicksOfTheInterfaceAsNanoseconds) {
  const row table[] = {
      {6, 0, 1'700'000'000'123'456, 1'700'000'000'123'456'000},
      {9, 0, 1'700'000'000'123'456'789, 1'700'000'000'123'456'789},
      {0, 0, 1'700'000'000, 1'700'000'000'000'000'000},
      {3, 0, 1'700'000'000'123, 1'700'000'000'123'000'000},
      {12, 0, 1'999, 1}, // rounded down
      {18, 0, 1'700'000'000'000'000'000, 1'700'000'000},
      {19, 0, 10'000'000'000, 1},
      {28, 0, all_ones, 1},
      {29, 0, all_ones, 0},
      {127, 0, all_ones, 0},
      {two_to_the_minus | 0, 0, 5, 5'000'000'000},
      {two_to_the_minus | 1, 0, 3, 1'500'000'000},
      {two_to_the_minus | 10, 0, 1024, 1'000'000'000},
      {two_to_the_minus | 32, 0, (std::uint64_t{7} << 32) + (std::uint64_t{1} << 31), 7'500'000'000},
      {two_to_the_minus | 63, 0, all_ones, 1'999'999'999},
      {two_to_the_minus | 64, 0, all_ones, 999'999'999},
      {two_to_the_minus | 127, 0, all_ones, 0},
  };
  for (const row& r : table) {
    pcapng_interface from;
    from.resolution = r.resolution;
    from.offset_seconds = r.offset_seconds;
    const auto time = from.time_of(r.ticks);
    ASSERT_TRUE(time) << int{r.resolution};
    EXPECT_EQ(to_unix_ns(*time), r.ns) << int{r.resolution} << " " << r.ticks;
  }
}

TEST(PcapngTime, IsMovedByTheOffsetOfTheInterface) {
  const row table[] = {
      {6, 1'700'000'000, 123'456, 1'700'000'000'123'456'000},
      {6, -10, 123'456, -9'876'544'000},
      {0, -9'000'000'000, 9'000'000'001, 1'000'000'000}, // neither fits alone
  };
  for (const row& r : table) {
    pcapng_interface from;
    from.resolution = r.resolution;
    from.offset_seconds = r.offset_seconds;
    const auto time = from.time_of(r.ticks);
    ASSERT_TRUE(time) << r.offset_seconds;
    EXPECT_EQ(to_unix_ns(*time), r.ns);
  }
}

TEST(PcapngTime, IsNothingOutsideOfWhatATimestampHolds) {
  const row table[] = {
      {0, 0, all_ones, {}},
      {6, 0, all_ones, {}},
      {9, 0, static_cast<std::uint64_t>(latest) + 1, {}},
      {9, 1, static_cast<std::uint64_t>(latest), {}},
      {9, std::numeric_limits<std::int64_t>::max(), 0, {}},
      {9, std::numeric_limits<std::int64_t>::min(), all_ones, {}},
      {two_to_the_minus | 0, 0, all_ones, {}},
  };
  for (const row& r : table) {
    pcapng_interface from;
    from.resolution = r.resolution;
    from.offset_seconds = r.offset_seconds;
    EXPECT_FALSE(from.time_of(r.ticks)) << int{r.resolution} << " " << r.ticks;
  }
}

TEST(PcapngTime, ReachesTheLastNanosecondThatATimestampHolds) {
  pcapng_interface from;
  from.resolution = 9;
  EXPECT_EQ(to_unix_ns(*from.time_of(static_cast<std::uint64_t>(latest))), latest);
}

/// Reads an interface description with these options behind its fixed part.
std::optional<pcapng_interface> with_options(const test::bytes& options) {
  const auto body = test::byte_writer{test::byte_order::big}.u16(1).u16(0).u32(0).raw(options).content();
  return read_pcapng_interface(byte_view{body.data(), body.size()}, true);
}

TEST(PcapngInterface, StopsAtTheEndOfItsOptions) {
  const auto read = with_options({0, 9, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 4, 0, 0, 0});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->resolution, 3);
}

TEST(PcapngInterface, DoesNotInsistOnAnEndOfOptions) {
  const auto read = with_options({0, 9, 0, 1, 3, 0, 0, 0});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->resolution, 3);
}

TEST(PcapngInterface, IsRefusedWhenAnOptionDoesNotFit) {
  EXPECT_FALSE(with_options({0, 2, 0, 5, 'e', 't', 'h', '0'})) << "longer than the block";
  EXPECT_FALSE(with_options({0, 9, 0, 2, 3, 3, 0, 0})) << "a resolution of two bytes";
  EXPECT_FALSE(with_options({0, 14, 0, 4, 0, 0, 0, 1})) << "an offset of four bytes";
  EXPECT_FALSE(with_options({0, 0})) << "half an option";
  EXPECT_FALSE(read_pcapng_interface(byte_view{}, true)) << "no body";
}

} // namespace
} // namespace remora::traffic
