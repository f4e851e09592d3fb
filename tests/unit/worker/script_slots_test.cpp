#include "worker/script_slots.hpp"

#include <gmock/gmock.h>

namespace remora::worker::test {
namespace {

actors::round_done answer(std::size_t script, std::int64_t next_due_ns = 0) {
  actors::round_done done;
  done.script = script;
  done.number = 1;
  done.next_due = from_unix_ns(next_due_ns);
  done.tally.hook_calls = 42;
  return done;
}

class ScriptSlots : public testing::Test {
 protected:
  script_slots slots{std::vector<script_slot>(3)};
};

TEST_F(ScriptSlots, AreIdleUntilARoundIsSent) {
  EXPECT_TRUE(slots.idle());
  slots.sent(1, 0);
  EXPECT_FALSE(slots.idle());
  slots.answered(answer(1));
  EXPECT_TRUE(slots.idle());
}

TEST_F(ScriptSlots, AddUpTheEventsUnderWayAndTakeThemOffInTheOrderSent) {
  slots.sent(0, 100);
  slots.sent(0, 7);
  EXPECT_EQ(slots.all()[0].events_under_way, 107u);
  slots.answered(answer(0));
  EXPECT_EQ(slots.all()[0].events_under_way, 7u);
  slots.answered(answer(0));
  EXPECT_EQ(slots.all()[0].events_under_way, 0u);
}

TEST_F(ScriptSlots, KnowTheBusiest) {
  slots.sent(0, 1);
  slots.sent(2, 1);
  slots.sent(2, 1);
  EXPECT_EQ(slots.busiest(), 2u);
}

TEST_F(ScriptSlots, KnowTheEarliestInstantThatIsDueForAny) {
  for (std::size_t i = 0; i < 3; ++i) {
    slots.sent(i, 0);
    slots.answered(answer(i, 100 - static_cast<std::int64_t>(i)));
  }
  EXPECT_EQ(slots.next_due(), from_unix_ns(98));
  slots.lose(2);
  EXPECT_EQ(slots.next_due(), from_unix_ns(99));
}

TEST_F(ScriptSlots, RememberWhatAScriptToldLast) {
  slots.sent(0, 1);
  slots.answered(answer(0));
  EXPECT_EQ(slots.all()[0].last_known.hook_calls, 42u);
}

TEST_F(ScriptSlots, DropWhatALostScriptHadUnderWay) {
  slots.sent(1, 5);
  slots.sent(1, 6);
  slots.lose(1);
  EXPECT_TRUE(slots.idle());
  EXPECT_EQ(slots.all()[1].dropped_events, 11u);
}

TEST_F(ScriptSlots, LoseAScriptOnce) {
  slots.sent(1, 5);
  slots.lose(1);
  slots.lose(1);
  EXPECT_EQ(slots.all()[1].dropped_events, 5u);
}

TEST_F(ScriptSlots, TakeNoAnswerOfALostScript) {
  slots.sent(1, 5);
  slots.lose(1);
  slots.answered(answer(1));
  EXPECT_EQ(slots.all()[1].last_known.hook_calls, 0u);
  EXPECT_EQ(slots.next_due(), timestamp::min()) << "the others have not told theirs";
}

TEST_F(ScriptSlots, SurviveAnAnswerThatNothingWasAskedFor) {
  slots.answered(answer(0));
  EXPECT_EQ(slots.all()[0].events_under_way, 0u);
}

TEST_F(ScriptSlots, KnowWhetherAnyScriptWantsPackets) {
  EXPECT_FALSE(slots.any_wants_packets());
  slots.all()[2].wants_packets = true;
  EXPECT_TRUE(slots.any_wants_packets());
}

TEST_F(ScriptSlots, AScriptLeavesOnceItHasAnsweredEverything) {
  slots.sent(1, 5);
  EXPECT_TRUE(slots.leave(1));
  EXPECT_FALSE(slots.take_left(1));
  slots.answered(answer(1));
  EXPECT_TRUE(slots.take_left(1));
  EXPECT_FALSE(slots.take_left(1)) << "it has left already";
}

TEST_F(ScriptSlots, NobodyLeavesTwiceOrOutOfAnEmptySlot) {
  EXPECT_TRUE(slots.leave(1));
  EXPECT_FALSE(slots.leave(1));
  slots.take_left(1);
  EXPECT_FALSE(slots.leave(1));
  EXPECT_FALSE(slots.leave(99));
}

TEST_F(ScriptSlots, AScriptMayJoinInANewSlotOrAnEmptyOne) {
  script_slot wants;
  wants.wants_packets = true;
  slots.join(5, wants);
  EXPECT_EQ(slots.all().size(), 6u);
  EXPECT_TRUE(slots.any_wants_packets());
  EXPECT_FALSE(slots.leave(4)) << "the slots in between have no script";
  slots.leave(5);
  EXPECT_FALSE(slots.any_wants_packets());
  slots.take_left(5);
  slots.join(5, wants);
  EXPECT_TRUE(slots.any_wants_packets());
}

} // namespace
} // namespace remora::worker::test
