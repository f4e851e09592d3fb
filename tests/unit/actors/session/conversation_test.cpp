#include <gmock/gmock.h>

#include "session_pair.hpp"

namespace remora::session {
namespace {

using test::order;
using test::record;
using test::session_pair;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Conversation, BringsNumberedMessagesBothWaysAndTellsWhenTheyWereTakenOver) {
  session_pair both;
  auto& worker = both.join("n", 5);
  worker.end.heard.clear();
  ASSERT_TRUE(worker.session->send(record(1), both.now));
  ASSERT_TRUE(both.hub->send("n", order(7), both.now));
  both.exchange();
  EXPECT_THAT(both.at_hub.take_heard(), Contains("n sent lines_dropped 1"));
  EXPECT_THAT(worker.end.take_heard(), ElementsAre("job_order 7"));
  both.hub->confirm("n", both.at_hub.open.at(0).second, both.now);
  worker.session->confirm(worker.end.open.at(0), both.now);
  both.pass(milliseconds{100});
  EXPECT_THAT(worker.end.take_heard(), ElementsAre("acknowledged 1"));
  EXPECT_EQ(both.hub->unacknowledged("n"), 0u);
}

TEST(Conversation, AcknowledgesNothingThatTheHubHasNotConfirmed) {
  session_pair both;
  auto& worker = both.join("n", 5);
  ASSERT_TRUE(worker.session->send(record(1), both.now));
  both.pass(milliseconds{30'000});
  EXPECT_THAT(worker.end.take_heard(), Not(Contains("acknowledged 1")));
}

TEST(Conversation, TakesAConfirmationOfAWorkerThatIsAwayAndTellsItLater) {
  session_pair both;
  auto& worker = both.join("n", 5);
  ASSERT_TRUE(worker.session->send(record(1), both.now));
  both.exchange();
  both.cut("n");
  both.hub->confirm("n", both.at_hub.open.at(0).second, both.now);
  worker.end.heard.clear();
  both.link("n");
  both.pass(milliseconds{100});
  EXPECT_THAT(worker.end.take_heard(), Contains("acknowledged 1"));
  EXPECT_EQ(both.at_hub.open.size(), 1u) << "it came once";
}

TEST(Conversation, SendsAgainWhatADeadHubHadNotConfirmed) {
  session_pair both;
  auto& worker = both.join("n", 5);
  ASSERT_TRUE(worker.session->send(record(1), both.now));
  both.exchange();
  both.start_hub();
  both.at_hub.heard.clear();
  both.link("n");
  both.pass(milliseconds{1'000});
  EXPECT_THAT(both.at_hub.take_heard(), Contains("n sent lines_dropped 1"));
  EXPECT_THAT(worker.end.take_heard(), Contains("welcomed by 2 anew"));
}

TEST(Conversation, GivesNoOrderOfADeadLifeToTheNext) {
  session_pair both;
  both.join("n", 5);
  both.workers.at("n").linked = false; // a half-open connection
  ASSERT_TRUE(both.hub->send("n", order(1), both.now));
  both.exchange();
  auto& next = both.join("n", 6);
  ASSERT_TRUE(both.hub->send("n", order(2), both.now));
  both.pass(milliseconds{10'000});
  EXPECT_THAT(next.end.take_heard(), Not(Contains("job_order 1")));
  EXPECT_EQ(next.end.open.size(), 1u);
}

TEST(Conversation, GoesOnWithAnOrderAfterAReconnect) {
  session_pair both;
  auto& worker = both.join("n", 5);
  worker.linked = false;
  ASSERT_TRUE(both.hub->send("n", order(1), both.now));
  both.exchange();
  both.cut("n");
  both.link("n");
  both.pass(milliseconds{1'000});
  EXPECT_THAT(worker.end.take_heard(), Contains("job_order 1"));
}

TEST(Conversation, TellsTheWorkerThatTheHubForgotItWithoutARestart) {
  hub_session_settings of_one;
  of_one.most_nodes = 1;
  session_pair both{of_one};
  auto& first = both.join("a", 5);
  both.cut("a");
  both.join("b", 5);
  both.cut("b");
  first.end.heard.clear();
  both.at_hub.heard.clear();
  both.link("a");
  EXPECT_THAT(both.at_hub.take_heard(), Contains("a joined from 10.0.0.1:99 as 5 anew"));
  EXPECT_THAT(first.end.take_heard(),
              ElementsAre("welcomed by 1 again", "generation 0", "welcomed by 1 anew"));
}

TEST(Conversation, EndsAHalfOpenConnectionOnBothSidesAndHealsIt) {
  session_pair both;
  auto& worker = both.join("n", 5);
  worker.end.heard.clear();
  both.at_hub.heard.clear();
  worker.linked = false; // nothing passes, and nobody is told
  both.pass(milliseconds{8'000});
  EXPECT_THAT(worker.end.take_heard(), ElementsAre("lost"));
  EXPECT_THAT(both.at_hub.take_heard(), ElementsAre("n left: lost"));
  worker.linked = true;
  both.pass(milliseconds{15'000});
  EXPECT_TRUE(worker.session->is_welcome());
  EXPECT_TRUE(both.hub->is_here("n"));
  EXPECT_THAT(worker.end.take_heard(), ElementsAre("welcomed by 1 again", "generation 0"));
}

TEST(Conversation, LastsAsLongAsBothBeat) {
  session_pair both;
  auto& worker = both.join("n", 5);
  worker.end.heard.clear();
  both.pass(std::chrono::minutes{10});
  EXPECT_TRUE(worker.session->is_welcome());
  EXPECT_THAT(worker.end.take_heard(), IsEmpty());
  EXPECT_THAT(both.at_hub.take_heard(), Not(Contains("n left: lost")));
}

TEST(Conversation, MakesAHubHeardThatCameBackWithAnEarlierEpoch) {
  hub_session_settings late;
  late.epoch = 100;
  session_pair both{late};
  auto& worker = both.join("n", 5);
  hub_session_settings early;
  early.epoch = 3;
  both.hub = std::make_unique<hub_sessions>(early, both.at_hub, both.at_hub);
  worker.session->disconnected();
  both.at_hub.heard.clear();
  both.link("n");
  EXPECT_THAT(both.at_hub.take_heard(), Contains("n joined from 10.0.0.1:99 as 5 anew").Times(2));
  ASSERT_TRUE(both.hub->send("n", order(1), both.now));
  both.exchange();
  EXPECT_THAT(worker.end.take_heard(), Contains("job_order 1"));
}

TEST(Conversation, SaysWhenThereIsRoomAgain) {
  hub_session_settings settings;
  settings.channel.window_messages = 2;
  session_pair both{settings};
  both.worker_settings.channel.window_messages = 2;
  auto& worker = both.join("n", 5);
  for (std::uint64_t id = 1; id <= 2; ++id) {
    ASSERT_TRUE(worker.session->send(record(id), both.now));
    ASSERT_TRUE(both.hub->send("n", order(id), both.now));
  }
  EXPECT_EQ(worker.session->send(record(3), both.now).error(), errc::window_full);
  EXPECT_EQ(both.hub->send("n", order(3), both.now).error(), errc::window_full);
  both.exchange();
  both.hub->confirm("n", both.at_hub.open.back().second, both.now);
  worker.session->confirm(worker.end.open.back(), both.now);
  both.pass(milliseconds{100});
  EXPECT_THAT(worker.end.take_heard(), Contains("room"));
  EXPECT_THAT(both.at_hub.take_heard(), Contains("n has room"));
}

TEST(Conversation, ServesAnOwnerThatCallsInFromWithinAMessageAfterIt) {
  session_pair both;
  auto& worker = both.join("n", 5);
  int depth = 0;
  both.at_hub.on_received = [&](const std::string& node, const protocol::message&, auto at) {
    EXPECT_EQ(++depth, 1) << "a message was told within another one";
    both.hub->confirm(node, at, both.now);
    EXPECT_TRUE(both.hub->send(node, order(at.number), both.now));
    --depth;
  };
  worker.end.on_received = [&](const protocol::message&, auto at) { worker.session->confirm(at, both.now); };
  for (std::uint64_t id = 1; id <= 20; ++id)
    ASSERT_TRUE(worker.session->send(record(id), both.now));
  both.pass(milliseconds{1'000});
  EXPECT_EQ(worker.end.open.size(), 20u);
  EXPECT_EQ(both.hub->unacknowledged("n"), 0u);
}

} // namespace
} // namespace remora::session
