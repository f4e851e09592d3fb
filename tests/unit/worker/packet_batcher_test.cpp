#include "worker/packet_batcher.hpp"

#include <gmock/gmock.h>

#include "tests/support/frame_builder.hpp"

namespace remora::worker::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class PacketBatcher : public testing::Test {
 protected:
  void frame(std::int64_t time_ns, std::uint32_t wire_length = 0, const remora::test::tcp_style& tcp = {}) {
    const remora::test::bytes content =
        remora::test::ethernet(remora::test::ether_ipv4,
                               remora::test::ipv4({}, remora::test::tcp(tcp, remora::test::text("GET /"))));
    traffic::frame made;
    made.time = from_unix_ns(time_ns);
    made.wire_length = wire_length != 0 ? wire_length : static_cast<std::uint32_t>(content.size());
    made.link = traffic::link_type::ethernet;
    made.bytes = {content.data(), content.size()};
    batcher.on_frame(made);
  }

  packet_batcher batcher;
};

TEST_F(PacketBatcher, CollectsWhatScriptsLearnOfEachPacket) {
  frame(7, 1'500);
  const packet_info_batch batch = batcher.take().packets;
  ASSERT_THAT(batch, SizeIs(1));
  EXPECT_EQ(batch[0].timestamp_ns, 7);
  EXPECT_EQ(batch[0].wire_length, 1'500u);
  EXPECT_EQ(batch[0].capture_length, 59u);
  EXPECT_TRUE(batch[0].truncated());
}

TEST_F(PacketBatcher, GivesEachPacketOnce) {
  frame(1);
  batcher.take();
  EXPECT_TRUE(batcher.take().empty());
  EXPECT_EQ(batcher.packets(), 1u) << "it goes on counting";
}

TEST_F(PacketBatcher, CountsPacketsAndBytesOnTheWire) {
  frame(1, 1'000);
  frame(2, 500);
  EXPECT_EQ(batcher.packets(), 2u);
  EXPECT_EQ(batcher.bytes(), 1'500u);
  EXPECT_EQ(batcher.decoded().packets(), 2u);
}

TEST_F(PacketBatcher, CountsWhatGoesToOrComesFromThePortOfDns) {
  for (const auto& [from, to] : {std::pair{53, 40'000}, {40'000, 53}, {40'000, 54}}) {
    remora::test::tcp_style tcp;
    tcp.source_port = static_cast<std::uint16_t>(from);
    tcp.destination_port = static_cast<std::uint16_t>(to);
    frame(1, 0, tcp);
  }
  EXPECT_EQ(batcher.packets(), 3u);
  EXPECT_EQ(batcher.dns_packets(), 2u);
}

TEST_F(PacketBatcher, OnlyCountsWhileItDoesNotCollect) {
  frame(1);
  batcher.set_collecting(false);
  frame(2);
  EXPECT_THAT(batcher.take().packets, IsEmpty());
  EXPECT_EQ(batcher.packets(), 2u);
  EXPECT_EQ(batcher.latest(), from_unix_ns(2));
}

TEST_F(PacketBatcher, LeavesOutWhatComesAtTheEndOrAfterIt) {
  batcher.set_end(from_unix_ns(10));
  frame(9);
  frame(10);
  frame(11);
  EXPECT_EQ(batcher.packets(), 1u);
  EXPECT_EQ(batcher.beyond_end(), 2u);
  EXPECT_THAT(batcher.take().packets, SizeIs(1));
  EXPECT_EQ(batcher.latest(), from_unix_ns(9));
}

TEST_F(PacketBatcher, KnowsTheLatestTimeWhenStampsGoBack) {
  frame(5);
  frame(9);
  frame(7);
  EXPECT_EQ(batcher.latest(), from_unix_ns(9));
}

std::unique_ptr<traffic::item_pipeline> pipeline_after(traffic::item_numbers used) {
  return std::make_unique<traffic::item_pipeline>(traffic::item_options{},
                                                  std::make_shared<const item_origin>(), used);
}

TEST_F(PacketBatcher, GivesThePacketsOfFlowsToItsKeeperWithTheFlowsNumber) {
  std::vector<std::pair<std::uint64_t, std::int64_t>> kept;
  batcher.set_keeper([&](std::uint64_t stream, const traffic::frame& packet) {
    kept.emplace_back(stream, to_unix_ns(packet.time));
  });
  frame(1); // before items are made there are no flows
  batcher.set_items(pipeline_after({41, 0}));
  remora::test::tcp_style other;
  other.source_port = 50'000;
  frame(2);
  frame(3, 0, other);
  frame(4);
  EXPECT_THAT(kept, testing::ElementsAre(testing::Pair(42, 2), testing::Pair(43, 3), testing::Pair(42, 4)));
}

TEST_F(PacketBatcher, KnowsTheNumbersThatPipelinesBeforeHaveUsed) {
  batcher.set_items(pipeline_after({7, 5}));
  frame(1);
  batcher.set_items(nullptr);
  EXPECT_EQ(batcher.used_numbers().stream, 8u);
  EXPECT_EQ(batcher.used_numbers().seq, 5u);
}

} // namespace
} // namespace remora::worker::test
