#include "worker/node/node.hpp"

#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>

#include "../conductor_fixture.hpp"
#include "node_doubles.hpp"
#include "tests/support/tcp_conversation.hpp"

namespace remora::worker::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

/// A node with real threads and sockets, over packets of the test's own, without a hub.
class Node : public ::testing::Test {
 protected:
  Node() {
    options_.name = node_name;
    options_.software = "test";
    options_.data = folder_.path();
    options_.link.hub = "127.0.0.1:1"; // nobody listens there
    options_.link.name = node_name;
    options_.link.insecure = true;
  }

  result<std::unique_ptr<node>> start() {
    return node::start(options_, []() -> result<std::unique_ptr<traffic::packet_source>> {
      auto source = std::make_unique<fake_source>(std::vector<std::int64_t>{1, 2, 3});
      source->never_ends = true;
      return std::unique_ptr<traffic::packet_source>{std::move(source)};
    });
  }

  /// Starts it over the packets of one HTTP conversation, and ends it when an item was made of them.
  void see_a_conversation() {
    remora::test::tcp_conversation talk;
    auto packets = talk.handshake();
    packets.push_back(talk.data(remora::test::side::client, remora::test::text("GET /a HTTP/1.1\r\n\r\n")));
    packets.push_back(talk.data(remora::test::side::server,
                                remora::test::text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
    auto running = node::start(options_, [&]() -> result<std::unique_ptr<traffic::packet_source>> {
      auto source = std::make_unique<fake_source>(std::vector<std::int64_t>{1, 2, 3, 4, 5});
      source->contents = packets;
      source->never_ends = true;
      return std::unique_ptr<traffic::packet_source>{std::move(source)};
    });
    ASSERT_TRUE(running) << running.error().message;
    for (int i = 0; i < 10'000'000 && (*running)->view().items.dissected.items == 0; ++i)
      std::this_thread::yield();
    EXPECT_EQ((*running)->view().items.dissected.pairs, 1u);
    EXPECT_TRUE((*running)->stop());
  }

  remora::test::temporary_folder folder_;
  node_options options_;
};

TEST_F(Node, KeepsPacketsAndItemsAndNumbersThemOnOverARestart) {
  options_.store = traffic_store_options{};
  options_.store->folder = folder_ / "traffic";
  see_a_conversation();
  see_a_conversation();
  const auto left = traffic_store::open(*options_.store, wall_now());
  ASSERT_TRUE(left) << left.error().message;
  std::vector<std::string> items;
  ASSERT_TRUE((*left)->items().scan(traffic::scan_order::oldest_first, std::nullopt, 10,
                                    [&](const traffic::stored_item& each) {
                                      items.emplace_back(each.json);
                                      return true;
                                    }));
  EXPECT_THAT(items, ElementsAre(AllOf(HasSubstr(R"("seq":1,)"), HasSubstr("000000000001.pcap-0"),
                                       HasSubstr(R"("hasPcap":true)")),
                                 AllOf(HasSubstr(R"("seq":2,)"), HasSubstr("000000000002.pcap-0"))));
  for (const auto& stream : (*left)->streams().streams())
    EXPECT_EQ(stream.packets, 5u) << stream.number;
  EXPECT_EQ((*left)->used().stream, 2u);
}

TEST_F(Node, RunsWithoutAStoreThatCannotBeOpened) {
  options_.store = traffic_store_options{};
  options_.store->folder = "/proc/no-such-folder";
  auto running = start();
  ASSERT_TRUE(running) << running.error().message;
  EXPECT_FALSE((*running)->view().store);
  EXPECT_TRUE((*running)->stop());
}

TEST_F(Node, EndsWithoutAHub) {
  auto running = start();
  ASSERT_TRUE(running) << running.error().message;
  EXPECT_TRUE((*running)->stop());
  EXPECT_EQ((*running)->failure(), std::nullopt);
}

TEST_F(Node, RunsItsLastDeploymentAndKeepsWhatComesOfItForTheHub) {
  ASSERT_TRUE(deployment_file{folder_ / "deployment"}.save(
      deployment_of(4, {{"a", "function onPacketCaptured() {} console.log('kept');"}})));
  auto running = start();
  ASSERT_TRUE(running) << running.error().message;
  for (int i = 0; i < 10'000 && (*running)->view().spool.waiting_records == 0; ++i)
    std::this_thread::yield();
  EXPECT_TRUE((*running)->stop());
  EXPECT_EQ((*running)->view().uplink.generation, 4U);
  running->reset();

  spool_settings spool;
  spool.folder = folder_.path();
  auto left = record_spool::open(spool);
  ASSERT_TRUE(left);
  const auto batch = (*left)->next_batch();
  ASSERT_TRUE(batch);
  const auto* lines = std::get_if<protocol::console_lines>(&batch->what);
  ASSERT_NE(lines, nullptr);
  EXPECT_EQ(lines->lines.front().line.text, "kept");
}

TEST_F(Node, IsNotReadyBeforeItHasADeployment) {
  auto running = start();
  ASSERT_TRUE(running) << running.error().message;
  EXPECT_THAT((*running)->not_ready(), ElementsAre(HasSubstr("the hub was not reached")));
  EXPECT_TRUE((*running)->stop());
}

TEST_F(Node, IsReadyOnceItsLastDeploymentRunsAlsoWithoutAHub) {
  ASSERT_TRUE(deployment_file{folder_ / "deployment"}.save(deployment_of(4, {{"a", "var a;"}, {"b", "!"}})));
  auto running = start();
  ASSERT_TRUE(running) << running.error().message;
  for (int i = 0; i < 10'000'000 && !(*running)->not_ready().empty(); ++i)
    std::this_thread::yield();
  EXPECT_THAT((*running)->not_ready(), IsEmpty());
  EXPECT_THAT((*running)->view().uplink.scripts, ElementsAre(Pair("a", true), Pair("b", false)));
  EXPECT_TRUE((*running)->stop());
}

TEST_F(Node, DoesNotShareItsDataWithAnother) {
  auto one = start();
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(start().error(), errc::store_in_use);
  EXPECT_TRUE((*one)->stop());
}

TEST_F(Node, DoesNotStartWithoutACapture) {
  const auto failed = node::start(options_, []() -> result<std::unique_ptr<traffic::packet_source>> {
    return fail(errc::permission_denied, "no");
  });
  EXPECT_EQ(failed.error(), errc::permission_denied);
}

TEST_F(Node, DoesNotStartWithAnAddressThatIsNone) {
  options_.link.hub = "nonsense";
  EXPECT_EQ(start().error(), errc::invalid_config);
}

// ---- whether it is ready

TEST_F(Node, KeepsTheFilesOfScriptsInItsDataFolder) {
  ASSERT_TRUE(deployment_file{folder_ / "deployment"}.save(
      deployment_of(4, {{"a", "file.append('x', 'loaded.');"}})));
  for (int life = 1; life <= 2; ++life) {
    auto running = start();
    ASSERT_TRUE(running) << running.error().message;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while ((*running)->view().uplink.running_scripts == 0 && std::chrono::steady_clock::now() < give_up)
      std::this_thread::yield();
    EXPECT_TRUE((*running)->stop());
  }
  std::ifstream in{folder_ / "script-files/a/x"};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{in}, {}}), "loaded.loaded.");
}

