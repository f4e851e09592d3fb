#include "tests/unit/traffic/flow_scene.hpp"

namespace remora::traffic {
namespace {

using test::text;
using ::testing::ElementsAre;

class Reassembly : public flow_scene {};

TEST_F(Reassembly, HandsBothDirectionsOnInOrder) {
  handshake();
  say(side::client, "GET / ");
  say(side::client, "HTTP/1.1");
  say(side::server, "200 OK");
  EXPECT_EQ(flow().client(), "GET / HTTP/1.1");
  EXPECT_EQ(flow().server(), "200 OK");
}

TEST_F(Reassembly, HandsOnBytesInOrderWithoutACopy) {
  handshake();
  say(side::client, "hello");
  EXPECT_EQ(flow().last_bytes, kept.data() + kept.size() - 5);
}

TEST_F(Reassembly, WorksOverIpVersion6) {
  test::conversation_style style;
  style.ipv6 = true;
  talk = test::tcp_conversation{style};
  handshake();
  say(side::client, "hello");
  EXPECT_EQ(flow().client(), "hello");
  EXPECT_EQ(flow().info.ip_version, 6);
}

TEST_F(Reassembly, PutsSwappedSegmentsInOrder) {
  handshake();
  say_at(side::client, 3, "def");
  EXPECT_EQ(flow().client(), "");
  EXPECT_EQ(counters().held_bytes, 3u);
  say_at(side::client, 0, "abc");
  EXPECT_EQ(flow().client(), "abcdef");
  EXPECT_EQ(counters().filled_holes, 1u);
  EXPECT_EQ(counters().held_bytes, 0u);
}

TEST_F(Reassembly, TellsTheTimeOfThePacketThatMadeBytesContiguous) {
  handshake();
  say_at(side::client, 3, "def");
  wait(milliseconds{5});
  say_at(side::client, 0, "abc");
  EXPECT_THAT(flow().times[0], ElementsAre(now, now));
}

TEST_F(Reassembly, FillsManyHolesInAnyOrder) {
  handshake();
  const std::string whole = "abcdefghijklmnopqrst";
  for (const std::uint32_t at : {18u, 2u, 10u, 6u, 14u, 4u, 16u, 8u, 12u}) {
    say_at(side::client, at, whole.substr(at, 2));
  }
  EXPECT_EQ(flow().client(), "");
  say_at(side::client, 0, "ab");
  EXPECT_EQ(flow().client(), whole);
}

TEST_F(Reassembly, DropsWhatIsRepeated) {
  handshake();
  say(side::client, "abc");
  say_at(side::client, 0, "abc");
  EXPECT_EQ(flow().client(), "abc");
  EXPECT_EQ(counters().bytes[byte_fate::duplicate], 3u);
}

TEST_F(Reassembly, TakesTheNewPartOfASegmentThatRepeatsSome) {
  handshake();
  say(side::client, "abc");
  say_at(side::client, 1, "bcde");
  EXPECT_EQ(flow().client(), "abcde");
  EXPECT_EQ(counters().bytes[byte_fate::duplicate], 2u);
}

TEST_F(Reassembly, DropsEveryPacketOfAConnectionThatWasCapturedTwice) {
  const auto twice = [&](const test::bytes& frame) {
    give(frame);
    give(frame);
  };
  for (const test::bytes& frame : talk.handshake()) {
    twice(frame);
  }
  twice(talk.data(side::client, text("request")));
  twice(talk.data(side::server, text("answer")));
  for (const test::bytes& frame : talk.close(side::client)) {
    twice(frame);
  }
  ASSERT_EQ(heard.flows.size(), 1u);
  EXPECT_EQ(flow().client(), "request");
  EXPECT_EQ(flow().server(), "answer");
  EXPECT_EQ(counters().bytes[byte_fate::duplicate], 13u);
  EXPECT_EQ(flow().closed.at(0).error, connection_error::none);
}

TEST_F(Reassembly, KeepsTheBytesThatCameFirstWhenHeldSegmentsOverlap) {
  handshake();
  say_at(side::client, 4, "EFG");
  say_at(side::client, 2, "cdefghi"); // another tale of the same places
  EXPECT_EQ(counters().bytes[byte_fate::overlap], 3u);
  say_at(side::client, 0, "ab");
  EXPECT_EQ(flow().client(), "abcdEFGhi");
}

TEST_F(Reassembly, KeepsHeldBytesAgainstASegmentThatComesInOrderLater) {
  handshake();
  say_at(side::client, 2, "CD");
  say_at(side::client, 6, "GH");
  say_at(side::client, 0, "abcdefghij");
  EXPECT_EQ(flow().client(), "abCDefGHij");
  EXPECT_EQ(counters().bytes[byte_fate::overlap], 4u);
}

TEST_F(Reassembly, KeepsDeliveredBytesAgainstAnyOther) {
  handshake();
  say(side::client, "abcd");
  say_at(side::client, 0, "ABCDEF");
  EXPECT_EQ(flow().client(), "abcdEF");
}

TEST_F(Reassembly, IgnoresKeepAlives) {
  handshake();
  say(side::client, "abc");
  give(talk.at(side::client, 2, text("?")));
  give(talk.at(side::client, 2, {}));
  EXPECT_EQ(flow().client(), "abc");
  EXPECT_EQ(counters().bytes[byte_fate::keep_alive], 1u);
}

TEST_F(Reassembly, TakesTheByteOfAZeroWindowProbeOnce) {
  handshake();
  say(side::client, "abc");
  say_at(side::client, 3, "d");
  say_at(side::client, 3, "d");
  say_at(side::client, 3, "def");
  EXPECT_EQ(flow().client(), "abcdef");
}

TEST_F(Reassembly, IgnoresThePaddingOfShortFrames) {
  handshake();
  test::bytes frame = talk.data(side::client, text("x"));
  frame.resize(60);
  give(frame);
  EXPECT_EQ(flow().client(), "x");
}

TEST_F(Reassembly, TakesSegmentsThatOffloadMadeLargerThanAnyPacket) {
  handshake();
  const std::string large(65000, 'x');
  say(side::client, large);
  say(side::client, "end");
  EXPECT_EQ(flow().client(), large + "end");
}

TEST_F(Reassembly, GoesOnWhereSequenceNumbersBeginAnew) {
  test::conversation_style style;
  style.client_isn = 0xFFFFFFFD;
  talk = test::tcp_conversation{style};
  handshake();
  say_at(side::client, 3, "defg");
  say_at(side::client, 0, "abc");
  say_at(side::client, 1, "bcdefgh");
  EXPECT_EQ(flow().client(), "abcdefgh");
}

TEST_F(Reassembly, FollowsAStreamOfMoreThanFourGibibytes) {
  // Each packet says that it has a megabyte; almost all of it was not captured.
  handshake();
  const std::uint32_t step = 60000;
  test::bytes frame = talk.at(side::client, 0, test::filler(step));
  const std::uint64_t packets = (std::uint64_t{5} << 30u) / step;
  decoded_packet packet = decode_as(link_type::ethernet, frame);
  packet.missing_bytes = step - 10;
  packet.payload = packet.payload.first(10);
  for (std::uint64_t i = 0; i < packets; ++i) {
    table->on_packet(packet, now);
    packet.tcp.sequence += step;
    heard.flows[0].text[0].clear();
    heard.flows[0].times[0].clear();
  }
  EXPECT_EQ(flow().received, packets * 10);
  EXPECT_EQ(counters().gap_bytes[gap_reason::not_captured], packets * (step - 10));
  EXPECT_EQ(counters().bytes[byte_fate::before_start], 0u);
}

TEST_F(Reassembly, ReportsAtOnceWhatWasNotCapturedOfAPacket) {
  handshake();
  give(talk.data(side::client, text("abcdefgh")), 5);
  say(side::client, "next");
  EXPECT_EQ(flow().client(), "abc[5]next");
  EXPECT_EQ(counters().gap_bytes[gap_reason::not_captured], 5u);
}

TEST_F(Reassembly, KeepsTheGapOfAPacketThatCameTooEarlyAndWasNotCapturedWhole) {
  handshake();
  give(talk.at(side::client, 3, text("defgh")), 3);
  say_at(side::client, 8, "ijk");
  say_at(side::client, 0, "abc");
  EXPECT_EQ(flow().client(), "abcde[3]ijk");
}

TEST_F(Reassembly, GivesAHoleUpWhenTheReceiverHadItAndASecondHasPassed) {
  handshake();
  talk.skip(side::client, 4);
  say(side::client, "later");
  give(talk.ack(side::server));
  pass(milliseconds{900});
  EXPECT_EQ(flow().client(), "");
  pass(milliseconds{200});
  EXPECT_EQ(flow().client(), "[4]later");
  EXPECT_EQ(counters().gaps[gap_reason::acknowledged], 1u);
}

TEST_F(Reassembly, GivesAnOldHoleUpAsSoonAsItIsAcknowledged) {
  handshake();
  talk.skip(side::client, 4);
  say(side::client, "later");
  pass(seconds{3});
  EXPECT_EQ(flow().client(), "");
  give(talk.ack(side::server));
  EXPECT_EQ(flow().client(), "[4]later");
}

TEST_F(Reassembly, BelievesTheHighestAcknowledgementWhenALowerOneComesLater) {
  handshake();
  talk.skip(side::client, 4);
  say(side::client, "later");
  give(talk.ack(side::server));
  give(talk.raw(side::server, talk.next(side::server), 1001, ack));
  pass(milliseconds{1100});
  EXPECT_EQ(flow().client(), "[4]later");
}

TEST_F(Reassembly, GivesAHoleUpThatNobodyAcknowledgesMuchLater) {
  handshake();
  say_at(side::client, 4, "later");
  pass(milliseconds{9900});
  EXPECT_EQ(flow().client(), "");
  pass(milliseconds{1100});
  EXPECT_EQ(flow().client(), "[4]later");
  EXPECT_EQ(counters().gaps[gap_reason::unacknowledged], 1u);
}

TEST_F(Reassembly, TellsTheTimeOfThePacketsThemselvesBehindAGap) {
  handshake();
  talk.skip(side::client, 4);
  say(side::client, "later");
  const timestamp then = now;
  give(talk.ack(side::server));
  pass(seconds{2});
  EXPECT_THAT(flow().times[0], ElementsAre(then, then));
}

TEST_F(Reassembly, WaitsForEachHoleByItself) {
  handshake();
  say_at(side::client, 2, "c");
  wait(milliseconds{600});
  say_at(side::client, 5, "f");
  give(talk.raw(side::server, talk.next(side::server), talk.next(side::client) + 6, ack));
  pass(milliseconds{500});
  EXPECT_EQ(flow().client(), "[2]c");
  pass(milliseconds{600});
  EXPECT_EQ(flow().client(), "[2]c[2]f");
}

TEST_F(Reassembly, DropsASegmentThatComesAfterItsHoleWasGivenUp) {
  handshake();
  say_at(side::client, 4, "later");
  pass(seconds{12});
  say_at(side::client, 0, "lost");
  EXPECT_EQ(flow().client(), "[4]later");
  EXPECT_EQ(counters().bytes[byte_fate::duplicate], 4u);
}

TEST_F(Reassembly, DropsWhatIsFarOutOfTheWindow) {
  handshake();
  say_at(side::client, 40u << 20u, "forged");
  say_at(side::client, 0u - (40u << 20u), "forged");
  say(side::client, "true");
  EXPECT_EQ(flow().client(), "true");
  EXPECT_EQ(counters().bytes[byte_fate::out_of_window], 12u);
}

TEST_F(Reassembly, DoesNotMeasureTheWindowByAnAcknowledgementOfSomethingElse) {
  give(talk.raw(side::client, 1001, 0x60000000, ack));
  give(talk.raw(side::server, 100, 1001, ack, text("true")));
  give(talk.raw(side::server, 0x20000000, 1001, ack, text("forged")));
  EXPECT_EQ(counters().bytes[byte_fate::out_of_window], 6u);
}

TEST_F(Reassembly, BelievesTheReceiverThatMoreThanAWindowWasNotCaptured) {
  handshake();
  talk.skip(side::client, 100u << 20u);
  give(talk.ack(side::server));
  say(side::client, "on");
  give(talk.ack(side::server));
  pass(seconds{2});
  EXPECT_EQ(flow().client(), "[104857600]on");
}

TEST_F(Reassembly, DropsWhatIsOlderThanTheFirstSegmentSeen) {
  say_at(side::client, 100, "middle");
  say_at(side::client, 90, "before the middle");
  EXPECT_EQ(flow().client(), "middlee");
  EXPECT_EQ(counters().bytes[byte_fate::before_start], 10u);
}

TEST_F(Reassembly, StopsBufferingADirectionThatTheConsumerHasHeardEnoughOf) {
  handshake();
  say_at(side::server, 10, "held");
  heard.answer = interest::end_only;
  say(side::client, "abc");
  say(side::client, "def");
  say_at(side::client, 100, "ghi");
  EXPECT_EQ(flow().client(), "abc");
  EXPECT_EQ(counters().held_bytes, 4u) << "the other direction goes on";
  heard.answer = interest::bytes;
  say_at(side::server, 0, "0123456789");
  EXPECT_EQ(flow().server(), "0123456789held");
  EXPECT_EQ(counters().bytes[byte_fate::unwanted], 6u);
}

TEST_F(Reassembly, StillTellsTheEndOfADirectionThatIsOfNoMoreInterest) {
  handshake();
  heard.answer = interest::end_only;
  say(side::client, "abc");
  say(side::server, "abc");
  give(talk.close(side::client));
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::fin));
  EXPECT_THAT(flow().ends[1], ElementsAre(stream_end::fin));
}

