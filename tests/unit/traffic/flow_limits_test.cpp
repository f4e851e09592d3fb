#include <random>

#include "tests/unit/traffic/flow_scene.hpp"
#include "traffic/flow/flow_hash.hpp"
#include "traffic/flow/flow_index.hpp"

namespace remora::traffic {
namespace {

using test::text;
using ::testing::ElementsAre;

class FlowLimits : public flow_scene {
 protected:
  void hold_up_to(std::size_t flow, std::size_t total) {
    flow_limits limits;
    limits.held_per_flow = flow;
    limits.held_in_total = total;
    set_limits(limits);
  }
  void allow_flows(std::uint32_t count) {
    flow_limits limits;
    limits.flows = count;
    set_limits(limits);
  }
};

TEST_F(FlowLimits, EvictTheFlowThatWasSilentLongest) {
  allow_flows(3);
  for (const unsigned port : {1u, 2u, 3u}) {
    test::tcp_conversation each = from_port(port);
    give(each.handshake());
    give(each.data(side::client, text("x")));
    wait(seconds{3});
  }
  give(from_port(1).at(side::client, 1, text("y")));
  give(from_port(4).handshake());
  EXPECT_THAT(flow(1).ends[0], ElementsAre());
  EXPECT_THAT(flow(2).ends[0], ElementsAre(stream_end::evicted));
  EXPECT_EQ(counters().evicted[flow_rank::two_sided], 1u);
  EXPECT_EQ(counters().open_flows, 3u);
}

TEST_F(FlowLimits, EvictWhatMattersLeastFirst) {
  allow_flows(4);
  give(from_port(1).handshake());                            // flow 1: open
  give(from_port(2).at(side::client, 0, text("one-sided"))); // flow 2
  give(from_port(3).syn());                                  // flow 3: half open
  test::tcp_conversation closed = from_port(4);              // flow 4
  give(closed.handshake());
  give(closed.close(side::client));
  std::vector<flow_rank> order;
  flow_counters before = counters();
  for (unsigned port = 5; port < 9; ++port) {
    give(from_port(port).handshake());
    for (std::size_t i = 0; i < flow_rank_count; ++i) {
      const auto rank = static_cast<flow_rank>(i);
      if (counters().evicted[rank] != before.evicted[rank]) order.push_back(rank);
    }
    before = counters();
  }
  EXPECT_THAT(order, ElementsAre(flow_rank::closed, flow_rank::half_open, flow_rank::one_sided,
                                 flow_rank::two_sided));
}

TEST_F(FlowLimits, KeepAConversationThroughAFloodOfSyns) {
  allow_flows(100);
  handshake();
  for (unsigned i = 0; i < 5000; ++i) {
    give(from_port(1024 + i).syn());
    if (i % 100 == 0) say(side::client, "x");
  }
  EXPECT_EQ(flow().client(), std::string(50, 'x'));
  EXPECT_EQ(counters().evicted[flow_rank::half_open], 4901u);
}

TEST_F(FlowLimits, AllowOneFlowAtLeast) {
  allow_flows(0);
  handshake();
  say(side::client, "x");
  EXPECT_EQ(flow().client(), "x");
}

TEST_F(FlowLimits, GiveUpAHoleWhenAFlowHoldsTooMuch) {
  hold_up_to(4096, 1u << 20u);
  handshake();
  for (std::uint32_t at = 10; at < 6010; at += 1000) {
    say_at(side::client, at, std::string(1000, 'x'));
    EXPECT_LE(counters().held_memory, 4096u);
  }
  EXPECT_EQ(flow().client().substr(0, 6), "[10]xx");
  EXPECT_EQ(flow().received, 6000u);
  EXPECT_EQ(counters().gaps[gap_reason::flow_full], 1u);
}

TEST_F(FlowLimits, HandASegmentOnThatAFlowMayNotHoldAtAll) {
  hold_up_to(100, 1u << 20u);
  handshake();
  say_at(side::client, 10, std::string(1000, 'x'));
  EXPECT_EQ(flow().received, 1000u);
  EXPECT_EQ(counters().held_memory, 0u);
}

TEST_F(FlowLimits, GiveUpTheOldestHoleOfAllWhenTheTableHoldsTooMuch) {
  hold_up_to(1u << 20u, 4096);
  for (unsigned port = 1; port <= 5; ++port) {
    test::tcp_conversation each = from_port(port);
    give(each.handshake());
    give(each.at(side::client, 5, test::bytes(1000, 'x')));
    wait(milliseconds{1});
    EXPECT_LE(counters().held_memory, 4096u);
  }
  EXPECT_EQ(flow(1).received, 1000u);
  EXPECT_EQ(flow(2).received, 1000u);
  EXPECT_EQ(flow(3).received, 0u);
  EXPECT_EQ(counters().gaps[gap_reason::table_full], 2u);
}

TEST_F(FlowLimits, GiveUpHolesThatNobodyAcknowledgedBeforeYoungerOnes) {
  hold_up_to(1u << 20u, 2 * 1300);
  const auto hold_one = [&](unsigned port) {
    test::tcp_conversation each = from_port(port);
    give(each.handshake());
    give(each.at(side::client, 5, test::bytes(1000, 'x')));
  };
  hold_one(1);
  pass(seconds{3});
  hold_one(2);
  hold_one(3);
  EXPECT_EQ(flow(1).received, 1000u);
  EXPECT_EQ(flow(2).received, 0u);
}

TEST_F(FlowLimits, CountSegmentsWithoutAHoleBetweenThemAsOne) {
  flow_limits limits;
  limits.holes = 1;
  set_limits(limits);
  handshake();
  for (const std::uint32_t at : {3u, 4u, 5u, 2u}) {
    say_at(side::client, at, "x");
  }
  EXPECT_EQ(counters().gaps.sum(), 0u);
  say_at(side::client, 7, "x"); // leaves a second hole
  EXPECT_EQ(counters().gaps.sum(), 1u);
  EXPECT_EQ(flow().client(), "[2]xxxx");
}

TEST_F(FlowLimits, GiveUpAHoleWhenThereAreTooMany) {
  flow_limits limits;
  limits.holes = 3;
  set_limits(limits);
  handshake();
  for (const std::uint32_t at : {2u, 4u, 6u, 8u}) {
    say_at(side::client, at, "x");
  }
  EXPECT_EQ(flow().client(), "[2]x");
  EXPECT_EQ(counters().gaps[gap_reason::flow_full], 1u);
}

TEST_F(FlowLimits, HoldAgainstAFloodOfNothingButHoles) {
  flow_limits limits;
  limits.held_per_flow = 20'000;
  limits.held_in_total = 100'000;
  limits.flows = 50;
  set_limits(limits);
  std::mt19937 source{7}; // NOLINT(cert-msc51-cpp): the same flood in every run
  const auto random = [&] { return static_cast<std::uint32_t>(source()); };
  for (int i = 0; i < 100'000; ++i) {
    const test::tcp_conversation any = from_port(1 + random() % 100);
    const std::uint8_t flags = random() % 50 == 0 ? ack | fin : ack;
    give(any.at(side::client, random() % 500'000, test::bytes(1 + random() % 50, 'x'), flags));
    ASSERT_LE(counters().held_memory, limits.held_in_total);
    ASSERT_LE(counters().open_flows + counters().lingering_flows, limits.flows);
    wait(std::chrono::microseconds{50});
  }
  EXPECT_GT(counters().gaps.sum(), 1000u);
}

TEST_F(FlowLimits, KeepTheMemoryOfATableThroughAMillionConnections) {
  allow_flows(1000);
  std::uint64_t most = 0;
  const test::bytes first = talk.syn();
  decoded_packet packet = decode_as(link_type::ethernet, first);
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    packet.source.bytes[15] = static_cast<std::uint8_t>(i);
    packet.source.bytes[14] = static_cast<std::uint8_t>(i >> 8u);
    packet.source_port = static_cast<std::uint16_t>(1024 + (i >> 16u));
    table->on_packet(packet, now);
    if (i == 1000) most = table->memory_bytes();
  }
  EXPECT_EQ(table->memory_bytes(), most);
  EXPECT_EQ(heard.flows.size(), 1'000'000u);
}

TEST(FlowIndex, FindsWhatWasInsertedThroughAnyComingAndGoing) {
  flow_index index;
  std::mt19937 random{11}; // NOLINT(cert-msc51-cpp): the same order in every run
  std::vector<std::uint32_t> hash_of_place(3000, 0);
  std::vector<bool> present(3000, false);
  for (int i = 0; i < 200'000; ++i) {
    const auto place = static_cast<std::uint32_t>(random() % present.size());
    if (present[place]) {
      index.erase(hash_of_place[place], place);
    } else {
      hash_of_place[place] = static_cast<std::uint32_t>(random() % 700); // many alike, all close together
      index.insert(hash_of_place[place], place);
    }
    present[place] = !present[place];
    const auto asked = static_cast<std::uint32_t>(random() % present.size());
    const auto found = index.find(hash_of_place[asked], [&](std::uint32_t at) { return at == asked; });
    ASSERT_EQ(found, present[asked] ? asked : no_flow);
  }
}

TEST(FlowIndex, StaysShallowForAddressesThatSomebodyChose) {
  flow_index index;
  const keyed_hash hash = keyed_hash::with_random_key();
  flow_key key;
  key.ip_version = 4;
  key.ip_protocol = 6;
  for (std::uint32_t i = 0; i < 200'000; ++i) { // nothing but the upper bits of ports and addresses differ
    key.low_port = static_cast<std::uint16_t>(i << 8u);
    key.low_ip.bytes[12] = static_cast<std::uint8_t>(i >> 8u);
    key.high_ip.bytes[12] = static_cast<std::uint8_t>(i >> 16u);
    index.insert(hash_of(key, hash), i);
  }
  EXPECT_LT(index.longest_probe(), 200u);
}

TEST(KeyedHash, IsSipHash13) {
  // Words 0x0706050403020100... are the bytes 00 01 02 ...; the length goes into the last word.
  keyed_hash hash{0x0706050403020100u, 0x0F0E0D0C0B0A0908u};
  hash.add(0x0706050403020100u);
  hash.add(0x0F0E0D0C0B0A0908u);
  hash.add(std::uint64_t{16} << 56u);
  EXPECT_EQ(hash.finish(), 0xCC4FDD1A7D908B66u);
}

TEST(KeyedHash, DependsOnItsKey) {
  flow_key key;
  key.ip_version = 4;
  EXPECT_NE(hash_of(key, keyed_hash{1, 2}), hash_of(key, keyed_hash{1, 3}));
}

TEST(FlowKey, IsTheSameForBothDirections) {
  decoded_packet one;
  one.source.bytes[3] = 9;
  one.source_port = 1;
  one.destination_port = 2;
  decoded_packet back = one;
  std::swap(back.source, back.destination);
  std::swap(back.source_port, back.destination_port);
  EXPECT_TRUE(key_of(one).key == key_of(back).key);
  EXPECT_NE(key_of(one).from_low, key_of(back).from_low);
}

} // namespace
} // namespace remora::traffic
