#include "actors/jobs/done_instants.hpp"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedules.hpp"

namespace remora::jobs {
namespace {

using test::at;

timestamp day(std::string_view date) { return at(std::string{date} + "T10:00:00Z"); }

TEST(DoneInstants, AreNoneAtFirst) {
  EXPECT_TRUE(done_instants{}.empty());
  EXPECT_EQ(done_instants{}.up_to(day("2026-01-01")), timestamp::min());
}

TEST(DoneInstants, HoldWhenTheClockIsSetBackByAnHourOrTwoDays) {
  done_instants done;
  done.add(day("2026-01-03"));
  EXPECT_EQ(done.up_to(day("2026-01-03") - std::chrono::hours{1}), day("2026-01-03"));
  EXPECT_EQ(done.up_to(day("2026-01-01")), day("2026-01-03"));
}

TEST(DoneInstants, DoNotCountWhileTheyAreFurtherAheadThanTwoDays) {
  done_instants done;
  done.add(day("2036-01-01"));
  EXPECT_EQ(done.up_to(day("2026-01-01")), timestamp::min());
  EXPECT_EQ(done.up_to(day("2035-12-30")), day("2036-01-01"));
}

TEST(DoneInstants, RememberWhatWasDoneBeforeTheClockWasWrong) {
  done_instants done;
  done.add(day("2026-01-01"));
  done.add(day("2036-01-01"));
  EXPECT_EQ(done.up_to(day("2026-01-01")), day("2026-01-01"));
  done.add(day("2026-01-02"));
  EXPECT_EQ(done.up_to(day("2026-01-02")), day("2026-01-02"));
  EXPECT_EQ(done.up_to(day("2036-01-01")), day("2036-01-01"));
}

TEST(DoneInstants, NeverGoBack) {
  done_instants done;
  done.add(day("2026-01-02"));
  done.add(day("2026-01-01"));
  EXPECT_EQ(done.up_to(day("2026-01-02")), day("2026-01-02"));
  EXPECT_THAT(done, testing::ElementsAre(day("2026-01-02")));
}

TEST(DoneInstants, ForgetTheEarliestOfManyStretches) {
  done_instants done;
  for (const char* date : {"2026-01-01", "2026-01-08", "2026-01-15", "2026-01-22", "2026-01-29"})
    done.add(day(date));
  EXPECT_THAT(
      done, testing::ElementsAre(day("2026-01-08"), day("2026-01-15"), day("2026-01-22"), day("2026-01-29")));
}

TEST(DoneInstants, HavePlaceForWhatIsDoneAfterAClockWasWrongForLong) {
  done_instants done;
  for (const char* date : {"2036-01-01", "2036-01-08", "2036-01-15", "2036-01-22"})
    done.add(day(date));
  for (const char* date : {"2026-01-01", "2026-01-08"}) {
    done.add(day(date));
    EXPECT_EQ(done.up_to(day(date)), day(date));
  }
  EXPECT_EQ(done.latest(), day("2036-01-22"));
}

TEST(DoneInstants, CopeWithTheEndsOfTime) {
  done_instants done;
  done.add(timestamp::max());
  done.add(timestamp::min());
  EXPECT_EQ(done.up_to(timestamp::max()), timestamp::max());
  EXPECT_EQ(done.up_to(timestamp::min()), timestamp::min());
}

} // namespace
} // namespace remora::jobs
