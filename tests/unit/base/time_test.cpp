#include "base/time.hpp"

#include <gtest/gtest.h>

namespace remora {
namespace {

TEST(Rfc3339, WritesUtcWithNanoseconds) {
  EXPECT_EQ(to_rfc3339(from_unix_ns(1'700'000'000'123'456'789)), "2023-11-14T22:13:20.123456789Z");
}

TEST(Rfc3339, WritesTheEpochAndWhatLiesBeforeIt) {
  EXPECT_EQ(to_rfc3339(from_unix_ns(0)), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(to_rfc3339(from_unix_ns(-1)), "1969-12-31T23:59:59.999999999Z");
}

TEST(Rfc3339, KnowsLeapDays) {
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2024-02-29T12:00:00Z")), "2024-02-29T12:00:00.000000000Z");
  EXPECT_FALSE(parse_rfc3339("2023-02-29T12:00:00Z"));
}

TEST(Rfc3339, ReadsFractionsOfOneToNineDigits) {
  EXPECT_EQ(to_unix_ns(*parse_rfc3339("1970-01-01T00:00:01.5Z")), 1'500'000'000);
  EXPECT_EQ(to_unix_ns(*parse_rfc3339("1970-01-01T00:00:01.000000001Z")), 1'000'000'001);
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2023", "2023-13-01T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01T00:00:00",
                           "2023-01-01T00:00:00.Z", "2023-01-01T00:00:00+01:00", "2023-01-32T00:00:00Z",
                           "2023-01-01T00:00:00Zx", "9999-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Rfc3339, ReadsWhatItWroteOnEveryDayOfFourCenturies) {
  constexpr std::int64_t day = 86'400'000'000'000;
  for (std::int64_t days = -70'000; days < 76'000; ++days) {
    const timestamp t = from_unix_ns(days * day + days % 1000);
    ASSERT_EQ(parse_rfc3339(to_rfc3339(t)), t) << days;
  }
}

} // namespace
} // namespace remora
