#include <gmock/gmock.h>

#include "session_pair.hpp"

namespace remora::session {
namespace {

using test::frame_of;
using test::order;
using test::record;
using test::who;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

/// One hub without workers: the test says what they would.
class HubSessions : public ::testing::Test {
 protected:
  void hear(const std::string& node, const protocol::message& what) {
    hub.receive(node, frame_of(what), now);
  }
  void join(const std::string& node, std::uint64_t incarnation) {
    hub.connected(node, "a", now);
    hear(node, who(node, incarnation));
  }
  void pass(milliseconds span) {
    const auto until = now + span;
    while (hub.next_deadline() && *hub.next_deadline() <= until) {
      now = std::max(now, *hub.next_deadline());
      hub.tick(now);
    }
    now = until;
  }
  static hub_session_settings of_two_nodes() {
    hub_session_settings out;
    out.epoch = 9;
    out.most_nodes = 2;
    return out;
  }

  protocol::moment now = test::start_of_test;
  test::hub_end end;
  hub_sessions hub{of_two_nodes(), end, end};
};

TEST_F(HubSessions, WelcomesAWorkerThatSaysHello) {
  hub.connected("n", "10.0.0.7:1", now);
  EXPECT_FALSE(hub.is_here("n"));
  hear("n", who("n", 5));
  EXPECT_THAT(end.take_heard(), ElementsAre("n joined from 10.0.0.7:1 as 5 anew"));
  EXPECT_THAT(end.take_sent(), ElementsAre("n: welcome", "n: C"));
  EXPECT_TRUE(hub.is_here("n"));
  EXPECT_THAT(hub.nodes(), ElementsAre("n"));
}

TEST_F(HubSessions, WelcomesWithItsOwnEpochAndInterval) {
  join("n", 5);
  const auto what = protocol::decode(open(end.sent.at(0).bytes)->body);
  const auto& welcome = std::get<protocol::welcome>(what.value());
  EXPECT_EQ(welcome.epoch, 9u);
  EXPECT_EQ(welcome.heartbeat_interval, milliseconds{2'000});
}

TEST_F(HubSessions, WelcomesAgainAndDoesNotTellWhenAHelloIsRepeated) {
  join("n", 5);
  end.heard.clear();
  end.sent.clear();
  hear("n", who("n", 5));
  EXPECT_THAT(end.take_heard(), IsEmpty());
  EXPECT_THAT(end.take_sent(), ElementsAre("n: welcome"));
}

TEST_F(HubSessions, KnowsTheSameLifeAgainAfterAnotherConnection) {
  join("n", 5);
  hub.disconnected("n", now);
  EXPECT_FALSE(hub.is_here("n"));
  join("n", 5);
  join("n", 5); // the end of the connection was not told
  EXPECT_THAT(end.take_heard(),
              ElementsAre("n joined from a as 5 anew", "n left: lost", "n joined from a as 5 again",
                          "n left: lost", "n joined from a as 5 again"));
}

TEST_F(HubSessions, TellsThatAnotherLifeReplacesTheOneThatIsHere) {
  join("n", 5);
  end.heard.clear();
  hear("n", who("n", 6));
  EXPECT_THAT(end.take_heard(), ElementsAre("n left: replaced", "n joined from a as 6 anew"));
}

TEST_F(HubSessions, GoesByTheNameOfTheLinkWhateverTheHelloSays) {
  hub.connected("n", "a", now);
  hear("n", who("someone else", 5));
  EXPECT_TRUE(hub.is_here("n"));
  EXPECT_FALSE(hub.is_here("someone else"));
}

TEST_F(HubSessions, SaysWhyAWorkerIsRefused) {
  end.refuses_with = "another node has that name: rename one";
  join("n", 5);
  ASSERT_EQ(end.sent.size(), 1u);
  const auto what = protocol::decode(open(end.sent.at(0).bytes)->body);
  EXPECT_EQ(std::get<protocol::refused>(what.value()).reason, *end.refuses_with);
  EXPECT_THAT(end.take_heard(), IsEmpty());
  EXPECT_FALSE(hub.is_here("n"));
}

TEST_F(HubSessions, EndsTheSessionOfAWorkerThatIsRefusedWhenItRepeatsItsHello) {
  join("n", 5);
  end.heard.clear();
  end.refuses_with = "removed";
  hear("n", who("n", 5));
  EXPECT_THAT(end.take_heard(), ElementsAre("n left: lost"));
  hear("n", protocol::heartbeat{});
  EXPECT_EQ(hub.counters().unexpected, 1u) << "only another hello brings it back";
}

TEST_F(HubSessions, RefusesAWorkerOfAnotherMajorVersionWithBothVersions) {
  hub.connected("n", "a", now);
  hub.receive("n", test::frame_of_other_version(who("n", 5)), now);
  ASSERT_EQ(end.sent.size(), 1u);
  const auto what = protocol::decode(open(end.sent.at(0).bytes)->body);
  const std::string reason = std::get<protocol::refused>(what.value()).reason;
  EXPECT_THAT(reason, HasSubstr("version 2.1"));
  EXPECT_THAT(reason, HasSubstr("version 1.1"));
  EXPECT_EQ(hub.counters().other_version, 1u);
}

TEST_F(HubSessions, TellsAGoodbyeAndForgetsThatLife) {
  join("n", 5);
  end.heard.clear();
  hear("n", protocol::goodbye{"stopped"});
  EXPECT_THAT(end.take_heard(), ElementsAre("n left: said_goodbye"));
  hub.disconnected("n", now);
  EXPECT_THAT(end.take_heard(), IsEmpty());
  EXPECT_FALSE(hub.next_deadline().value_or(now) < now);
}

TEST_F(HubSessions, LosesAWorkerThatIsSilentForThreeIntervals) {
  join("n", 5);
  pass(milliseconds{3'000});
  hear("n", protocol::heartbeat{});
  end.heard.clear();
  pass(milliseconds{5'999});
  EXPECT_TRUE(hub.is_here("n"));
  pass(milliseconds{1});
  EXPECT_THAT(end.take_heard(), ElementsAre("n left: lost"));
}

TEST_F(HubSessions, TakesAWorkerBackThatSpeaksAgainOnTheSameConnection) {
  join("n", 5);
  pass(milliseconds{6'000});
  end.heard.clear();
  end.sent.clear();
  hear("n", protocol::heartbeat{});
  EXPECT_THAT(end.take_heard(), ElementsAre("n joined from a as 5 again", "n beats"));
  EXPECT_THAT(end.take_sent(), Contains("n: welcome"));
}

TEST_F(HubSessions, ExpectsAHelloOnEachConnection) {
  join("n", 5);
  hub.connected("n", "a", now);
  end.heard.clear();
  hear("n", protocol::heartbeat{});
  hear("n", protocol::fetch_deployment{});
  hub.receive("n", "C", now);
  EXPECT_EQ(hub.counters().unexpected, 3u);
  EXPECT_THAT(end.take_heard(), IsEmpty());
}

TEST_F(HubSessions, BeatsToAllWhoAreHereWithItsEpoch) {
  join("a", 1);
  join("b", 1);
  pass(milliseconds{1'999});
  end.sent.clear();
  pass(milliseconds{1});
  std::vector<std::string> beats;
  for (const auto& mail : end.sent) {
    const auto what = protocol::decode(open(mail.bytes)->body);
    if (!what || !std::holds_alternative<protocol::hub_heartbeat>(*what)) continue;
    beats.push_back(mail.node);
    EXPECT_EQ(std::get<protocol::hub_heartbeat>(*what).epoch, 9u);
  }
  EXPECT_THAT(beats, UnorderedElementsAre("a", "b"));
}

TEST_F(HubSessions, HasNothingToDoWhenNobodyIsHere) {
  EXPECT_FALSE(hub.next_deadline());
  join("n", 5);
  EXPECT_TRUE(hub.next_deadline());
  hub.disconnected("n", now);
  pass(milliseconds{10'000});
  EXPECT_FALSE(hub.next_deadline());
}

TEST_F(HubSessions, RefusesMoreNodesThanItsLimit) {
  join("a", 1);
  join("b", 1);
  end.sent.clear();
  join("c", 1);
  EXPECT_THAT(end.take_sent(), ElementsAre("c: refused"));
  EXPECT_THAT(hub.nodes(), UnorderedElementsAre("a", "b"));
}

TEST_F(HubSessions, ForgetsWhoIsAwayLongestBeforeItRefusesAnother) {
  join("a", 1);
  join("b", 1);
  hub.disconnected("b", now);
  pass(milliseconds{1});
  hub.disconnected("a", now);
  join("c", 1);
  end.heard.clear();
  join("a", 1);
  EXPECT_THAT(end.take_heard(), ElementsAre("a joined from a as 1 again"));
  join("b", 1);
  EXPECT_THAT(end.take_heard(), IsEmpty()) << "the two that are here fill the limit";
}

TEST_F(HubSessions, SendsNumberedMessagesOfTheHubToWhoIsHere) {
  EXPECT_EQ(hub.send("n", order(1), now).error(), errc::not_found);
  join("n", 5);
  EXPECT_TRUE(hub.send("n", order(1), now));
  EXPECT_EQ(hub.unacknowledged("n"), 1u);
  EXPECT_EQ(hub.send("n", record(1), now).error(), errc::invalid_usage);
  EXPECT_EQ(hub.send("n", protocol::refused{}, now).error(), errc::invalid_usage);
  hub.disconnected("n", now);
  EXPECT_EQ(hub.unacknowledged("n"), 0u);
  EXPECT_EQ(hub.send("n", order(1), now).error(), errc::not_found);
}

TEST_F(HubSessions, SaysUnnumberedMessagesOfTheHubToWhoIsHere) {
  join("n", 5);
  end.sent.clear();
  EXPECT_TRUE(hub.say("n", protocol::cancel_query{7}));
  EXPECT_THAT(end.take_sent(), ElementsAre("n: cancel_query"));
  EXPECT_EQ(hub.say("m", protocol::cancel_query{7}).error(), errc::not_found);
  EXPECT_EQ(hub.say("n", order(1)).error(), errc::invalid_usage);
  EXPECT_EQ(hub.say("n", protocol::goodbye{}).error(), errc::invalid_usage);
}

TEST_F(HubSessions, PublishesLoggedMessagesAlone) {
  EXPECT_TRUE(hub.publish(protocol::deployment_changed{4}));
  EXPECT_EQ(hub.publish(order(1)).error(), errc::invalid_usage);
  ASSERT_EQ(end.published.size(), 1u);
  EXPECT_EQ(test::describe_frame(end.published.at(0)), "deployment_changed");
}

TEST_F(HubSessions, CountsEachFrameThatComesOnce) {
  hub.receive("stranger", frame_of(who("stranger", 1)), now);
  join("n", 5);
  for (const std::string& frame : {std::string{}, std::string{"?"}, std::string{"M"}, std::string{"C"}})
    hub.receive("n", frame, now);
  hear("n", record(1));           // numbered, outside the channel
  hear("n", protocol::refused{}); // of the other side
  hub.receive("n", "Q", now);
  hub.receive("n", test::frame_of_unknown_type(who("n", 1)), now);
  hub.receive("n", test::frame_of_other_version(who("n", 1)), now);
  hear("n", protocol::fetch_deployment{});
  const auto& n = hub.counters();
  EXPECT_EQ(n.unexpected, 1u);
  EXPECT_EQ(n.malformed, 4u);
  EXPECT_EQ(n.misdirected, 2u);
  EXPECT_EQ(n.unknown, 2u);
  EXPECT_EQ(n.other_version, 1u);
  EXPECT_EQ(n.unnumbered, 2u);
  EXPECT_EQ(n.received, test::sum_of_frames(n));
  EXPECT_EQ(n.received, 12u);
  EXPECT_TRUE(hub.is_here("n")) << "what a worker says wrong does not end its session";
}

TEST_F(HubSessions, LetsAnOwnerEndASessionFromWithinIt) {
  end.on_joined = [&](const std::string& node) { hub.disconnected(node, now); };
  join("n", 5);
  EXPECT_FALSE(hub.is_here("n"));
  end.on_joined = nullptr;
  end.on_left = [&](const std::string& node, departure) { hub.disconnected(node, now); };
  join("n", 5);
  hear("n", who("n", 6));
  EXPECT_FALSE(hub.is_here("n"));
  join("n", 6);
  hear("n", protocol::goodbye{});
  EXPECT_FALSE(hub.is_here("n"));
}

} // namespace
} // namespace remora::session
