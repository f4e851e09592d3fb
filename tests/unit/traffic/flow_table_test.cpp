#include "tests/unit/traffic/flow_scene.hpp"

namespace remora::traffic {
namespace {

using test::text;
using ::testing::ElementsAre;

constexpr std::uint32_t client_address = 0x0A000001;
constexpr std::uint32_t server_address = 0x0A000002;

/// A UDP frame between the two ends of the conversations.
test::bytes datagram(test::side from, const std::string& payload, std::uint16_t client_port = 40000,
                     std::uint16_t server_port = 53) {
  const bool client = from == test::side::client;
  test::udp_style udp;
  udp.source_port = client ? client_port : server_port;
  udp.destination_port = client ? server_port : client_port;
  test::ipv4_style ip;
  ip.protocol = 17;
  ip.source = client ? client_address : server_address;
  ip.destination = client ? server_address : client_address;
  return test::ethernet(test::ether_ipv4, test::ipv4(ip, test::udp(udp, text(payload))));
}

class FlowTable : public flow_scene {
 protected:
  void open_connections(std::uint16_t first_port, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      give(from_port(static_cast<std::uint16_t>(first_port + i)).handshake());
    }
  }
};

TEST_F(FlowTable, NumbersFlowsInTheOrderOfTheirFirstPackets) {
  give(from_port(1).syn());
  give(datagram(side::client, "x"));
  give(from_port(2).syn());
  EXPECT_EQ(heard.flows.size(), 3u);
  EXPECT_EQ(heard.flows[1].info.ip_protocol, ip_protocol_udp);
  EXPECT_EQ(counters().tcp_flows, 2u);
  EXPECT_EQ(counters().udp_flows, 1u);
}

TEST_F(FlowTable, SaysWhichFlowAPacketBelongsTo) {
  EXPECT_EQ(give(talk.syn()).number, 1u);
  const packet_flow answer = give(talk.syn_ack());
  EXPECT_EQ(answer.number, 1u);
  EXPECT_EQ(answer.way, direction::from_server);
}

TEST_F(FlowTable, TakesTheSenderOfTheSynForTheClient) {
  talk = from_port(80, 40000); // ports that suggest the opposite
  give(talk.syn());
  EXPECT_TRUE(flow().info.client_known);
  EXPECT_EQ(flow().info.client.port, 80);
  EXPECT_EQ(to_string(flow().info.client.ip), "10.0.0.1");
  EXPECT_EQ(to_string(flow().info.server.ip), "10.0.0.2");
}

TEST_F(FlowTable, TakesTheReceiverOfTheAnswerForTheClientWhenTheSynWasNotSeen) {
  talk.syn();
  give(talk.syn_ack());
  EXPECT_TRUE(flow().info.client_known);
  EXPECT_EQ(flow().info.client.port, 40000);
}

TEST_F(FlowTable, GuessesTheClientOfAConnectionSeenFromTheMiddle) {
  struct example {
    std::uint16_t from, to, server;
  };
  for (const example& each : {example{80, 40000, 80}, example{40000, 80, 80}, example{8080, 50000, 8080},
                              example{50000, 8080, 8080}, example{7000, 7000, 7000}}) {
    give(from_port(each.from, each.to).at(side::client, 0, text("x")));
    EXPECT_FALSE(heard.flows.back().info.client_known);
    EXPECT_EQ(heard.flows.back().info.server.port, each.server) << each.from;
  }
  EXPECT_EQ(to_string(heard.flows.back().info.client.ip), "10.0.0.1") << "equal ports: the sender";
}

TEST_F(FlowTable, OpensNoConsumerBeforeTheFirstByte) {
  handshake();
  give(talk.ack(side::server));
  EXPECT_FALSE(flow().has_consumer);
  say(side::client, "x");
  EXPECT_TRUE(flow().has_consumer);
}

TEST_F(FlowTable, EndsAFlowThatWasSilentForTooLong) {
  handshake();
  say(side::client, "x");
  say(side::server, "y");
  say_at(side::server, 3, "held");
  pass(milliseconds{29'900});
  EXPECT_THAT(flow().ends[0], ElementsAre());
  pass(milliseconds{200});
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::idle));
  EXPECT_THAT(flow().ends[1], ElementsAre(stream_end::idle));
  EXPECT_EQ(flow().server(), "y[2]held");
  EXPECT_EQ(heard.alive, 0u);
}

TEST_F(FlowTable, KeepsAFlowThatIsNeverSilentForTooLong) {
  handshake();
  for (int i = 0; i < 100; ++i) {
    pass(seconds{20});
    say(side::client, "x");
  }
  EXPECT_EQ(heard.flows.size(), 1u);
  EXPECT_EQ(flow().client().size(), 100u);
}

TEST_F(FlowTable, LetsTimePassWithThePacketsOfOthers) {
  handshake();
  say(side::client, "x");
  wait(seconds{40});
  give(from_port(5).syn());
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::idle));
}

