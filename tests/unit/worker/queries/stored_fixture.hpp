#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.hpp"
#include "worker/queries/traffic_queries.hpp"

namespace remora::worker::test {

inline timestamp at_second(std::int64_t seconds) { return from_unix_ns(seconds * 1'000'000'000); }

/// Real stores in a folder of their own.
class Stored : public ::testing::Test {
 protected:
  Stored() {
    traffic::item_store_options of_items;
    of_items.log.folder = folder.path() / "items";
    of_items.log.size = mib(64);
    of_items.log.segment = mib(16);
    auto opened = traffic::item_store::open(of_items, at_second(1000));
    EXPECT_TRUE(opened) << opened.error().message;
    items = *std::move(opened);
    traffic::stream_store_options of_streams;
    of_streams.log.folder = folder.path() / "streams";
    of_streams.log.size = mib(64);
    auto streams_opened = traffic::stream_store::open(of_streams, at_second(1000));
    EXPECT_TRUE(streams_opened) << streams_opened.error().message;
    streams = *std::move(streams_opened);
  }

  static std::string id_of(std::uint64_t stream) {
    return "10.0.0.1:30001/" +
           (std::string(12, '0') + std::to_string(stream)).substr(std::to_string(stream).size()) + ".pcap-0";
  }
  /// An item of stream `number` at that second.
  void add(std::uint64_t number, nlohmann::json more = nlohmann::json::object()) {
    nlohmann::json document{{"id", id_of(number)}, {"n", number}};
    document.update(more);
    const auto text = document.dump();
    traffic::stored_item what;
    what.seq = number;
    what.stream = number;
    what.time = at_second(static_cast<std::int64_t>(number));
    what.protocol = "http";
    what.json = text;
    EXPECT_EQ(items->append(what), std::nullopt);
    EXPECT_TRUE(items->flush(at_second(1000)));
  }
  void add_packet(std::uint64_t stream, std::int64_t second, const std::string& content) {
    const std::vector<std::uint8_t> bytes{content.begin(), content.end()};
    traffic::frame packet;
    packet.time = at_second(second);
    packet.wire_length = static_cast<std::uint32_t>(bytes.size());
    packet.link = traffic::link_type::ethernet;
    packet.bytes = {bytes.data(), bytes.size()};
    EXPECT_EQ(streams->append(stream, packet), std::nullopt);
    EXPECT_TRUE(streams->flush(at_second(1000)));
  }

  search_tools tools() { return {items.get(), &compiled, &macros, &screen}; }
  protocol::item_query question(std::string query = {}) const {
    protocol::item_query out;
    out.id = 1;
    out.query = std::move(query);
    out.now = at_second(500);
    return out;
  }
  /// The "n" of each item.
  static std::vector<int> numbers(const protocol::item_page& page) {
    EXPECT_EQ(page.error, "");
    std::vector<int> out;
    for (const auto& each : page.items)
      out.push_back(nlohmann::json::parse(each.json).value("n", -1));
    return out;
  }

  remora::test::temporary_folder folder;
  std::unique_ptr<traffic::item_store> items;
  std::unique_ptr<traffic::stream_store> streams;
  filter::query_cache compiled;
  filter::current_macros macros;
  open_screen screen;
};

/// Takes answers from the threads of queries.
class answers {
 public:
  std::function<void(protocol::message)> taker() {
    return [this](protocol::message what) {
      {
        const std::lock_guard held{mutex_};
        waiting_.push_back(std::move(what));
      }
      changed_.notify_one();
    };
  }
  /// The next answer; waits for it.
  template <class Message>
  Message next() {
    std::unique_lock held{mutex_};
    if (!changed_.wait_for(held, std::chrono::seconds{30}, [this] { return !waiting_.empty(); })) {
      ADD_FAILURE() << "no answer";
      return {};
    }
    auto what = std::move(waiting_.front());
    waiting_.pop_front();
    const auto* one = std::get_if<Message>(&what);
    if (one == nullptr) {
      ADD_FAILURE() << "another message: " << protocol::facts(what).type;
      return {};
    }
    return *one;
  }
  bool is_empty() {
    const std::lock_guard held{mutex_};
    return waiting_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<protocol::message> waiting_;
};

} // namespace remora::worker::test