TEST(ReasonsNotReady, AreNoneForAHubThatIsAway) {
  uplink_view uplink;
  uplink.generation = 3;
  EXPECT_THAT(reasons_not_ready(uplink, true), IsEmpty());
}

TEST(ReasonsNotReady, SayWhoseFaultItIsThatThereIsNoDeployment) {
  uplink_view uplink;
  EXPECT_THAT(reasons_not_ready(uplink, true), ElementsAre(HasSubstr("the hub was not reached")));
  uplink.welcome = true;
  EXPECT_THAT(reasons_not_ready(uplink, true), ElementsAre(HasSubstr("the hub has none")));
}

TEST(ReasonsNotReady, SayHowManyScriptsAreBeingLoaded) {
  uplink_view uplink;
  uplink.generation = 3;
  uplink.loading_scripts = 1;
  uplink.scripts = {{"a", true}, {"b", false}};
  EXPECT_THAT(reasons_not_ready(uplink, true), ElementsAre("1 of 2 scripts are being loaded"));
}

TEST(ReasonsNotReady, SayThatTheCaptureIsLost) {
  uplink_view uplink;
  uplink.generation = 3;
  EXPECT_THAT(reasons_not_ready(uplink, false), ElementsAre(HasSubstr("the capture is lost")));
}

} // namespace
} // namespace remora::worker::test