TEST_F(FlowTable, SpreadsManyTimeOutsOverThePacketsThatFollow) {
  open_connections(1000, 500);
  wait(seconds{40});
  give(from_port(500).syn());
  EXPECT_GT(counters().open_flows, 400u);
  for (std::uint16_t i = 0; i < 20; ++i) {
    give(from_port(500).syn());
  }
  EXPECT_EQ(counters().open_flows, 1u);
}

TEST_F(FlowTable, OpensAFreshFlowForAPacketOfOneWhoseTimeIsOverThoughItIsNotYetGone) {
  open_connections(1000, 500);
  wait(seconds{40});
  test::tcp_conversation last = from_port(1499);
  last.handshake();
  give(last.data(side::client, text("x")));
  EXPECT_EQ(heard.flows.size(), 501u);
  EXPECT_EQ(flow(500).closed.at(0).end, stream_end::idle);
  EXPECT_EQ(flow(501).client(), "x");
}

TEST_F(FlowTable, KeepsFlowsApartByAddressPortAndProtocol) {
  give(datagram(side::client, "udp", 40000, 80));
  handshake();
  give(from_port(40001).syn());
  test::conversation_style style;
  style.server_address = 0x0A000003;
  give(test::tcp_conversation{style}.syn());
  style.ipv6 = true;
  give(test::tcp_conversation{style}.syn());
  EXPECT_EQ(heard.flows.size(), 5u);
}

TEST_F(FlowTable, TakesAFlowWithAndWithoutAVlanTagForTheSame) {
  give(talk.syn());
  test::bytes tagged = talk.syn_ack();
  const test::bytes tag{0x81, 0x00, 0x00, 0x07};
  tagged.insert(tagged.begin() + 12, tag.begin(), tag.end());
  give(tagged);
  EXPECT_EQ(heard.flows.size(), 1u);
}

TEST_F(FlowTable, HandsDatagramsOn) {
  give(datagram(side::client, "query"));
  give(datagram(side::server, "answer"));
  give(datagram(side::client, ""));
  EXPECT_EQ(flow().client(), "query||");
  EXPECT_EQ(flow().server(), "answer|");
  EXPECT_EQ(flow().info.client.port, 40000);
  EXPECT_EQ(counters().datagrams, 3u);
}

TEST_F(FlowTable, TellsHowMuchOfADatagramWasNotCaptured) {
  give(datagram(side::client, "0123456789"), 4);
  EXPECT_EQ(flow().client(), "012345[4]|");
}

TEST_F(FlowTable, EndsADatagramFlowThatWasSilentForTooLong) {
  give(datagram(side::client, "x"));
  pass(seconds{32});
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::idle));
  give(datagram(side::client, "y"));
  EXPECT_EQ(heard.flows.size(), 2u);
}

TEST_F(FlowTable, LeavesAConsumerOfDatagramsAloneWhenItHasHeardEnough) {
  heard.answer = interest::end_only;
  give(datagram(side::client, "x"));
  give(datagram(side::server, "y"));
  EXPECT_EQ(flow().client(), "x|");
  EXPECT_EQ(flow().server(), "");
  EXPECT_EQ(counters().udp_unwanted_bytes, 1u);
  pass(seconds{32});
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::idle));
}

TEST_F(FlowTable, DestroysAConsumerOfDatagramsThatWantsNothingMore) {
  heard.answer = interest::nothing;
  give(datagram(side::client, "x"));
  EXPECT_EQ(heard.alive, 0u);
  give(datagram(side::client, "y"));
  EXPECT_EQ(flow().client(), "x|");
}

