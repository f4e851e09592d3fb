#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "channel_pair.hpp"

// A peer that was let in and yet sends what no correct peer would. Each test ends with honest traffic that
// must still pass, as far as the lie left any.

namespace {

using namespace remora;
using namespace remora::protocol;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct ChannelHostile : test::channel_pair {
  /// A frame as if from the worker.
  channel_frame lie() const {
    channel_frame frame;
    frame.incarnation = 20;
    return frame;
  }
  channel_frame claim(std::uint64_t confirmed, std::uint64_t received) const {
    channel_frame frame = lie();
    frame.report = channel_report{10, confirmed, received, {}};
    return frame;
  }
  channel_frame message(std::uint64_t number, std::uint64_t floor = 1) const {
    channel_frame frame = lie();
    frame.number = number;
    frame.floor = floor;
    frame.payload = "?";
    return frame;
  }
  bool tell(const channel_frame& frame) { return hub.receive(encode(frame), now).has_value(); }

  void expect_that_both_ways_work() {
    ASSERT_TRUE(hub.send("down"));
    ASSERT_TRUE(worker.send("up"));
    settle();
    EXPECT_THAT(take(worker), ElementsAre("down"));
    EXPECT_THAT(take(hub), ElementsAre("up"));
  }
};

TEST_F(ChannelHostile, AnAcknowledgementOfWhatWasNeverSentIsNotBelieved) {
  hub.send("a"); // number 1, still waiting
  tell(claim(1, 1));
  tell(claim(0, 1));
  tell(claim(0, max_stream_number));
  channel_frame ranges = claim(0, 0);
  ranges.report->held.push_back({2, 2});
  tell(ranges);
  EXPECT_EQ(hub.counters().refused_reports, 4u);
  EXPECT_EQ(hub.take_acknowledged(), std::nullopt);
  EXPECT_THAT(numbers(drain(hub)), ElementsAre(1));
}

TEST_F(ChannelHostile, AMessageArrivesAlthoughTheReportBesideItIsALie) {
  channel_frame both = claim(5, 5);
  both.number = 1;
  both.payload = "up";
  EXPECT_TRUE(tell(both));
  EXPECT_THAT(take(hub), ElementsAre("up"));
}

TEST_F(ChannelHostile, ARefusedFrameLeavesNoTrace) {
  channel_frame newer = message(1);
  newer.incarnation = 99;
  const std::string large(101, 'x'); // above the limit
  newer.payload = large;
  EXPECT_FALSE(tell(newer));
  EXPECT_EQ(hub.counters().refused_frames, 1u);
  EXPECT_EQ(hub.peer_incarnation(), 20u);
  expect_that_both_ways_work();
}

TEST_F(ChannelHostile, AnAcknowledgementThatGoesBackwardsChangesNothing) {
  hub.send("a");
  hub.send("b");
  settle();
  EXPECT_TRUE(tell(claim(2, 2)));
  EXPECT_TRUE(tell(claim(1, 1)));
  EXPECT_TRUE(tell(claim(0, 0)));
  EXPECT_EQ(hub.take_acknowledged(), 2u);
  expect_that_both_ways_work();
}

TEST_F(ChannelHostile, ANumberFarAheadIsDroppedAndCosts) {
  for (const std::uint64_t number : {std::uint64_t{9}, std::uint64_t{1} << 32, max_stream_number}) {
    EXPECT_TRUE(tell(message(number)));
  }
  EXPECT_EQ(hub.counters().dropped_beyond, 3u);
  EXPECT_EQ(hub.buffered_messages(), 0u);
  EXPECT_TRUE(tell(message(8))); // the last one inside of the window
  EXPECT_EQ(hub.buffered_messages(), 1u);
}

TEST_F(ChannelHostile, AFloorFarAheadHurtsItsOwnStreamAlone) {
  EXPECT_TRUE(tell(message(max_stream_number, max_stream_number)));
  EXPECT_THAT(take(hub), ElementsAre("?"));
  EXPECT_TRUE(hub.confirm(last, now));
  channel_frame end = lie();
  end.floor = max_stream_number + 1;
  EXPECT_TRUE(tell(end));
  hub.send("down");
  settle();
  EXPECT_THAT(take(worker), ElementsAre("down"));
}

TEST_F(ChannelHostile, AFloorThatGoesBackwardsBringsNothingBack) {
  EXPECT_TRUE(tell(message(5, 5)));
  EXPECT_THAT(take(hub), ElementsAre("?"));
  for (std::uint64_t number = 1; number <= 5; ++number) {
    EXPECT_TRUE(tell(message(number, 1)));
  }
  EXPECT_THAT(take(hub), IsEmpty());
  EXPECT_EQ(hub.counters().duplicates, 5u);
}

TEST_F(ChannelHostile, AFloorAboveWhatIsBufferedForgetsIt) {
  tell(message(1));
  tell(message(2));
  tell(message(4));
  EXPECT_EQ(hub.next_message()->at.number, 1u);
  tell(message(5, 4)); // 1 is in hand, 2 was never taken, 3 never came
  EXPECT_EQ(hub.counters().forgotten, 1u);
  EXPECT_EQ(hub.counters().skipped, 1u);
  EXPECT_EQ(hub.next_message()->at.number, 4u);
  EXPECT_EQ(hub.next_message()->at.number, 5u);
  EXPECT_TRUE(hub.confirm({20, 5}, now));
}

TEST_F(ChannelHostile, EarlyMessagesNeverTakeThePlaceOfTheOneThatIsMissing) {
  const std::string large(100, 'x');
  for (std::uint64_t number = 2; number <= 8; ++number) {
    channel_frame frame = message(number);
    frame.payload = large;
    EXPECT_TRUE(tell(frame));
  }
  EXPECT_EQ(hub.buffered_bytes(), 400u);
  EXPECT_EQ(hub.counters().dropped_full, 3u);
  channel_frame missing = message(1);
  missing.payload = large;
  EXPECT_TRUE(tell(missing));
  EXPECT_EQ(take(hub).size(), 5u);
}

TEST_F(ChannelHostile, AnEarlyMessageThatIsRepeatedTakesRoomOnce) {
  for (int i = 0; i < 100; ++i)
    tell(message(3));
  EXPECT_EQ(hub.buffered_bytes(), 1u);
  EXPECT_EQ(hub.counters().accepted, 1u);
  EXPECT_EQ(hub.counters().duplicates, 99u);
}

TEST_F(ChannelHostile, ManyQuestionsGetOneAnswer) {
  channel_frame frame = lie();
  frame.asks = true;
  for (int i = 0; i < 1000; ++i)
    tell(frame);
  EXPECT_EQ(drain(hub).size(), 1u);
}

TEST_F(ChannelHostile, AnIncarnationThatRisesWithEachFrameKeepsNothing) {
  hub.send("down");
  for (std::uint64_t i = 21; i < 1021; ++i) {
    channel_frame frame = message(3);
    frame.incarnation = i;
    tell(frame);
  }
  EXPECT_EQ(hub.buffered_messages(), 1u);
  EXPECT_EQ(hub.counters().forgotten, 999u);
  EXPECT_EQ(numbers(drain(hub)).size(), 1u);
}

TEST_F(ChannelHostile, AReportOfAnotherLifeOfOursIsCountedOnly) {
  hub.send("a");
  settle();
  channel_frame old = claim(1, 1);
  old.report->incarnation = 9;
  EXPECT_TRUE(tell(old));
  EXPECT_EQ(hub.outranked_by(), std::nullopt);
  channel_frame future = claim(1, 1);
  future.report->incarnation = 12;
  EXPECT_TRUE(tell(future));
  EXPECT_EQ(hub.outranked_by(), 12u);
  EXPECT_EQ(hub.take_acknowledged(), std::nullopt);
  EXPECT_EQ(hub.counters().stale_reports, 2u);
}

TEST_F(ChannelHostile, APeerThatForgetsWhatItHeldGetsItAgainAfterAReconnect) {
  hub.send("a");
  drain(hub);
  EXPECT_TRUE(tell(claim(0, 1))); // it holds "a", it says
  EXPECT_THAT(numbers(drain(hub)), IsEmpty());
  hub.connected(now);
  EXPECT_THAT(numbers(drain(hub)), ElementsAre(1));
}

} // namespace
