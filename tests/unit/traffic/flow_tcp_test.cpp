#include "tests/unit/traffic/flow_scene.hpp"

namespace remora::traffic {
namespace {

using test::text;
using ::testing::ElementsAre;

/// How connections begin and end.
class TcpFlow : public flow_scene {};

TEST_F(TcpFlow, EndsBothDirectionsWithTheirFins) {
  handshake();
  say(side::client, "bye");
  give(talk.fin(side::client));
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::fin));
  EXPECT_THAT(flow().ends[1], ElementsAre());
  say(side::server, "half-closed");
  give(talk.fin(side::server));
  EXPECT_EQ(flow().server(), "half-closed");
  EXPECT_THAT(flow().ends[1], ElementsAre(stream_end::fin));
  EXPECT_EQ(heard.alive, 0u);
  EXPECT_TRUE(flow().closed.empty()) << "the last acknowledgement is awaited";
  give(talk.ack(side::client));
  ASSERT_EQ(flow().closed.size(), 1u);
  EXPECT_EQ(flow().closed[0].end, stream_end::fin);
  EXPECT_EQ(flow().closed[0].error, connection_error::none);
}

TEST_F(TcpFlow, TakesDataThatComesWithTheFin) {
  handshake();
  give(talk.fin(side::client, text("last words")));
  EXPECT_EQ(flow().client(), "last words");
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::fin));
}

TEST_F(TcpFlow, EndsADirectionOnlyWhenAllBeforeItsFinHasCome) {
  handshake();
  say_at(side::client, 4, "5678");
  give(talk.at(side::client, 8, text("9"), fin | ack));
  EXPECT_THAT(flow().ends[0], ElementsAre());
  say_at(side::client, 0, "1234");
  EXPECT_EQ(flow().client(), "123456789");
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::fin));
}

TEST_F(TcpFlow, GivesUpAHoleBeforeAFin) {
  handshake();
  say(side::client, "x");
  give(talk.at(side::client, 5, {}, fin | ack));
  give(talk.raw(side::server, talk.next(side::server), talk.next(side::client) + 5, ack));
  pass(seconds{2});
  EXPECT_EQ(flow().client(), "x[4]");
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::fin));
}

TEST_F(TcpFlow, DropsWhatIsSaidBehindAFin) {
  handshake();
  say(side::client, "x");
  give(talk.fin(side::client));
  say(side::client, "ghost");
  EXPECT_EQ(flow().client(), "x");
  EXPECT_EQ(counters().bytes[byte_fate::after_end], 5u);
}

TEST_F(TcpFlow, IgnoresAFinBeforeBytesThatAreHeld) {
  handshake();
  say_at(side::client, 4, "5678");
  give(talk.at(side::client, 2, {}, fin | ack));
  say_at(side::client, 0, "1234");
  EXPECT_EQ(flow().client(), "12345678");
  EXPECT_THAT(flow().ends[0], ElementsAre());
}

TEST_F(TcpFlow, TakesDataOfTheSyn) {
  give(talk.syn(text("fast")));
  say(side::client, " open");
  EXPECT_EQ(flow().client(), "fast open");
}

TEST_F(TcpFlow, TakesDataOfTheSynOnceWhenItHadToBeRepeated) {
  give(talk.syn(text("fast")));
  say_at(side::client, 0, "fast open");
  EXPECT_EQ(flow().client(), "fast open");
}

TEST_F(TcpFlow, BringsTwoSynsThatCrossTogether) {
  give(talk.syn());
  give(talk.raw(side::server, 5000, 0, syn));
  give(talk.raw(side::client, 1000, 5001, syn | ack));
  give(talk.raw(side::server, 5000, 1001, syn | ack));
  give(talk.raw(side::client, 1001, 5001, ack, text("hi")));
  give(talk.raw(side::server, 5001, 1003, ack, text("ho")));
  EXPECT_EQ(heard.flows.size(), 1u);
  EXPECT_EQ(flow().client(), "hi");
  EXPECT_EQ(flow().server(), "ho");
  EXPECT_EQ(flow().info.client.port, 40000);
}

TEST_F(TcpFlow, StartsAStreamThatWasOpenBeforeTheCaptureWithItsFirstSegment) {
  say_at(side::client, 12345, "from the ");
  say_at(side::client, 12354, "middle");
  say_at(side::server, 777, "answer");
  EXPECT_EQ(flow().client(), "from the middle");
  EXPECT_EQ(flow().server(), "answer");
}

