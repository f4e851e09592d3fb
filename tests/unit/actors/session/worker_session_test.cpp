#include <memory>

#include <gmock/gmock.h>

#include "session_doubles.hpp"

namespace remora::session {
namespace {

using protocol::moment;
using test::frame_of;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class WorkerSession : public ::testing::Test {
 protected:
  /// Lets the time pass, calling tick() whenever it is due.
  void pass(milliseconds span) {
    const moment until = now + span;
    while (one.next_deadline() && *one.next_deadline() <= until) {
      now = std::max(now, *one.next_deadline());
      one.tick(now);
    }
    now = until;
  }
  void hear(const protocol::message& what) { one.receive(frame_of(what), now); }
  void be_welcomed(std::uint64_t epoch = 7, milliseconds interval = milliseconds{2'000},
                   std::uint64_t generation = 3) {
    hear(protocol::welcome{"1.2.4", epoch, 1, interval, {}, generation});
  }
  /// In a session, with a clean slate.
  void join() {
    one.connected(now);
    be_welcomed();
    end.heard.clear();
    end.sent.clear();
  }

  moment now = test::start_of_test;
  test::worker_end end;
  worker_session one{test::who("n", 5), {}, end, end};
};

TEST_F(WorkerSession, IsSilentWithoutAConnection) {
  EXPECT_FALSE(one.next_deadline());
  one.tick(now);
  EXPECT_THAT(end.take_sent(), IsEmpty());
}

TEST_F(WorkerSession, SaysHelloAtOnce) {
  one.connected(now);
  EXPECT_THAT(end.take_sent(), ElementsAre("hello"));
}

TEST_F(WorkerSession, RepeatsAHelloThatIsNotAnsweredEverMoreRarely) {
  one.connected(now);
  std::vector<milliseconds> pauses;
  for (int i = 0; i < 8; ++i) {
    const moment before = now;
    now = one.next_deadline().value();
    pauses.push_back(std::chrono::duration_cast<milliseconds>(now - before));
    one.tick(now);
  }
  EXPECT_EQ(end.take_sent().size(), 9u);
  EXPECT_LE(pauses.front(), milliseconds{1'500});
  EXPECT_GE(pauses.front(), milliseconds{500});
  EXPECT_GE(pauses.back(), milliseconds{5'000});
  EXPECT_LE(pauses.back(), milliseconds{15'000});
}

TEST_F(WorkerSession, TellsOfTheWelcomeAndTheGenerationAndBeatsAtOnce) {
  one.connected(now);
  end.sent.clear();
  be_welcomed(7);
  EXPECT_THAT(end.take_heard(), ElementsAre("welcomed by 7 anew", "generation 3"));
  EXPECT_THAT(end.take_sent(), ElementsAre("heartbeat", "C"));
  EXPECT_TRUE(one.is_welcome());
}

TEST_F(WorkerSession, TellsOnceOfAWelcomeThatComesTwice) {
  join();
  be_welcomed();
  EXPECT_THAT(end.take_heard(), IsEmpty());
}

TEST_F(WorkerSession, KnowsTheSameLifeOfTheHubAgainAfterAnotherConnection) {
  join();
  one.disconnected();
  one.connected(now);
  be_welcomed(7);
  EXPECT_THAT(end.take_heard(), ElementsAre("lost", "welcomed by 7 again", "generation 3"));
}

TEST_F(WorkerSession, TellsANewLifeOfTheHubByItsEpoch) {
  join();
  one.connected(now); // the end of the first connection was not told
  be_welcomed(8);
  EXPECT_THAT(end.take_heard(), ElementsAre("lost", "welcomed by 8 anew", "generation 3"));
}

struct interval_case {
  nanoseconds named;
  milliseconds used;
};
class WorkerSessionInterval : public WorkerSession, public ::testing::WithParamInterface<interval_case> {};

TEST_P(WorkerSessionInterval, BeatsAtTheIntervalOfTheWelcomeWithinBounds) {
  one.connected(now);
  hear(protocol::welcome{"1", 7, 1, GetParam().named, {}, 0});
  end.sent.clear();
  for (int i = 1; i <= 5; ++i) { // the hub beats as well, and acknowledges
    pass(GetParam().used - milliseconds{1});
    EXPECT_THAT(end.take_sent(), Not(Contains("heartbeat")));
    hear(protocol::hub_heartbeat{7, {}, 0});
    pass(milliseconds{1});
    EXPECT_THAT(end.take_sent(), Contains("heartbeat"));
  }
  EXPECT_TRUE(one.is_welcome());
}

INSTANTIATE_TEST_SUITE_P(Intervals, WorkerSessionInterval,
                         ::testing::Values(interval_case{milliseconds{2'000}, milliseconds{2'000}},
                                           interval_case{nanoseconds{0}, milliseconds{100}},
                                           interval_case{nanoseconds::min(), milliseconds{100}},
                                           interval_case{nanoseconds::max(), milliseconds{60'000}}));

TEST_F(WorkerSession, SaysHelloAgainWhenTheHubIsSilentForThreeIntervals) {
  join();
  pass(milliseconds{5'999});
  EXPECT_TRUE(one.is_welcome());
  EXPECT_THAT(end.take_sent(), Not(Contains("hello")));
  pass(milliseconds{1});
  EXPECT_FALSE(one.is_welcome());
  EXPECT_THAT(end.take_sent(), Contains("hello"));
  EXPECT_THAT(end.take_heard(), ElementsAre("lost"));
}

TEST_F(WorkerSession, SaysHelloAgainWhenTheHeartbeatHasAnotherEpoch) {
  join();
  hear(protocol::hub_heartbeat{8, {}, 3});
  EXPECT_THAT(end.take_heard(), ElementsAre("lost"));
  EXPECT_THAT(end.take_sent(), ElementsAre("hello"));
}

TEST_F(WorkerSession, TellsARefusalOnceForEachReasonAndAsksAgainWithLongPauses) {
  one.connected(now);
  for (const char* reason : {"no room", "no room", "wrong key", "wrong key"}) {
    hear(protocol::refused{reason});
    EXPECT_GE(*one.next_deadline() - now, milliseconds{5'000});
    end.sent.clear();
    now = *one.next_deadline();
    one.tick(now);
    EXPECT_THAT(end.take_sent(), ElementsAre("hello"));
  }
  EXPECT_THAT(end.take_heard(), ElementsAre("refused: no room", "refused: wrong key"));
  be_welcomed();
  EXPECT_TRUE(one.is_welcome());
}

TEST_F(WorkerSession, LeavesTheSessionWhenItIsRefusedLater) {
  join();
  hear(protocol::refused{"removed"});
  EXPECT_FALSE(one.is_welcome());
  EXPECT_THAT(end.take_heard(), ElementsAre("lost", "refused: removed"));
}

TEST_F(WorkerSession, AsksAgainWithLongPausesWhenTheHubSpeaksAnotherMajorVersion) {
  one.connected(now);
  one.receive(test::frame_of_other_version(protocol::refused{"?"}), now);
  EXPECT_GE(*one.next_deadline() - now, milliseconds{5'000});
  EXPECT_EQ(one.counters().other_version, 1u);
  EXPECT_THAT(end.take_heard(), IsEmpty());
  const auto pause = one.next_deadline();
  one.receive(test::frame_of_other_version(protocol::refused{"?"}), now);
  EXPECT_EQ(one.next_deadline(), pause) << "only an answer to its hello puts the next one off";
}

TEST_F(WorkerSession, PassesOverWhatANewerHubSays) {
  join();
  one.receive(test::frame_of_unknown_type(test::who("n", 1)), now);
  one.receive("Lsomething of the log", now);
  EXPECT_EQ(one.counters().unknown, 2u);
  EXPECT_TRUE(one.is_welcome());
}

TEST_F(WorkerSession, TellsWhatTheHubSaysOutsideOfTheChannel) {
  join();
  hear(protocol::cancel_query{7});
  EXPECT_THAT(end.take_heard(), ElementsAre("said cancel_query"));
}

TEST_F(WorkerSession, TellsNothingOfItBeforeItIsWelcome) {
  one.connected(now);
  hear(protocol::cancel_query{7});
  EXPECT_THAT(end.take_heard(), IsEmpty());
  EXPECT_EQ(one.counters().unexpected, 1u);
}

TEST_F(WorkerSession, TellsAGenerationThatIsHigherThanTheLast) {
  join();
  hear(protocol::hub_heartbeat{7, {}, 3});
  EXPECT_THAT(end.take_heard(), IsEmpty());
  one.receive_published(frame_of(protocol::deployment_changed{5}), now);
  hear(protocol::hub_heartbeat{7, {}, 4}); // was said before 5, and came later: by another socket
  hear(protocol::hub_heartbeat{7, {}, 6});
  EXPECT_THAT(end.take_heard(), ElementsAre("generation 5", "generation 6"));
}

TEST_F(WorkerSession, TellsTheGenerationAfterEachWelcomeWhateverItIs) {
  join();
  one.connected(now);
  end.heard.clear();
  be_welcomed(8, milliseconds{2'000}, 1);
  EXPECT_THAT(end.take_heard(), ElementsAre("welcomed by 8 anew", "generation 1"));
}

TEST_F(WorkerSession, AsksForWhatWasPublishedBeforeItSubscribed) {
  join();
  one.subscribed(now);
  EXPECT_THAT(end.take_sent(), ElementsAre("hello"));
  be_welcomed(7, milliseconds{2'000}, 4);
  EXPECT_THAT(end.take_heard(), ElementsAre("generation 4"));
}

TEST_F(WorkerSession, KeepsMessagesUntilItIsWelcome) {
  EXPECT_EQ(one.send(test::record(1), now).value(), 1u);
  one.connected(now);
  EXPECT_EQ(one.send(test::record(2), now).value(), 2u);
  EXPECT_THAT(end.take_sent(), ElementsAre("hello"));
  be_welcomed();
  EXPECT_THAT(end.take_sent(), ElementsAre("heartbeat", "C", "C"));
}

TEST_F(WorkerSession, SendsNumberedMessagesOfAWorkerAlone) {
  for (const protocol::message& what :
       {protocol::message{protocol::heartbeat{}}, protocol::message{test::order(1)},
        protocol::message{protocol::deployment_changed{1}}}) {
    EXPECT_EQ(one.send(what, now).error(), errc::invalid_usage) << test::describe(what);
  }
}

TEST_F(WorkerSession, SaysUnnumberedMessagesOfAWorkerAloneAndOnlyWhileWelcome) {
  EXPECT_FALSE(one.say(protocol::fetch_deployment{}, now));
  join();
  EXPECT_TRUE(one.say(protocol::fetch_deployment{}, now));
  EXPECT_FALSE(one.say(test::record(1), now));
  EXPECT_FALSE(one.say(protocol::refused{}, now));
  EXPECT_THAT(end.take_sent(), ElementsAre("fetch_deployment"));
}

TEST_F(WorkerSession, IsSilentAfterAGoodbye) {
  join();
  EXPECT_TRUE(one.say(protocol::goodbye{"stopped"}, now));
  EXPECT_THAT(end.take_sent(), ElementsAre("goodbye"));
  pass(milliseconds{60'000});
  EXPECT_THAT(end.take_sent(), IsEmpty());
  EXPECT_THAT(end.take_heard(), IsEmpty());
}

TEST_F(WorkerSession, SaysWhenTheWindowIsFull) {
  worker_session_settings narrow;
  narrow.channel.window_messages = 1;
  worker_session other{test::who("n", 5), narrow, end, end};
  EXPECT_TRUE(other.send(test::record(1), now));
  EXPECT_EQ(other.send(test::record(2), now).error(), errc::window_full);
}

TEST_F(WorkerSession, CountsEachFrameThatComesOnce) {
  one.receive(frame_of(protocol::refused{}), now); // not connected
  one.connected(now);
  one.receive(frame_of(protocol::hub_heartbeat{}), now); // not welcome
  one.receive("C", now);
  one.receive_published(frame_of(protocol::deployment_changed{1}), now);
  EXPECT_EQ(one.counters().unexpected, 4u);
  be_welcomed();
  for (const std::string& frame : {std::string{}, std::string{"?"}, std::string{"M"}, std::string{"C"}})
    one.receive(frame, now);
  one.receive_published("C", now);
  EXPECT_EQ(one.counters().malformed, 5u);
  one.receive(frame_of(test::order(1)), now);                  // numbered, outside the channel
  one.receive(frame_of(protocol::deployment_changed{1}), now); // logged, not published
  one.receive(frame_of(protocol::heartbeat{}), now);           // of the other side
  one.receive_published(frame_of(protocol::refused{}), now);   // unnumbered, published
  one.receive_published(frame_of(protocol::hub_heartbeat{}), now);
  EXPECT_EQ(one.counters().misdirected, 5u);
  EXPECT_EQ(one.counters().received, 15u);
  EXPECT_EQ(test::sum_of_frames(one.counters()), 15u);
}

} // namespace
} // namespace remora::session
