#include "protocol/channel/channel.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "channel_pair.hpp"

namespace {

using namespace remora;
using namespace remora::protocol;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Channel = test::channel_pair;

TEST_F(Channel, BringsMessagesInTheOrderOfSending) {
  EXPECT_EQ(worker.send("a"), 1u);
  EXPECT_EQ(worker.send("b"), 2u);
  settle();
  EXPECT_THAT(take(hub), ElementsAre("a", "b"));
  EXPECT_EQ(last, (stream_position{20, 2}));
}

TEST_F(Channel, AcknowledgesWhatIsConfirmedAndNothingThatMerelyArrived) {
  worker.send("a");
  worker.send("b");
  settle();
  take(hub);
  settle_acks();
  EXPECT_EQ(worker.take_acknowledged(), std::nullopt);
  ASSERT_TRUE(hub.confirm({20, 1}, now));
  settle_acks();
  EXPECT_EQ(worker.take_acknowledged(), 1u);
  EXPECT_EQ(worker.take_acknowledged(), std::nullopt) << "once for each time that it grew";
  EXPECT_EQ(worker.unacknowledged_messages(), 1u);
}

TEST_F(Channel, DoesNotSendAgainWhatTheOtherSideHolds) {
  worker.send("a");
  settle();
  settle_acks();
  pass(milliseconds{60'000});
  EXPECT_THAT(numbers(drain(worker)), IsEmpty());
}

TEST_F(Channel, AsksWhenTheOtherSideHoldsEverythingAndSaysNothing) {
  worker.send("a");
  settle();
  settle_acks();
  take(hub);
  hub.confirm(last, now);
  pass(milliseconds{20});
  drain(hub); // the acknowledgement is lost
  now = worker.next_deadline().value();
  settle();
  EXPECT_EQ(worker.take_acknowledged(), 1u);
}

TEST_F(Channel, AsksEverMoreRarely) {
  worker.send("a");
  settle();
  settle_acks();
  std::vector<long> waits;
  for (int i = 0; i < 7; ++i) {
    const auto next = worker.next_deadline().value();
    waits.push_back(std::chrono::duration_cast<milliseconds>(next - now).count());
    now = next;
    ASSERT_EQ(drain(worker).size(), 1u);
  }
  EXPECT_THAT(waits, ElementsAre(100, 200, 400, 800, 1600, 3200, 4000));
}

TEST_F(Channel, SendsAgainWhatWasLostAfterAnEverLongerWait) {
  worker.send("a");
  drain(worker);
  std::vector<long> waits;
  for (int i = 0; i < 6; ++i) {
    const auto next = worker.next_deadline().value();
    waits.push_back(std::chrono::duration_cast<milliseconds>(next - now).count());
    now = next;
    ASSERT_THAT(numbers(drain(worker)), ElementsAre(1));
  }
  EXPECT_THAT(waits, ElementsAre(500, 1000, 2000, 4000, 4000, 4000));
  EXPECT_EQ(worker.counters().resent_timeout, 6u);
}

TEST_F(Channel, WaitsAsLongAsBeforeOnceSomethingIsAnswered) {
  worker.send("a");
  for (int i = 0; i < 4; ++i) {
    drain(worker);
    now = worker.next_deadline().value();
  }
  settle();
  settle_acks();
  worker.send("b");
  drain(worker);
  EXPECT_EQ(worker.next_deadline(), now + milliseconds{500})
      << "an answer to what was repeated measures nothing";
}

TEST_F(Channel, SendsAGapAgainWithoutWaitingForATimeout) {
  for (const char* payload : {"a", "b", "c", "d"})
    worker.send(payload);
  auto sent = drain(worker);
  ASSERT_EQ(sent.size(), 4u);
  sent.erase(sent.begin());
  bring(sent, hub);
  bring(drain(hub), worker); // a gap is reported at once
  pass(milliseconds{20});
  bring(drain(hub), worker);
  EXPECT_THAT(numbers(drain(worker)), ElementsAre(1));
  EXPECT_EQ(worker.counters().resent_gap, 1u);
}

TEST_F(Channel, TakesAMessageThatWasOvertakenByTwoForNothingLost) {
  for (const char* payload : {"a", "b", "c"})
    worker.send(payload);
  auto sent = drain(worker);
  bring({sent[1], sent[2]}, hub);
  settle_acks();
  EXPECT_EQ(worker.counters().resent_gap, 0u);
  bring({sent[0]}, hub);
  EXPECT_THAT(take(hub), ElementsAre("a", "b", "c"));
}

TEST_F(Channel, CountsARepeatedMessageAndHandsItOutOnce) {
  worker.send("a");
  const auto sent = drain(worker);
  bring(sent, hub);
  bring(sent, hub);
  EXPECT_THAT(take(hub), ElementsAre("a"));
  EXPECT_EQ(hub.counters().duplicates, 1u);
}

TEST_F(Channel, RefusesToSendBeyondItsWindowAndTellsWhenThereIsRoom) {
  for (int i = 0; i < 8; ++i)
    ASSERT_TRUE(worker.send("x"));
  EXPECT_EQ(worker.send("x").error(), errc::window_full);
  EXPECT_FALSE(worker.take_room());
  settle();
  take(hub);
  hub.confirm({20, 1}, now);
  settle_acks();
  EXPECT_FALSE(worker.take_room()) << "a quarter of the window at once";
  hub.confirm({20, 2}, now);
  settle_acks();
  EXPECT_TRUE(worker.take_room());
  EXPECT_FALSE(worker.take_room());
}

TEST_F(Channel, CountsBytesAgainstItsWindow) {
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(worker.send(std::string(100, 'x')));
  EXPECT_EQ(worker.send("x").error(), errc::window_full);
  EXPECT_EQ(worker.unacknowledged_bytes(), 400u);
}

TEST_F(Channel, RefusesAMessageThatFitsNoFrame) {
  EXPECT_EQ(worker.send(std::string(101, 'x')).error(), errc::too_large);
  EXPECT_FALSE(worker.take_room());
}

TEST_F(Channel, SendsNothingWithoutAConnectionAndEverythingOpenAfterIt) {
  worker.send("a");
  drain(worker);
  worker.disconnected();
  worker.send("b");
  pass(milliseconds{60'000});
  EXPECT_THAT(drain(worker), IsEmpty());
  EXPECT_EQ(worker.next_deadline(), std::nullopt);
  worker.connected(now);
  EXPECT_THAT(numbers(drain(worker)), ElementsAre(1, 2));
  EXPECT_EQ(worker.counters().resent_start, 1u);
}

TEST_F(Channel, BeginsWithABurstAndGrowsWithWhatIsAnswered) {
  for (int i = 0; i < 8; ++i)
    worker.send("x");
  auto sent = drain(worker);
  EXPECT_EQ(sent.size(), 4u);
  bring({sent[0], sent[1]}, hub);
  pass(milliseconds{20});
  bring(drain(hub), worker);
  EXPECT_EQ(drain(worker).size(), 4u);
}

TEST_F(Channel, AReceiverWithoutMemoryBeginsAtTheFloor) {
  for (const char* payload : {"a", "b", "c"})
    worker.send(payload);
  settle();
  take(hub);
  hub.confirm({20, 2}, now);
  settle_acks();
  channel reborn{11, small()};
  reborn.connected(now);
  bring(drain(reborn), worker);
  bring(drain(worker), reborn);
  EXPECT_THAT(take(reborn), ElementsAre("c"));
  EXPECT_EQ(reborn.counters().skipped, 2u);
}

TEST_F(Channel, AReceiverThatRemembersItsPositionGetsNothingTwice) {
  for (const char* payload : {"a", "b", "c"})
    worker.send(payload);
  settle();
  channel reborn{11, small(), {20, 2}}; // it stored "b", and died before the worker heard of that
  reborn.connected(now);
  bring(drain(reborn), worker);
  bring(drain(worker), reborn);
  EXPECT_THAT(take(reborn), ElementsAre("c"));
  EXPECT_EQ(worker.take_acknowledged(), 2u);
}

TEST_F(Channel, ANewLifeOfTheSenderReplacesWhatTheOldOneSent) {
  worker.send("a");
  worker.send("b");
  settle();
  ASSERT_EQ(hub.next_message()->payload, "a");
  channel reborn{21, small()};
  reborn.connected(now);
  reborn.send("a");
  bring(drain(reborn), hub);
  EXPECT_THAT(take(hub), ElementsAre("a"));
  EXPECT_EQ(last, (stream_position{21, 1}));
  EXPECT_EQ(hub.counters().forgotten, 1u);
}

TEST_F(Channel, IgnoresTheOldLifeOfASenderOnceTheNewOneWasHeard) {
  worker.send("late");
  const auto late = drain(worker);
  channel reborn{21, small()};
  reborn.connected(now);
  bring(drain(reborn), hub);
  bring(late, hub);
  EXPECT_THAT(take(hub), IsEmpty());
  EXPECT_EQ(hub.counters().stale_frames, 1u);
}

TEST_F(Channel, IgnoresAConfirmationForTheOldLifeOfASender) {
  worker.send("a");
  settle();
  take(hub);
  channel reborn{21, small()};
  reborn.connected(now);
  reborn.send("b");
  bring(drain(reborn), hub);
  EXPECT_TRUE(hub.confirm({20, 1}, now));
  EXPECT_EQ(hub.counters().stale_confirms, 1u);
  pass(milliseconds{20});
  bring(drain(hub), reborn);
  EXPECT_EQ(reborn.take_acknowledged(), std::nullopt);
}

TEST_F(Channel, RefusesToConfirmWhatWasNotHandedOut) {
  worker.send("a");
  settle();
  EXPECT_EQ(hub.confirm({20, 1}, now).error(), errc::invalid_confirm);
  take(hub);
  EXPECT_EQ(hub.confirm({20, 2}, now).error(), errc::invalid_confirm);
  EXPECT_EQ(hub.confirm({21, 1}, now).error(), errc::invalid_confirm);
  EXPECT_TRUE(hub.confirm({20, 1}, now));
}

TEST_F(Channel, AnEndThatCameBackWithAnOldDiskLearnsThatItIsIgnored) {
  channel rolled_back{15, small()};
  rolled_back.connected(now);
  bring(drain(rolled_back), hub);
  pass(milliseconds{20});
  bring(drain(hub), rolled_back);
  EXPECT_EQ(rolled_back.outranked_by(), 20u);
}

TEST_F(Channel, AcknowledgesManyMessagesWithOneFrame) {
  for (int i = 0; i < 4; ++i)
    worker.send("x");
  const auto before = hub.counters().acks_alone;
  bring(drain(worker), hub);
  EXPECT_THAT(drain(hub), IsEmpty()) << "it may wait for a frame to ride on";
  EXPECT_EQ(hub.next_deadline(), now + milliseconds{20});
  pass(milliseconds{20});
  drain(hub);
  EXPECT_EQ(hub.counters().acks_alone, before + 1);
}

TEST_F(Channel, LetsAcknowledgementsRideOnMessages) {
  worker.send("question");
  bring(drain(worker), hub);
  take(hub);
  hub.confirm(last, now);
  hub.send("answer");
  const auto before = hub.counters().acks_alone;
  settle();
  EXPECT_EQ(worker.take_acknowledged(), 1u);
  EXPECT_EQ(hub.counters().acks_alone, before);
}

TEST_F(Channel, IsSilentWhenThereIsNothingToSay) {
  settle_acks();
  settle_acks();
  EXPECT_EQ(hub.next_deadline(), std::nullopt);
  EXPECT_EQ(worker.next_deadline(), std::nullopt);
}

TEST(ChannelIncarnation, RisesWithTheDiskAndWithTheClock) {
  const timestamp wall = from_unix_ns(1'700'000'000'000'000'000);
  EXPECT_EQ(next_incarnation(0, wall), 1'700'000'000'000u) << "a new disk, of a node that lived before";
  EXPECT_EQ(next_incarnation(1'700'000'000'000, wall), 1'700'000'000'001u) << "twice in a millisecond";
  EXPECT_EQ(next_incarnation(1'800'000'000'000, wall), 1'800'000'000'001u) << "the clock was set back";
  EXPECT_EQ(next_incarnation(7, from_unix_ns(-1)), 8u);
  EXPECT_EQ(next_incarnation(max_stream_number, wall).error(), errc::invalid_frame);
}

TEST(ChannelSettings, ReplaceWhatIsImpossible) {
  channel_settings zero{};
  zero.payload_bytes = zero.window_messages = zero.window_bytes = 0;
  zero.receive_messages = zero.receive_bytes = zero.burst = zero.ack_every = 0;
  zero.first_timeout = zero.least_timeout = zero.longest_timeout = zero.ack_delay = milliseconds{-5};
  const channel_settings out = zero.within_bounds();
  EXPECT_EQ(out.window_bytes, out.payload_bytes);
  EXPECT_EQ(out.receive_bytes, 2 * out.payload_bytes);
  for (const std::size_t value : {out.window_messages, out.receive_messages, out.burst, out.ack_every})
    EXPECT_EQ(value, 1u);
  for (const milliseconds value : {out.first_timeout, out.least_timeout, out.longest_timeout})
    EXPECT_EQ(value, milliseconds{1});
}

} // namespace
