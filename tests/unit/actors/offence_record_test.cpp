#include "actors/scripts/offence_record.hpp"

#include <vector>

#include <gmock/gmock.h>

namespace remora::actors {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

const timestamp start = from_unix_ns(1'700'000'000'000'000'000);

/// The pauses in seconds, when each offence comes right after the pause before.
std::vector<std::int64_t> pauses_in_a_row(std::size_t count) {
  offence_record record;
  timestamp now = start;
  std::vector<std::int64_t> all;
  for (std::size_t i = 0; i < count; ++i) {
    const nanoseconds pause = record.add(now);
    all.push_back(std::chrono::duration_cast<seconds>(pause).count());
    now += pause + seconds{1};
  }
  return all;
}

TEST(OffenceRecord, ForgivesTwiceAndThenDoublesThePauseUpToTenMinutes) {
  EXPECT_THAT(pauses_in_a_row(11), ElementsAre(0, 0, 10, 20, 40, 80, 160, 320, 600, 600, 600));
}

TEST(OffenceRecord, StaysAtTenMinutesHoweverOftenItGoesOn) { EXPECT_EQ(pauses_in_a_row(100).back(), 600); }

TEST(OffenceRecord, BeginsAnewAfterTenQuietMinutes) {
  offence_record record;
  for (int i = 0; i < 3; ++i)
    record.add(start);
  const timestamp resumed = start + seconds{10};
  EXPECT_EQ(record.add(resumed + minutes{10}), seconds{0});
}

TEST(OffenceRecord, DoesNotForgetBeforeTenMinutesAreOver) {
  offence_record record;
  for (int i = 0; i < 3; ++i)
    record.add(start);
  const timestamp resumed = start + seconds{10};
  EXPECT_EQ(record.add(resumed + minutes{10} - nanoseconds{1}), seconds{20});
}

TEST(OffenceRecord, CountsTheQuietFromTheEndOfThePause) {
  offence_record record;
  for (int i = 0; i < 8; ++i)
    record.add(start);
  // The eighth pause lasts 320 s: ten minutes after its begin it has not been quiet for ten minutes.
  EXPECT_EQ(record.add(start + minutes{10}), seconds{600});
}

TEST(OffenceRecord, TakesAClockThatGoesBackForNoQuietTime) {
  offence_record record;
  record.add(start);
  record.add(start);
  EXPECT_EQ(record.add(start - minutes{60}), seconds{10});
}

} // namespace
} // namespace remora::actors
