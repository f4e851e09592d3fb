#include "tests/unit/traffic/store/stream_fixture.hpp"

namespace remora::traffic::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(StreamStore, GivesBackThePacketsOfOneStreamAsTheyWereCaptured) {
  const auto first = packet(1, "first");
  const auto other = packet(2, "other");
  const auto second = packet(-3, std::string{"a\0b", 3}, link_type::linux_sll2);
  add(42, first);
  add(7, other);
  add(42, second);
  flush();
  EXPECT_THAT(read(42), ElementsAre(first, second));
  EXPECT_THAT(read(7), ElementsAre(other));
  EXPECT_THAT(read(8), IsEmpty());
}

TEST_F(StreamStore, FindsAPacketOnceItWasFlushed) {
  add(1, packet(1, "x"));
  EXPECT_FALSE(store->contains(1));
  flush();
  EXPECT_TRUE(store->contains(1));
}

TEST_F(StreamStore, ListsItsStreamsOverAllFiles) {
  for (int i = 0; i < 100; ++i) {
    add(3, packet(1000 - i, std::string(90, 'x')));
    add(1, packet(i, "yy"));
  }
  flush();
  ASSERT_GT(store_files(options.log.folder).size(), 2u);
  const auto list = store->streams();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].number, 1u);
  EXPECT_EQ(list[0].packets, 100u);
  EXPECT_EQ(list[0].bytes, 200u);
  EXPECT_EQ(list[1].number, 3u);
  EXPECT_EQ(list[1].bytes, 9000u);
  EXPECT_EQ(to_unix_ns(list[1].first), 901);
  EXPECT_EQ(to_unix_ns(list[1].last), 1000);
}

TEST_F(StreamStore, KnowsItsStreamsAgainAfterARestart) {
  for (int i = 0; i < 100; ++i)
    add(static_cast<std::uint64_t>(i % 5 + 1), packet(i, "packet " + std::to_string(i)));
  flush();
  const auto before = read(4);
  open();
  EXPECT_EQ(read(4), before);
  EXPECT_EQ(store->streams().size(), 5u);
  EXPECT_EQ(store->last_stream(), 5u) << "where numbering has to go on";
}

TEST_F(StreamStore, ForgetsAStreamWithItsLastPacket) {
  add(1, packet(1, "old"));
  for (int i = 0; i < 200; ++i) {
    add(2, packet(i, std::string(900, 'x')));
    flush();
  }
  EXPECT_FALSE(store->contains(1));
  EXPECT_THAT(read(1), IsEmpty());
  EXPECT_EQ(read(2).size(), store->counters().kept);
}

TEST_F(StreamStore, KeepsItsIndexBelowItsLimit) {
  options.index_entries = 30;
  open();
  for (std::uint64_t i = 1; i <= 300; ++i) {
    add(i, packet(1, "x"));
    flush();
    EXPECT_LE(store->streams().size(), 30u);
  }
  EXPECT_TRUE(store->contains(300));
  EXPECT_GT(store->counters().deleted.at(static_cast<std::size_t>(segment_end::index)), 0u);
}

TEST_F(StreamStore, CountsAPacketThatIsTooLarge) {
  const std::vector<std::uint8_t> bytes(5000);
  frame given;
  given.bytes = {bytes.data(), bytes.size()};
  EXPECT_EQ(store->append(1, given), append_drop::too_large);
}

TEST_F(StreamStore, FindsPacketsOfSeveralStreamsInTheOrderOfTheirTimes) {
  add(1, packet(30, "c"));
  add(2, packet(10, "a"));
  add(3, packet(15, "not asked for"));
  add(1, packet(20, "b"));
  add(2, packet(20, "b too"));
  flush();
  const auto places = store->find({1, 2}, 10);
  ASSERT_TRUE(places);
  std::vector<std::string> found;
  const auto missing = store->read(*places, [&](const frame& each) {
    found.push_back(keeping::copy(each).bytes);
    return true;
  });
  EXPECT_THAT(found, ElementsAre("a", "b", "b too", "c"));
  EXPECT_EQ(missing, 0u);
}

TEST_F(StreamStore, SaysHowManyPacketsWereDeletedWhileTheyWereRead) {
  add(1, packet(1, "gone"));
  flush();
  const auto places = store->find({1}, 10);
  ASSERT_TRUE(places);
  for (int i = 0; i < 200; ++i) {
    add(2, packet(i, std::string(900, 'x')));
    flush();
  }
  EXPECT_EQ(store->read(*places, [](const frame&) { return true; }), 1u);
}

TEST_F(StreamStore, RefusesToCollectMorePacketsThanAllowed) {
  for (int i = 0; i < 5; ++i)
    add(1, packet(i, "x"));
  flush();
  EXPECT_TRUE(store->find({1}, 5));
  const auto refused = store->find({1}, 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::too_large);
}

} // namespace
} // namespace remora::traffic::test