TEST_F(FlowTable, CountsTheDatagramsThatNobodyTakes) {
  heard.wants_streams = false;
  give(datagram(side::client, "x"));
  EXPECT_EQ(counters().udp_unwanted_bytes, 1u);
}

TEST_F(FlowTable, LeavesFragmentsAndEverythingElseToOthers) {
  test::ipv4_style fragment;
  fragment.more_fragments = true;
  give(test::ethernet(test::ether_ipv4, test::ipv4(fragment, test::tcp({}, text("half")))));
  give(test::ethernet(test::ether_arp, test::filler(28)));
  test::udp_style wrong;
  wrong.length = 3;
  test::ipv4_style udp;
  udp.protocol = 17;
  give(test::ethernet(test::ether_ipv4, test::ipv4(udp, test::udp(wrong, text("bad length")))));
  EXPECT_TRUE(heard.flows.empty());
  EXPECT_EQ(counters().packets[flow_packet::fragment], 1u);
  EXPECT_EQ(counters().packets[flow_packet::other], 2u);
}

TEST_F(FlowTable, TellsTheTotalsOfAConnection) {
  handshake();
  say(side::client, "request");
  say(side::server, "the answer");
  wait(seconds{2});
  const timestamp end = now;
  give(talk.close(side::client));
  const flow_totals& totals = flow().closed.at(0);
  EXPECT_EQ(totals.of(direction::from_client).packets, 5u);
  EXPECT_EQ(totals.of(direction::from_server).packets, 3u);
  EXPECT_EQ(totals.of(direction::from_client).payload_bytes, 7u);
  EXPECT_EQ(totals.of(direction::from_client).ip_bytes, 5u * 40 + 7);
  EXPECT_EQ(totals.of(direction::from_server).ip_bytes, 3u * 40 + 10);
  EXPECT_EQ(totals.last, end);
}

TEST_F(FlowTable, TellsOfEveryFlowThatIsOpenWhenAsked) {
  handshake();
  give(from_port(1).syn());
  give(datagram(side::client, "x"));
  test::tcp_conversation closed = from_port(2);
  give(closed.handshake());
  give(closed.close(side::client));
  std::vector<std::uint64_t> numbers;
  std::uint64_t packets = 0;
  table->visit([&](const flow_info& open, const flow_totals& totals) {
    numbers.push_back(open.number);
    packets += totals.of(direction::from_client).packets + totals.of(direction::from_server).packets;
  });
  EXPECT_THAT(numbers, ::testing::UnorderedElementsAre(1u, 2u, 3u));
  EXPECT_EQ(packets, 5u);
}

TEST_F(FlowTable, DeliversWhatIsHeldWhenTheCaptureEnds) {
  handshake();
  say_at(side::client, 3, "def");
  say_at(side::client, 8, "i");
  table->finish(now);
  EXPECT_EQ(flow().client(), "[3]def[2]i");
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::cut));
  EXPECT_EQ(flow().closed.at(0).end, stream_end::cut);
}

TEST_F(FlowTable, IsEmptyAndUsableAfterTheCaptureHasEnded) {
  handshake();
  table->finish(now);
  EXPECT_EQ(counters().open_flows + counters().lingering_flows, 0u);
  handshake();
  say(side::client, "again");
  EXPECT_EQ(flow(2).client(), "again");
}

TEST_F(FlowTable, EndsNoFlowBecauseTheClockWasSetBack) {
  handshake();
  wait(-std::chrono::hours{1});
  say(side::client, "x");
  pass(seconds{29});
  say(side::client, "y");
  EXPECT_EQ(heard.flows.size(), 1u);
  pass(seconds{32});
  EXPECT_THAT(flow().ends[0], ElementsAre(stream_end::idle));
}

TEST_F(FlowTable, SurvivesTimesOutsideOfAnyCalendar) {
  for (const std::int64_t ns : {INT64_MAX, INT64_MIN, std::int64_t{0}, INT64_MIN, INT64_MAX, INT64_MAX - 1}) {
    now = from_unix_ns(ns);
    handshake();
    say(side::client, "x");
    say_at(side::client, 100, "held");
    pass(nanoseconds{0});
  }
  now = from_unix_ns(0);
}

} // namespace
} // namespace remora::traffic
