#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/daemon/hub_node.hpp"
#include "http/http_server.hpp"
#include "hub/api/routes/api_routes.hpp"
#include "hub/running_hub.hpp"
#include "tests/unit/cli/cli_fixture.hpp"
#include "worker/node/no_packets.hpp"
#include "worker/node/node.hpp"

// From the stores of two nodes to what a person sees, over real sockets: hub, nodes, API and commands in one
// process.
namespace remora::cli::test {
namespace {

using ::testing::HasSubstr;

timestamp at_second(std::int64_t seconds) { return from_unix_ns(seconds * 1'000'000'000); }

/// What a node keeps, and the node.
class storing_node {
 public:
  storing_node(std::string name, bool stores, const std::string& hub) : name_{std::move(name)} {
    if (stores) open_stores();
    worker::node_options options;
    options.name = name_;
    options.software = "test";
    options.data = folder_ / "data";
    options.link.hub = hub;
    options.link.name = name_;
    options.link.insecure = true;
    options.stored = worker::stored_traffic{items_.get(), streams_.get()};
    auto started = worker::node::start(options, []() -> result<std::unique_ptr<traffic::packet_source>> {
      return std::make_unique<worker::no_packets>();
    });
    EXPECT_TRUE(started) << started.error().message;
    node_ = *std::move(started);
  }
  ~storing_node() { EXPECT_TRUE(node_->stop()); }
  storing_node(const storing_node&) = delete;
  storing_node& operator=(const storing_node&) = delete;

  std::string id_of(int second) const {
    return name_ + ":30001/" + std::to_string(100'000'000'000 + second).replace(0, 1, "0") + ".pcap-0";
  }
  void add(int second, const std::string& path) {
    const nlohmann::json document{{"id", id_of(second)},
                                  {"startTime", to_rfc3339(at_second(second))},
                                  {"protocol", {{"abbr", "HTTP"}}},
                                  {"src", {{"ip", "10.0.0.1"}, {"port", "1"}, {"name", "client"}}},
                                  {"dst", {{"ip", "10.0.0.2"}, {"port", "80"}, {"name", ""}}},
                                  {"request", {{"method", "GET"}, {"path", path}}},
                                  {"response", {{"status", 200}}},
                                  {"elapsedTime", 1500}};
    const std::string text = document.dump();
    traffic::stored_item what;
    what.seq = what.stream = static_cast<std::uint64_t>(second);
    what.time = at_second(second);
    what.protocol = "http";
    what.json = text;
    EXPECT_EQ(items_->append(what), std::nullopt);
    EXPECT_TRUE(items_->flush(wall_now()));
    const std::string bytes = std::string(12, '\0') + "\x08" + name_ + " packet " + std::to_string(second);
    const std::vector<std::uint8_t> octets{bytes.begin(), bytes.end()};
    traffic::frame packet;
    packet.time = what.time;
    packet.wire_length = static_cast<std::uint32_t>(octets.size());
    packet.link = traffic::link_type::ethernet;
    packet.bytes = {octets.data(), octets.size()};
    EXPECT_EQ(streams_->append(what.stream, packet), std::nullopt);
    EXPECT_TRUE(streams_->flush(wall_now()));
  }

 private:
  void open_stores() {
    traffic::item_store_options of_items;
    of_items.log.folder = folder_ / "items";
    of_items.log.size = mib(4);
    items_ = traffic::item_store::open(of_items, wall_now()).value();
    traffic::stream_store_options of_streams;
    of_streams.log.folder = folder_ / "streams";
    of_streams.log.size = mib(4);
    streams_ = traffic::stream_store::open(of_streams, wall_now()).value();
  }

  std::string name_;
  remora::test::temporary_folder folder_;
  std::unique_ptr<traffic::item_store> items_;
  std::unique_ptr<traffic::stream_store> streams_;
  std::unique_ptr<worker::node> node_;
};

class StoredTraffic : public CliTest {
 protected:
  StoredTraffic() {
    config::settings settings;
    settings.hub.data = hub_folder_.path();
    settings.filter.macros = {{"mine", "request.path == \"/mine\""}};
    settings.hub.link.listen = settings.hub.link.publish = "127.0.0.1:0";
    auto started = hub::running_hub::start(settings, {}, "test");
    EXPECT_TRUE(started) << started.error().message;
    hub_ = *std::move(started);
    http::server_options options;
    options.listen = "127.0.0.1:0";
    auto served = http::http_server::start(options, hub::make_api_routes(*hub_, {"test"}));
    EXPECT_TRUE(served) << served.error().message;
    api_ = *std::move(served);
    where_.environment["REMORA_HUB"] = api_->url();
  }
  ~StoredTraffic() override {
    api_->stop();
    nodes_.clear();
    hub_->stop();
  }

  storing_node& start_node(const std::string& name, bool stores = true) {
    nodes_.push_back(std::make_unique<storing_node>(name, stores, hub_->link_address()));
    while (hub_->nodes().value().size() < nodes_.size())
      std::this_thread::yield();
    return *nodes_.back();
  }

  /// Offsets of the blocks of this type in a pcapng file; fails where blocks do not follow each other.
  static std::size_t count_blocks(const std::string& file, std::uint32_t type) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < file.size();) {
      std::uint32_t is = 0;
      std::uint32_t length = 0;
      if (at + 12 > file.size()) {
        ADD_FAILURE() << "half a block at " << at;
        break;
      }
      std::memcpy(&is, file.data() + at, sizeof is);
      std::memcpy(&length, file.data() + at + 4, sizeof length);
      if (length < 12 || length > file.size() - at) {
        ADD_FAILURE() << "a block of " << length << " bytes at " << at;
        break;
      }
      count += is == type ? 1 : 0;
      at += length;
    }
    return count;
  }
  static std::string content_of(const std::string& name) {
    std::ifstream in{name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  remora::test::temporary_folder hub_folder_;
  std::unique_ptr<hub::running_hub> hub_;
  std::unique_ptr<http::http_server> api_;
  std::vector<std::unique_ptr<storing_node>> nodes_;
};

constexpr std::uint32_t section_header = 0x0A0D0D0A;
constexpr std::uint32_t enhanced_packet = 6;

TEST_F(StoredTraffic, IsListedAcrossNodesByTime) {
  auto& n1 = start_node("n1");
  auto& n2 = start_node("n2");
  n1.add(1, "/a");
  n2.add(2, "/b");
  n1.add(3, "/c");
  EXPECT_EQ(remora({"items"}), 0) << err();
  EXPECT_EQ(out(),
            "1970-01-01T00:00:01.000000000Z HTTP client:1 > 10.0.0.2:80 GET /a 200 1.5 ms\n"
            "1970-01-01T00:00:02.000000000Z HTTP client:1 > 10.0.0.2:80 GET /b 200 1.5 ms\n"
            "1970-01-01T00:00:03.000000000Z HTTP client:1 > 10.0.0.2:80 GET /c 200 1.5 ms\n");
  EXPECT_EQ(err(), "");
}

TEST_F(StoredTraffic, IsFilteredOnTheNodes) {
  auto& n1 = start_node("n1");
  for (int i = 1; i <= 20; ++i)
    n1.add(i, i % 2 == 0 ? "/even" : "/odd");
  EXPECT_EQ(remora({"items", "request.path == \"/even\"", "--limit", "3", "--json"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr(n1.id_of(20)));
  EXPECT_THAT(out(), HasSubstr(n1.id_of(16)));
  EXPECT_EQ(out().find("/odd"), std::string::npos);
}

TEST_F(StoredTraffic, IsFilteredWithTheMacrosOfTheHubsConfiguration) {
  auto& n1 = start_node("n1");
  n1.add(1, "/mine");
  n1.add(2, "/other");
  // The node learns of the macro with its deployment.
  while (remora({"items", "mine"}) == 0 && out().find("/mine") == std::string::npos)
    std::this_thread::yield();
  EXPECT_THAT(out(), HasSubstr("/mine"));
  EXPECT_EQ(out().find("/other"), std::string::npos);
}

TEST_F(StoredTraffic, IsPagedOverNodes) {
  auto& n1 = start_node("n1");
  auto& n2 = start_node("n2");
  for (int i = 1; i <= 1'100; ++i)
    (i % 3 == 0 ? n2 : n1).add(i, "/" + std::to_string(i));
  EXPECT_EQ(remora({"items", "--limit", "1100", "--json"}), 0) << err();
  std::istringstream lines{out()};
  int expected = 0;
  for (std::string line; std::getline(lines, line);)
    ASSERT_EQ(nlohmann::json::parse(line)["request"]["path"], "/" + std::to_string(++expected));
  EXPECT_EQ(expected, 1'100);
}

TEST_F(StoredTraffic, NamesTheNodeThatStoresNothing) {
  start_node("n1").add(1, "/a");
  start_node("n2", false);
  EXPECT_EQ(remora({"items"}), 0);
  EXPECT_THAT(out(), HasSubstr("/a"));
  EXPECT_THAT(err(), HasSubstr("items are missing: node n2: this node stores no items"));
  EXPECT_THAT(err(), HasSubstr("worker.items"));
}

TEST_F(StoredTraffic, ShowsWhereAFilterIsWrong) {
  start_node("n1");
  EXPECT_EQ(remora({"items", "htt ??? a : p"}), 1);
  EXPECT_THAT(err(), HasSubstr("1:5: unexpected token"));
}

TEST_F(StoredTraffic, BecomesOneCaptureFileWithASectionForEachNode) {
  auto& n1 = start_node("n1");
  auto& n2 = start_node("n2");
  n1.add(1, "/a");
  n1.add(2, "/other");
  n2.add(3, "/a");
  n2.add(4, "/a");
  EXPECT_EQ(remora({"pcap", "request.path == \"/a\"", "-w", "out.pcapng"}), 0) << err();
  const auto file = content_of("out.pcapng");
  EXPECT_EQ(count_blocks(file, section_header), 2U);
  EXPECT_EQ(count_blocks(file, enhanced_packet), 3U);
  EXPECT_THAT(file, HasSubstr("n1 packet 1"));
  EXPECT_THAT(file, HasSubstr("n2 packet 4"));
  EXPECT_EQ(file.find("n1 packet 2"), std::string::npos);
}

TEST_F(StoredTraffic, LeavesAnOldFileAloneWhenThereAreNoPackets) {
  start_node("n1").add(1, "/a");
  folder_.write("out.pcapng", "old");
  EXPECT_EQ(remora({"pcap", "request.path == \"/none\"", "-w", "out.pcapng"}), 1);
  EXPECT_THAT(err(), HasSubstr("no node has packets"));
  EXPECT_EQ(content_of("out.pcapng"), "old");
}

TEST_F(StoredTraffic, OfManyPacketsArrivesAsAWhole) {
  auto& n1 = start_node("n1");
  auto& n2 = start_node("n2");
  for (int i = 1; i <= 2'000; ++i)
    (i % 2 == 0 ? n1 : n2).add(i, "/" + std::string(500, 'x'));
  EXPECT_EQ(remora({"pcap", "-w", "-"}), 0) << err();
  EXPECT_EQ(count_blocks(out(), enhanced_packet), 2'000U);
}

} // namespace
} // namespace remora::cli::test
