#include "traffic/store/item_store.hpp"

#include <nlohmann/json.hpp>

#include "protocol/item/json_writer.hpp"
#include "tests/support/sample_items.hpp"
#include "tests/unit/traffic/store/log_fixture.hpp"

namespace remora::traffic::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ItemStore : public ::testing::Test {
 protected:
  ItemStore() {
    options.log.folder = folder.path() / "items";
    options.log.size = kib(64);
    options.log.segment = kib(4);
    open();
  }
  void open() {
    store.reset();
    auto opened = item_store::open(options, at_second(1000));
    ASSERT_TRUE(opened) << opened.error().message;
    store = *std::move(opened);
  }
  void add(std::uint64_t seq, const std::string& json) {
    stored_item what;
    what.seq = seq;
    what.stream = seq + 100;
    what.index = 3;
    what.time = at_second(static_cast<std::int64_t>(seq));
    what.protocol = "http";
    what.json = json;
    EXPECT_EQ(store->append(what), std::nullopt);
  }
  void flush() { ASSERT_TRUE(store->flush(at_second(1000))); }
  void fill(std::uint64_t count) {
    for (std::uint64_t i = 1; i <= count; ++i) {
      add(i, "{\"n\":\"" + std::to_string(i) + std::string(100, 'x') + "\"}");
      if (i % 10 == 0) flush();
    }
    flush();
  }
  std::optional<std::string> json_of(const std::string& id) const {
    std::optional<std::string> found;
    const auto done = store->find(id, [&](const stored_item& each) { found = std::string{each.json}; });
    EXPECT_EQ(done.has_value(), found.has_value());
    if (!done) {
      EXPECT_EQ(done.error(), errc::not_found);
    }
    return found;
  }
  std::vector<std::uint64_t> page_of(scan_order order, std::optional<std::uint64_t> cursor,
                                     std::uint64_t limit) {
    std::vector<std::uint64_t> found;
    const auto done = store->scan(order, cursor, limit, [&](const stored_item& each) {
      found.push_back(each.seq);
      return true;
    });
    EXPECT_TRUE(done);
    if (done) page = *done;
    return found;
  }

  remora::test::temporary_folder folder;
  item_store_options options;
  std::unique_ptr<item_store> store;
  scan_page page;
};

TEST_F(ItemStore, KeepsAnItemAsItsJson) {
  const auto item = sample_item();
  EXPECT_EQ(store->append(item), std::nullopt);
  flush();
  EXPECT_EQ(json_of(item_id(item)), to_json(members_of(item)));
  EXPECT_EQ(nlohmann::json::parse(*json_of(item_id(item)))["seq"], 7);
}

TEST_F(ItemStore, KeepsTheFieldsAnItemIsFoundBy) {
  const auto item = sample_item();
  EXPECT_EQ(store->append(item), std::nullopt);
  flush();
  ASSERT_TRUE(store->find(item_id(item), [&](const stored_item& each) {
    EXPECT_EQ(each.seq, item.seq);
    EXPECT_EQ(each.stream, item.stream);
    EXPECT_EQ(each.index, item.index);
    EXPECT_EQ(each.time, item.time);
    EXPECT_EQ(each.protocol, item.protocol->name);
  }));
}

TEST_F(ItemStore, FindsOnlyWhatAnIdNames) {
  add(1, "one");
  flush();
  EXPECT_EQ(json_of("10.1.0.7:30001/000000000101.pcap-3"), "one");
  for (const auto* id : {"w/000000000101.pcap-4", "w/000000000102.pcap-3", "w/000000000101_tls.pcap-3",
                         "w/101.pcap-3", "w/000000000101.pcap-03", "w/000000000101.pcap-", "", "/", "-3",
                         "w/99999999999999999999999.pcap-3", "w/000000000101.pcap-3/"})
    EXPECT_EQ(json_of(id), std::nullopt) << id;
}

