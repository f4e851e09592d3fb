#include "base/calendar.hpp"

#include <gtest/gtest.h>

namespace remora {
namespace {

TEST(Calendar, CountsEveryDayOfSevenCenturiesInOrder) {
  std::int64_t days = to_days(1600, 1, 1);
  for (std::int64_t year = 1600; year < 2300; ++year) {
    for (unsigned month = 1; month <= 12; ++month) {
      for (unsigned day = 1; day <= days_in_month(year, month); ++day, ++days) {
        ASSERT_EQ(to_days(year, month, day), days);
        const civil_day date = to_civil(days);
        ASSERT_TRUE(date.year == year && date.month == month && date.day == day) << days;
      }
    }
  }
}

TEST(Calendar, KnowsWhichDayOfTheWeekADateIs) {
  EXPECT_EQ(weekday_of(to_days(1970, 1, 1)), 4u);
  EXPECT_EQ(weekday_of(to_days(2000, 2, 29)), 2u);
  EXPECT_EQ(weekday_of(to_days(1900, 1, 1)), 1u);
  EXPECT_EQ(weekday_of(to_days(1969, 12, 28)), 0u);
}

TEST(Calendar, DividesTowardsThePast) {
  EXPECT_EQ(floor_div(7, 2), 3);
  EXPECT_EQ(floor_div(-7, 2), -4);
  EXPECT_EQ(floor_div(-8, 2), -4);
}

} // namespace
} // namespace remora
