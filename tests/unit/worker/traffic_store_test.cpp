#include "worker/traffic_store.hpp"

#include <future>
#include <vector>

#include <gmock/gmock.h>

#include "protocol/item/json_writer.hpp"
#include "tests/support/sample_items.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;

class TrafficStore : public ::testing::Test {
 protected:
  TrafficStore() {
    options.folder = folder / "traffic";
    options.streams_size = options.items_size = mib(1);
    open();
  }
  void open() {
    store.reset();
    auto opened = traffic_store::open(options, wall_now());
    ASSERT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
  }
  static item_batch_ptr one_item(std::uint64_t seq) {
    item_batch made;
    made.push_back(sample_item());
    made.back().seq = seq;
    return std::make_shared<const item_batch>(std::move(made));
  }
  std::vector<std::uint64_t> stored() const {
    std::vector<std::uint64_t> out;
    EXPECT_TRUE(store->items().scan(traffic::scan_order::oldest_first, std::nullopt, 1000,
                                    [&](const traffic::stored_item& each) {
                                      out.push_back(each.seq);
                                      return true;
                                    }));
    return out;
  }
  void keep_packet(std::uint64_t stream, const std::string& content) {
    const std::vector<std::uint8_t> bytes{content.begin(), content.end()};
    traffic::frame packet;
    packet.time = wall_now();
    packet.wire_length = static_cast<std::uint32_t>(bytes.size());
    packet.link = traffic::link_type::ethernet;
    packet.bytes = {bytes.data(), bytes.size()};
    store->keep(stream, packet);
  }

  remora::test::temporary_folder folder;
  traffic_store_options options;
  std::unique_ptr<traffic_store> store;
};

TEST_F(TrafficStore, FindsWhatWasKeptOnceItHasSettled) {
  const auto kept = one_item(4);
  store->keep(kept);
  keep_packet(9, "packet");
  store->settle();
  EXPECT_THAT(stored(), ElementsAre(4));
  std::string json;
  ASSERT_TRUE(store->items().find(item_id(kept->front()),
                                  [&](const traffic::stored_item& found) { json = found.json; }));
  EXPECT_EQ(json, to_json(members_of(kept->front())));
  EXPECT_TRUE(store->streams().contains(9));
}

TEST_F(TrafficStore, WritesWhatWaitsBeforeItGoes) {
  store->keep(one_item(1));
  keep_packet(2, "packet");
  open();
  EXPECT_THAT(stored(), ElementsAre(1));
  EXPECT_TRUE(store->streams().contains(2));
}

TEST_F(TrafficStore, KnowsTheNumbersThatAreUsedUpAfterARestart) {
  store->keep(one_item(77));
  keep_packet(5'000, "packet");
  open();
  EXPECT_EQ(store->used().seq, 77u);
  EXPECT_EQ(store->used().stream, 5'000u);
}

TEST_F(TrafficStore, TellsItsTapOfEachItemWithItsJson) {
  std::vector<std::string> told;
  const auto kept = one_item(3);
  store->tap([&](const item& what, std::string_view json) {
    EXPECT_EQ(what.seq, 3u);
    told.emplace_back(json);
  });
  store->keep(kept);
  store->settle();
  store->tap(nullptr);
  store->keep(one_item(4));
  store->settle();
  EXPECT_THAT(told, ElementsAre(to_json(members_of(kept->front()))));
}

TEST_F(TrafficStore, DropsAndCountsItemsThatItIsTooBusyFor) {
  options.waiting = {1};
  open();
  std::promise<void> busy;
  std::promise<void> go_on;
  store->tap([&](const item& what, std::string_view) {
    if (what.seq != 1) return;
    busy.set_value();
    go_on.get_future().wait();
  });
  store->keep(one_item(1));
  busy.get_future().wait();
  store->keep(one_item(2));
  EXPECT_EQ(store->view().dropped_items, 1u);
  EXPECT_GT(store->view().waiting_bytes, 0u);
  go_on.set_value();
  store->settle();
  store->keep(one_item(3));
  store->settle();
  EXPECT_THAT(stored(), ElementsAre(1, 3));
  EXPECT_EQ(store->view().waiting_bytes, 0u);
}

TEST_F(TrafficStore, IsOpenedByOneAtATime) {
  EXPECT_EQ(traffic_store::open(options, wall_now()).error(), errc::store_in_use);
}

} // namespace
} // namespace remora::worker::test