TEST_F(TcpFlow, DoesNotMistakeAKeepAliveForTheStartOfAStream) {
  give(talk.at(side::client, 99, {}));
  give(talk.at(side::server, 50, {}));
  say_at(side::client, 100, "after silence");
  EXPECT_EQ(flow().client(), "after silence");
}

TEST_F(TcpFlow, KnowsTheFirstByteFromTheAnswerWhenTheSynWasNotSeen) {
  talk.syn();
  give(talk.syn_ack());
  say_at(side::client, 3, "def");
  say_at(side::client, 0, "abc");
  EXPECT_EQ(flow().client(), "abcdef");
}

TEST_F(TcpFlow, BringsASynThatWasCapturedBehindItsAnswerTogetherWithIt) {
  const test::bytes first = talk.syn();
  give(talk.syn_ack());
  give(first);
  say(side::client, "x");
  EXPECT_EQ(heard.flows.size(), 1u);
  EXPECT_EQ(flow().client(), "x");
  EXPECT_EQ(counters().ignored_syns, 0u);
}

TEST_F(TcpFlow, EndsBothDirectionsWithAReset) {
  handshake();
  say(side::client, "x");
  give(talk.rst(side::server));
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::reset));
  EXPECT_THAT(flow().ends[1], ElementsAre(stream_end::reset));
  EXPECT_EQ(flow().closed.at(0).error, connection_error::reset);
}

TEST_F(TcpFlow, DeliversWhatIsHeldBeforeAReset) {
  handshake();
  talk.skip(side::client, 3);
  say(side::client, "held");
  give(talk.rst(side::client));
  EXPECT_EQ(flow().client(), "[3]held");
  EXPECT_EQ(counters().gaps[gap_reason::ended], 1u);
}

TEST_F(TcpFlow, TakesTheResetThatRefusesAConnection) {
  give(talk.syn());
  give(talk.raw(side::server, 0, 1001, rst | ack));
  EXPECT_EQ(flow().closed.at(0).error, connection_error::reset);
}

TEST_F(TcpFlow, IgnoresAResetThatSomebodyGuessed) {
  handshake();
  say(side::client, "x");
  for (const std::uint32_t sequence : {0u, 900u, 1u << 31u, 1000u + (1u << 20u)}) {
    give(talk.raw(side::client, sequence, 0, rst));
  }
  say(side::client, "y");
  EXPECT_EQ(flow().client(), "xy");
  EXPECT_EQ(counters().ignored_resets, 4u);
}

TEST_F(TcpFlow, IgnoresAResetThatDoesNotAnswerTheSyn) {
  give(talk.syn());
  give(talk.raw(side::server, 0, 999999, rst | ack));
  give(talk.raw(side::server, 0, 0, rst));
  EXPECT_EQ(counters().ignored_resets, 2u);
  EXPECT_TRUE(flow().closed.empty());
}

TEST_F(TcpFlow, DoesNotOpenAFlowForAResetAlone) {
  give(talk.rst(side::client));
  EXPECT_TRUE(heard.flows.empty());
  EXPECT_EQ(counters().packets[flow_packet::stray_reset], 1u);
}

TEST_F(TcpFlow, CallsAConnectionResetWhoseLastAcknowledgementWasOne) {
  handshake();
  give(talk.fin(side::client));
  give(talk.fin(side::server));
  give(talk.rst(side::client));
  EXPECT_EQ(flow().closed.at(0).end, stream_end::fin);
  EXPECT_EQ(flow().closed.at(0).error, connection_error::reset);
}

TEST_F(TcpFlow, TellsTheErrorOfAConnectionThatNobodyAnswered) {
  give(talk.syn());
  pass(milliseconds{9900});
  EXPECT_TRUE(flow().closed.empty());
  pass(milliseconds{200});
  EXPECT_EQ(flow().closed.at(0).error, connection_error::syn_sent);
  EXPECT_EQ(flow().closed.at(0).end, stream_end::idle);
}

TEST_F(TcpFlow, TellsTheErrorOfAConnectionThatOneSideNeverClosed) {
  handshake();
  give(talk.fin(side::client));
  give(talk.ack(side::server));
  pass(seconds{31});
  EXPECT_EQ(flow().closed.at(0).error, connection_error::close_wait);
}

TEST_F(TcpFlow, TellsTheErrorOfAConnectionWhoseLastFinNobodyAcknowledged) {
  handshake();
  give(talk.fin(side::client));
  give(talk.fin(side::server));
  pass(seconds{6});
  EXPECT_EQ(flow().closed.at(0).error, connection_error::last_ack);
  EXPECT_EQ(flow().closed.at(0).end, stream_end::fin);
}

