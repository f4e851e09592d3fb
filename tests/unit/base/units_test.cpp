#include "base/units.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace remora {
namespace {

using std::chrono::nanoseconds;

nanoseconds duration_of(std::string_view text) {
  const auto parsed = parse_duration(text);
  EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : parsed.error().message);
  return parsed.value_or(nanoseconds{-1});
}

std::uint64_t bytes_of(std::string_view text) {
  const auto parsed = parse_size(text);
  EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : parsed.error().message);
  return parsed.value_or(byte_size{UINT64_MAX}).bytes;
}

TEST(Duration, ReadsEveryUnit) {
  using namespace std::chrono_literals;
  EXPECT_EQ(duration_of("7ns"), 7ns);
  EXPECT_EQ(duration_of("7us"), 7us);
  EXPECT_EQ(duration_of("500ms"), 500ms);
  EXPECT_EQ(duration_of("10s"), 10s);
  EXPECT_EQ(duration_of("5m"), 5min);
  EXPECT_EQ(duration_of("1h"), 1h);
  EXPECT_EQ(duration_of("7d"), 168h);
}

TEST(Duration, ReadsCombinationsFromLargeToSmall) {
  using namespace std::chrono_literals;
  EXPECT_EQ(duration_of("1h30m"), 90min);
  EXPECT_EQ(duration_of("1d2h3m4s5ms6us7ns"), 26h + 3min + 4s + 5ms + 6us + 7ns);
}

TEST(Duration, ReadsFractionsExactly) {
  using namespace std::chrono_literals;
  EXPECT_EQ(duration_of("1.5s"), 1500ms);
  EXPECT_EQ(duration_of("0.000000001s"), 1ns);
  EXPECT_EQ(duration_of("0.25d"), 6h);
  EXPECT_EQ(duration_of("0.99999999999999999999999999s"), 999999999ns) << "below a nanosecond is cut off";
}

TEST(Duration, NeedsNoUnitForZero) { EXPECT_EQ(duration_of("0"), nanoseconds{0}); }

TEST(Duration, RefusesWhatIsNone) {
  for (const char* text : {"",     " ",    "5",          "s",    "5 s", "-5s",   "+5s",    "5S",
                           "5sec", "1m1h", "5m5m",       "1s ",  " 1s", "1.s",   ".5s",    "1,5s",
                           "1e3s", "0x5s", "5\xC2\xB5s", "1h30", "5ss", "1..5s", "1.5.5s", "5s\n"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Duration, HoldsUpTo292YearsAndRefusesMore) {
  EXPECT_EQ(duration_of("9223372036854775807ns"), nanoseconds::max());
  for (const char* text :
       {"9223372036854775808ns", "106752d", "9223372036854775807ns1ns", "99999999999999999999999999d",
        "18446744073709551616ns", "18446744073709551615s"}) {
    EXPECT_EQ(parse_duration(text).error(), errc::invalid_usage) << text;
  }
}

TEST(Duration, SaysWhatWasExpected) {
  EXPECT_EQ(parse_duration("5").error().message,
            "expected a duration such as `500ms`, `10s`, `5m`, `1h30m` or `7d`; the unit is missing");
}

TEST(Duration, IsWrittenWithTheLargestUnits) {
  using namespace std::chrono_literals;
  EXPECT_EQ(format_duration(0ns), "0s");
  EXPECT_EQ(format_duration(500ms), "500ms");
  EXPECT_EQ(format_duration(90min), "1h30m");
  EXPECT_EQ(format_duration(168h), "7d");
  EXPECT_EQ(format_duration(1500ms), "1s500ms");
  EXPECT_EQ(format_duration(-5s), "-5s");
  EXPECT_EQ(format_duration(nanoseconds::min()), "-106751d23h47m16s854ms775us808ns");
}

TEST(Duration, ReadsBackWhatIsWritten) {
  std::mt19937_64 random{1};
  for (int i = 0; i < 20'000; ++i) {
    const nanoseconds d{static_cast<std::int64_t>(random() >> (1 + random() % 63))};
    ASSERT_EQ(duration_of(format_duration(d)), d);
  }
}

TEST(Size, ReadsEveryUnitWhateverItsCase) {
  struct row {
    const char* text;
    std::uint64_t bytes;
  };
  for (const row& r : {row{"0", 0},
                       {"100", 100},
                       {"100B", 100},
                       {"64KiB", 65'536},
                       {"64kib", 65'536},
                       {"64 KiB", 65'536},
                       {"1GiB", 1'073'741'824},
                       {"512MB", 512'000'000},
                       {"2kB", 2'000},
                       {"10Gi", 10'737'418'240},
                       {"1.5GiB", 1'610'612'736},
                       {"1.25KiB", 1'280},
                       {"3TiB", 3'298'534'883'328},
                       {"3TB", 3'000'000'000'000},
                       {"1GB", 1'000'000'000}}) {
    EXPECT_EQ(bytes_of(r.text), r.bytes) << r.text;
  }
}

TEST(Size, RefusesWhatIsNone) {
  for (const char* text : {"", " ", "KiB", "-1", "+1", "1.5", "1,5KiB", "1K", "1M", "1G", "1XiB", "1  KiB",
                           "1KiB ", "0x10", "1e6", "1KiB1B", ".5GiB", "1."}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(Size, HoldsAll64BitsAndRefusesMore) {
  EXPECT_EQ(bytes_of("18446744073709551615"), UINT64_MAX);
  for (const char* text :
       {"18446744073709551616", "16777216TiB", "18446744073709551615KiB", "99999999999999999999B"})
    EXPECT_EQ(parse_size(text).error().message, "the size does not fit into 64 bits") << text;
}

TEST(Size, IsWrittenWithTheLargestUnitThatNeedsNoFraction) {
  EXPECT_EQ(format_size(mib(64)), "64MiB");
  EXPECT_EQ(format_size({512'000'000}), "512MB");
  EXPECT_EQ(format_size(gib(1)), "1GiB");
  EXPECT_EQ(format_size({1'500}), "1500");
  EXPECT_EQ(format_size({0}), "0");
}

TEST(Size, ReadsBackWhatIsWritten) {
  std::mt19937_64 random{2};
  const std::array<std::uint64_t, 4> grain{1, 1'000, 1'024, 1'000'000};
  for (int i = 0; i < 20'000; ++i) {
    const byte_size size{(random() >> (24 + random() % 40)) * grain[random() % grain.size()]};
    ASSERT_EQ(bytes_of(format_size(size)), size.bytes);
  }
}

} // namespace
} // namespace remora
