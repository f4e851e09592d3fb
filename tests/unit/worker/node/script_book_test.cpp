#include "worker/node/script_book.hpp"

#include <gmock/gmock.h>

namespace remora::worker::test {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class ScriptBook : public ::testing::Test {
 protected:
  static actors::script_tally tally(std::uint64_t calls) {
    actors::script_tally out;
    out.hook_calls = calls;
    out.hooks[packet].calls = calls;
    out.heap_bytes = 1'000;
    return out;
  }
  static constexpr auto packet = static_cast<std::size_t>(script::hook::packet_captured);
  void show(std::size_t slot, std::uint64_t calls, std::uint64_t dropped = 0, std::uint64_t queued = 0) {
    if (totals_.slots.size() <= slot) totals_.slots.resize(slot + 1);
    totals_.slots[slot] = {true, tally(calls), dropped, queued};
    progress_->publish(totals_);
  }
  void leave(std::size_t slot) {
    totals_.slots[slot] = {};
    progress_->publish(totals_);
  }
  script_totals only() {
    const auto all = book_.totals(lines_);
    EXPECT_THAT(all, SizeIs(1));
    return all.empty() ? script_totals{} : all.front();
  }

  std::shared_ptr<capture_progress> progress_ = std::make_shared<capture_progress>();
  capture_totals totals_;
  drop_counts lines_;
  script_book book_{progress_};
};

TEST_F(ScriptBook, ShowsWhatARunningScriptHasDone) {
  book_.took(0, "a");
  show(0, 7, 2, 5);
  EXPECT_EQ(only().title, "a");
  EXPECT_EQ(only().hook_calls, 7U);
  EXPECT_EQ(only().dropped_events, 2U);
  EXPECT_EQ(only().queued_events, 5U);
}

TEST_F(ScriptBook, AddsUpTheVersionsOfAScript) {
  book_.took(0, "a");
  show(0, 7);
  book_.took(1, "a");
  show(1, 1);
  leave(0);
  book_.ended("a", tally(10));
  EXPECT_EQ(only().hook_calls, 11U);
  EXPECT_EQ(book_.hooks().at("a")[packet].calls, 11U);
}

TEST_F(ScriptBook, AddsUpTheHeapsOfThoseThatRun) {
  for (const std::size_t slot : {0U, 1U}) {
    book_.took(slot, "script " + std::to_string(slot));
    show(slot, 1);
  }
  EXPECT_EQ(book_.heap_bytes(), 2'000U);
  leave(0);
  EXPECT_EQ(book_.heap_bytes(), 1'000U);
}

TEST_F(ScriptBook, ForgetsTheHooksOfAScriptThatIsForgotten) {
  book_.took(0, "a");
  show(0, 7);
  book_.forget("a");
  EXPECT_THAT(book_.hooks(), IsEmpty());
}

TEST_F(ScriptBook, NeverGoesBackWhileAVersionIsBetweenItsLastPacketAndItsLastWord) {
  book_.took(0, "a");
  show(0, 7);
  EXPECT_EQ(only().hook_calls, 7U);
  leave(0);
  EXPECT_EQ(only().hook_calls, 7U);
  book_.ended("a", tally(9));
  EXPECT_EQ(only().hook_calls, 9U);
}

TEST_F(ScriptBook, CountsLinesDroppedByEither) {
  book_.ask_dropped_lines([](std::size_t slot) { return slot == 0 ? 3 : 0; });
  book_.took(0, "a");
  show(0, 0);
  lines_.add("a", 4);
  lines_.add("b", 100);
  EXPECT_EQ(only().dropped_lines, 7U);
}

TEST_F(ScriptBook, ForgetsAScriptThatIsGone) {
  book_.took(0, "a");
  show(0, 7);
  book_.forget("a");
  EXPECT_THAT(book_.totals(lines_), IsEmpty());
  book_.took(0, "b");
  EXPECT_EQ(only().title, "b");
}

TEST_F(ScriptBook, CountsFiltersThatDecideNothing) {
  book_.took(0, "a");
  show(0, 1);
  totals_.slots[0].tally.undecided_filters = 2;
  progress_->publish(totals_);
  EXPECT_EQ(only().undecided_filters, 2U);
  leave(0);
  EXPECT_EQ(only().undecided_filters, 2U) << "it does not go back meanwhile";
  auto last = tally(1);
  last.undecided_filters = 5;
  book_.ended("a", last);
  EXPECT_EQ(only().undecided_filters, 5U);
}

} // namespace
} // namespace remora::worker::test
