#include "worker/node/node_server.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/unit/http/client.hpp"

namespace remora::worker::test {
namespace {

using ::testing::HasSubstr;

class NodeServer : public ::testing::Test {
 protected:
  node_routes_parts parts() {
    node_routes_parts out;
    out.view = [] {
      node_view view;
      view.stats.packets = 7;
      return view;
    };
    out.not_ready = [this] { return reasons_; };
    out.is_healthy = [this] { return healthy_.load(); };
    out.software = "1.2";
    return out;
  }
  static http::server_options listening(const std::string& where) {
    http::server_options out;
    out.listen = where;
    return out;
  }
  static std::uint16_t port_of(const node_server& server) {
    const std::string url = server.url().value_or("http://nowhere:0");
    return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  }
  static http::test::answer ask(const node_server& server, const std::string& path) {
    return http::test::client{port_of(server)}.ask(http::test::get(path));
  }

  std::vector<std::string> reasons_;
  std::atomic<bool> healthy_{true};
};

TEST_F(NodeServer, ServesTheNumbersOfTheNodeAndItsOwn) {
  node_server server{listening("127.0.0.1:0"), parts()};
  ASSERT_TRUE(server.open());
  const auto page = ask(server, "/metrics");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("\nkubeshark_received_packets_total 7\n"));
  EXPECT_THAT(page.body, HasSubstr("\nremora_worker_info{version=\"1.2\"} 1\n"));
  EXPECT_THAT(page.body, HasSubstr("\nremora_http_requests_total 1\n"));
}

TEST_F(NodeServer, IsAliveAsLongAsTheNodeMoves) {
  node_server server{listening("127.0.0.1:0"), parts()};
  ASSERT_TRUE(server.open());
  EXPECT_EQ(ask(server, "/livez").status, 200U);
  healthy_ = false;
  EXPECT_EQ(ask(server, "/livez").status, 503U);
}

TEST_F(NodeServer, IsReadyOrSaysWhyNot) {
  reasons_ = {"1 of 2 scripts are being loaded"};
  node_server server{listening("127.0.0.1:0"), parts()};
  ASSERT_TRUE(server.open());
  const auto refused = ask(server, "/readyz");
  EXPECT_EQ(refused.status, 503U);
  EXPECT_THAT(refused.body, HasSubstr("1 of 2 scripts are being loaded"));
  reasons_.clear();
  EXPECT_EQ(ask(server, "/readyz").body, "ok\n");
}

TEST_F(NodeServer, HasNothingThatNeedsARole) {
  const http::router all = make_node_routes(parts());
  for (const auto& route : all.routes()) {
    EXPECT_EQ(route.needs, http::access::none)
        << route.path << ": there are no tokens that could be asked for";
    EXPECT_EQ(route.verb, http::method::get) << route.path;
  }
}

TEST_F(NodeServer, MayListenForOthersWithoutTokens) {
  node_server server{listening("0.0.0.0:0"), parts()};
  ASSERT_TRUE(server.open());
  EXPECT_EQ(ask(server, "/metrics").status, 200U);
}

TEST_F(NodeServer, AnswersToItsNamesAlone) {
  auto options = listening("127.0.0.1:0");
  options.names = {"node-1"};
  node_server server{std::move(options), parts()};
  ASSERT_TRUE(server.open());
  const auto from = [&](const std::string& host) {
    return http::test::client{port_of(server)}.ask("GET /livez HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  EXPECT_EQ(from("node-1:49100").status, 200U);
  const auto refused = from("evil.example");
  EXPECT_EQ(refused.status, 403U);
  EXPECT_THAT(refused.body, HasSubstr("worker.metrics.names"));
}

TEST_F(NodeServer, WaitsForAPortThatAnotherHas) {
  auto first = std::make_unique<node_server>(listening("127.0.0.1:0"), parts());
  ASSERT_TRUE(first->open());
  node_server second{listening("127.0.0.1:" + std::to_string(port_of(*first))), parts()};
  EXPECT_TRUE(second.open()) << "a node that nobody watches is better than none";
  second.look();
  EXPECT_EQ(second.url(), std::nullopt);
  first->stop();
  second.look();
  ASSERT_TRUE(second.url());
  EXPECT_EQ(ask(second, "/livez").status, 200U);
}

TEST_F(NodeServer, DoesNotWaitForAnAddressThatIsNotThisMachines) {
  node_server server{listening("192.0.2.1:0"), parts()};
  const auto failed = server.open();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error(), errc::invalid_config);
  EXPECT_THAT(failed.error().message, HasSubstr("worker.metrics.listen"));
}

TEST_F(NodeServer, AnswersNobodyOnceItIsStopped) {
  node_server server{listening("127.0.0.1:0"), parts()};
  ASSERT_TRUE(server.open());
  server.stop();
  server.look();
  EXPECT_THROW(ask(server, "/livez"), std::runtime_error) << "nobody listens";
}

} // namespace
} // namespace remora::worker::test