TEST_F(TcpFlow, FindsNoErrorInAConnectionThatWasSilentUntilItTimedOut) {
  handshake();
  pass(seconds{31});
  EXPECT_EQ(flow().closed.at(0).error, connection_error::none);
}

TEST_F(TcpFlow, RemembersAClosedConnectionSoThatLateRepetitionsOpenNoOther) {
  handshake();
  const test::bytes request = talk.data(side::client, text("request"));
  give(request);
  give(talk.close(side::client));
  pass(seconds{4});
  give(request);
  give(talk.ack(side::server));
  EXPECT_EQ(heard.flows.size(), 1u);
  EXPECT_EQ(counters().bytes[byte_fate::duplicate], 7u);
  EXPECT_EQ(counters().lingering_flows, 1u);
  pass(seconds{3});
  EXPECT_EQ(counters().lingering_flows, 0u);
}

TEST_F(TcpFlow, BeginsANewFlowWhenClosedPortsAreUsedAgain) {
  handshake();
  say(side::client, "old");
  give(talk.close(side::client));
  test::conversation_style style;
  style.client_isn = 1500;
  talk = test::tcp_conversation{style};
  handshake();
  say(side::client, "new");
  ASSERT_EQ(heard.flows.size(), 2u);
  EXPECT_EQ(flow(1).client(), "old");
  EXPECT_EQ(flow(2).client(), "new");
  EXPECT_TRUE(flow(2).info.client_known);
}

TEST_F(TcpFlow, BeginsANewFlowWhenPortsAreUsedAgainWhoseEndWasNotSeen) {
  handshake();
  say(side::client, "old");
  test::conversation_style style;
  style.client_isn = 0x90000000;
  talk = test::tcp_conversation{style};
  handshake();
  say(side::client, "new");
  ASSERT_EQ(heard.flows.size(), 2u);
  EXPECT_THAT(flow(1).ends[0], ElementsAre(stream_end::reused));
  EXPECT_EQ(flow(2).client(), "new");
}

TEST_F(TcpFlow, BeginsANewFlowWhenPortsAreUsedAgainOfWhichOneSideAloneWasSeen) {
  give(talk.raw(side::server, 5000, 0x40000000, ack, text("old")));
  handshake();
  say(side::server, "new");
  ASSERT_EQ(heard.flows.size(), 2u);
  EXPECT_EQ(flow(1).server(), "old");
  EXPECT_EQ(flow(2).server(), "new");
}

TEST_F(TcpFlow, BeginsANewFlowWhenASynThatNobodyAnsweredIsTriedAnew) {
  give(talk.syn());
  give(talk.raw(side::client, 1001, 0, syn));
  ASSERT_EQ(heard.flows.size(), 2u);
  EXPECT_EQ(flow(1).closed.at(0).error, connection_error::syn_sent);
}

TEST_F(TcpFlow, TakesARepeatedSynForWhatItIs) {
  give(talk.syn());
  give(talk.syn());
  give(talk.syn_ack());
  give(talk.syn_ack());
  give(talk.syn());
  EXPECT_EQ(heard.flows.size(), 1u);
  EXPECT_EQ(counters().ignored_syns, 0u);
}

TEST_F(TcpFlow, IgnoresASynInsideOfAnOpenConnection) {
  handshake();
  say(side::client, "x");
  give(talk.raw(side::client, 1200, 0, syn));
  say(side::client, "y");
  EXPECT_EQ(heard.flows.size(), 1u);
  EXPECT_EQ(flow().client(), "xy");
  EXPECT_EQ(counters().ignored_syns, 1u);
}

TEST_F(TcpFlow, IgnoresAnAnswerToAnotherSyn) {
  give(talk.syn());
  give(talk.raw(side::server, 99999, 77777, syn | ack));
  give(talk.syn_ack());
  say(side::server, "x");
  EXPECT_EQ(flow().server(), "x");
  EXPECT_EQ(counters().ignored_syns, 1u);
}

TEST_F(TcpFlow, FindsAnotherConnectionBySegmentsThatGoOnFarOutOfTheWindow) {
  handshake();
  say(side::client, "old");
  for (std::uint32_t i = 0; i < 5; ++i) {
    say_at(side::client, 0x80000000u + i * 3, "new");
  }
  ASSERT_EQ(heard.flows.size(), 2u);
  EXPECT_THAT(flow(1).ends[0], ElementsAre(stream_end::reused));
  EXPECT_EQ(flow(2).client(), "newnew");
  EXPECT_EQ(counters().bytes[byte_fate::out_of_window], 9u);
}

} // namespace
} // namespace remora::traffic
