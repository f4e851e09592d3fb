#include <cstdint>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "script/memory_cap.hpp"
#include "script/time_budget.hpp"
#include "script/timer_table.hpp"
#include "script/turn_watch.hpp"

namespace remora::script {
namespace {

/// Uses up processor time of the calling thread.
void spend(nanoseconds time) {
  const nanoseconds until = thread_cpu_time() + time;
  while (thread_cpu_time() < until) {
  }
}

TEST(MemoryCap, CountsWhatIsInUse) {
  memory_cap cap{1 << 20};
  void* block = cap.allocate(1000);
  ASSERT_NE(block, nullptr);
  EXPECT_GE(cap.in_use_bytes(), 1000u);
  block = cap.reallocate(block, 5000);
  EXPECT_GE(cap.in_use_bytes(), 5000u);
  cap.release(block);
  EXPECT_EQ(cap.in_use_bytes(), 0u);
  EXPECT_GE(cap.peak_bytes(), 5000u);
}

TEST(MemoryCap, RefusesWhatDoesNotFit) {
  memory_cap cap{1000};
  EXPECT_EQ(cap.allocate(2000), nullptr);
  EXPECT_EQ(cap.allocate(SIZE_MAX), nullptr);
  void* block = cap.allocate(500);
  EXPECT_EQ(cap.reallocate(block, 2000), nullptr);
  EXPECT_EQ(cap.reallocate(block, SIZE_MAX - 8), nullptr);
  cap.release(block);
}

TEST(MemoryCap, KeepsABlockThatCouldNotGrow) {
  memory_cap cap{1000};
  auto* block = static_cast<char*>(cap.allocate(100));
  block[99] = 'x';
  EXPECT_EQ(cap.reallocate(block, 5000), nullptr);
  EXPECT_EQ(block[99], 'x');
  cap.release(block);
}

TEST(MemoryCap, IsExhaustedAfterRepeatedRefusals) {
  memory_cap cap{100};
  EXPECT_FALSE(cap.exhausted());
  for (int i = 0; i < 12; ++i)
    cap.allocate(1000);
  EXPECT_TRUE(cap.exhausted());
}

TEST(MemoryCap, TakesNothingForNothing) {
  memory_cap cap{1000};
  EXPECT_EQ(cap.allocate(0), nullptr);
  EXPECT_EQ(cap.reallocate(nullptr, 0), nullptr);
  cap.release(nullptr);
  EXPECT_FALSE(cap.exhausted());
}

TEST(TimeBudget, StaysExhaustedUntilTheNextGrant) {
  time_budget budget;
  budget.grant(nanoseconds{1000});
  spend(nanoseconds{2000});
  EXPECT_TRUE(budget.exhausted());
  EXPECT_TRUE(budget.was_exhausted());
  budget.grant(std::chrono::hours{1});
  EXPECT_FALSE(budget.exhausted());
}

TEST(TimeBudget, HasNoLimitWhenLifted) {
  time_budget budget;
  budget.grant(nanoseconds{0});
  EXPECT_TRUE(budget.exhausted());
  budget.lift();
  EXPECT_FALSE(budget.exhausted());
}

TEST(TurnWatch, TellsWorkFromRest) {
  turn_watch watch;
  EXPECT_EQ(watch.observe(), turn_watch::state::idle);
  watch.begin(std::chrono::hours{1});
  EXPECT_EQ(watch.observe(), turn_watch::state::running);
  watch.end();
  EXPECT_EQ(watch.observe(), turn_watch::state::idle);
}

TEST(TurnWatch, SeesATurnBeyondTwiceItsBudget) {
  turn_watch watch;
  watch.begin(nanoseconds{1000});
  spend(nanoseconds{3000});
  EXPECT_EQ(watch.observe(), turn_watch::state::overdue);
}

TEST(TurnWatch, MeasuresTheThreadThatWorksNotTheOneThatLooks) {
  turn_watch watch;
  watch.begin(std::chrono::milliseconds{1});
  auto seen = turn_watch::state::idle;
  std::thread looker{[&] {
    spend(std::chrono::milliseconds{20});
    seen = watch.observe();
  }};
  looker.join();
  EXPECT_EQ(seen, turn_watch::state::running);
}

TEST(TurnWatch, ADeadEngineStaysDead) {
  turn_watch watch;
  watch.begin(std::chrono::hours{1});
  watch.mark_dead();
  watch.end();
  EXPECT_EQ(watch.observe(), turn_watch::state::dead);
}

TEST(TimerTable, HandsOutWhatIsDueInOrder) {
  timer_table timers;
  const timestamp start = from_unix_ns(0);
  EXPECT_EQ(timers.next_due_ns(), timer_table::never);
  const auto late = timers.add(start, 20, false);
  const auto early = timers.add(start, 10, false);
  EXPECT_FALSE(timers.take_due(from_unix_ns(9'999'999)));
  EXPECT_EQ(timers.take_due(from_unix_ns(30'000'000))->id, *early);
  EXPECT_EQ(timers.take_due(from_unix_ns(30'000'000))->id, *late);
  EXPECT_EQ(timers.next_due_ns(), timer_table::never);
}

TEST(TimerTable, TakesAnyNumberAsADelay) {
  timer_table timers;
  const timestamp start = from_unix_ns(0);
  for (const double delay : {-1.0, 0.0, 1e300, -1e300, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
    ASSERT_TRUE(timers.add(start, delay, false));
    ASSERT_TRUE(timers.add(start, delay, true));
  }
  EXPECT_EQ(timers.next_due_ns(), 1'000'000);
}

} // namespace
} // namespace remora::script