TEST_F(ItemStore, FindsTheLastItemOfAnId) {
  add(1, "first");
  add(1, "changed");
  flush();
  EXPECT_EQ(json_of("w/000000000101.pcap-3"), "changed");
  fill(60); // in other files, the first of them under the same id
  EXPECT_NE(json_of("w/000000000101.pcap-3"), "changed");
}

TEST_F(ItemStore, ScansFromTheOldestInPages) {
  fill(100);
  std::vector<std::uint64_t> all;
  std::optional<std::uint64_t> cursor;
  do {
    const auto found = page_of(scan_order::oldest_first, cursor, 7);
    all.insert(all.end(), found.begin(), found.end());
    cursor = page.cursor;
  } while (page.has_more);
  std::vector<std::uint64_t> expected(100);
  for (std::uint64_t i = 0; i < 100; ++i)
    expected[i] = i + 1;
  EXPECT_EQ(all, expected);
}

TEST_F(ItemStore, ScansFromTheNewestInPages) {
  fill(100);
  std::vector<std::uint64_t> all;
  std::optional<std::uint64_t> cursor;
  do {
    const auto found = page_of(scan_order::newest_first, cursor, 7);
    all.insert(all.end(), found.begin(), found.end());
    cursor = page.cursor;
  } while (page.has_more);
  std::vector<std::uint64_t> expected(100);
  for (std::uint64_t i = 0; i < 100; ++i)
    expected[i] = 100 - i;
  EXPECT_EQ(all, expected);
}

TEST_F(ItemStore, SaysThatThereIsNoMoreWhenALimitIsMetExactly) {
  fill(10);
  for (const auto order : {scan_order::newest_first, scan_order::oldest_first}) {
    EXPECT_EQ(page_of(order, std::nullopt, 10).size(), 10u);
    EXPECT_FALSE(page.has_more);
    EXPECT_EQ(page_of(order, std::nullopt, 9).size(), 9u);
    EXPECT_TRUE(page.has_more);
  }
}

TEST_F(ItemStore, EndsAScanWhenTheVisitorHasEnough) {
  fill(10);
  const auto done = store->scan(scan_order::oldest_first, std::nullopt, 10,
                                [](const stored_item& each) { return each.seq < 4; });
  ASSERT_TRUE(done);
  EXPECT_EQ(done->items, 4u);
  EXPECT_TRUE(done->has_more);
}

TEST_F(ItemStore, GoesOnBehindACursorWhoseItemIsGone) {
  fill(10);
  ASSERT_EQ(page_of(scan_order::oldest_first, std::nullopt, 3).size(), 3u);
  const auto cursor = page.cursor;
  fill(2000);
  const auto found = page_of(scan_order::oldest_first, cursor, 1);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_GT(found[0], 10u);
  EXPECT_THAT(page_of(scan_order::newest_first, cursor, 5), IsEmpty());
}

TEST_F(ItemStore, KeepsItsItemsOverARestart) {
  fill(30);
  ASSERT_EQ(page_of(scan_order::newest_first, std::nullopt, 5).size(), 5u);
  const auto cursor = page.cursor;
  open();
  EXPECT_THAT(page_of(scan_order::newest_first, cursor, 3), ElementsAre(25, 24, 23));
  EXPECT_TRUE(json_of("w/000000000117.pcap-3"));
  EXPECT_EQ(store->last_seq(), 30u);
  EXPECT_EQ(store->last_stream(), 130u);
}

TEST_F(ItemStore, KeepsItsIndexBelowItsLimit) {
  options.index_entries = 40;
  open();
  for (std::uint64_t i = 1; i <= 200; ++i) {
    add(i, std::string(300, 'x'));
    flush();
  }
  EXPECT_LE(store->counters().kept, 40u);
  EXPECT_TRUE(json_of("w/000000000300.pcap-3"));
  EXPECT_FALSE(json_of("w/000000000101.pcap-3"));
}

} // namespace
} // namespace remora::traffic::test