TEST_F(Reassembly, DestroysAConsumerThatWantsNothingMore) {
  handshake();
  say_at(side::server, 10, "held");
  heard.answer = interest::nothing;
  say(side::client, "abc");
  EXPECT_EQ(heard.alive, 0u);
  EXPECT_EQ(counters().held_memory, 0u);
  say(side::client, "def");
  give(talk.close(side::client));
  EXPECT_EQ(flow().client(), "abc");
  EXPECT_THAT(flow().ends[0], ElementsAre());
  EXPECT_EQ(flow().closed.at(0).end, stream_end::fin);
}

TEST_F(Reassembly, EndsAFlowWhoseConsumerLeftWhileAFinWaitedInTheOtherDirection) {
  handshake();
  say_at(side::server, 10, "held");
  give(talk.at(side::server, 14, {}, fin | ack));
  heard.answer = interest::nothing;
  say(side::client, "abc");
  give(talk.fin(side::client));
  give(talk.raw(side::server, 5016, talk.next(side::client), ack));
  give(talk.raw(side::client, talk.next(side::client), 5016, ack));
  ASSERT_EQ(flow().closed.size(), 1u);
  EXPECT_EQ(flow().closed[0].end, stream_end::fin);
}

TEST_F(Reassembly, ForgetsTheRestOfAHoleWhenTheConsumerWantsNoneOfIt) {
  handshake();
  say_at(side::client, 3, "d");
  say_at(side::client, 5, "f");
  heard.answer = interest::nothing;
  say_at(side::client, 0, "abc");
  EXPECT_EQ(flow().client(), "abc");
  EXPECT_EQ(counters().bytes[byte_fate::unwanted], 2u);
  EXPECT_EQ(counters().held_memory, 0u);
}

TEST_F(Reassembly, CountsAndNeverBuffersAStreamThatNobodyTakes) {
  heard.wants_streams = false;
  handshake();
  say_at(side::client, 10, "later");
  say(side::server, "answer");
  EXPECT_EQ(counters().held_memory, 0u);
  EXPECT_EQ(counters().bytes[byte_fate::unwanted], 11u);
  EXPECT_EQ(counters().bytes[byte_fate::delivered], 0u);
}

} // namespace
} // namespace remora::traffic
