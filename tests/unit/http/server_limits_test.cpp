#include <mutex>
#include <vector>

#include <gmock/gmock.h>

#include "http/health.hpp"
#include "served.hpp"

namespace remora::http {
namespace {

using namespace test;

// These tests wait for the other end to act, as long as it may take; none measures how long it took.

TEST(HttpLimits, CutsAClientThatDoesNotFinishItsHeaders) {
  auto options = on_a_free_port();
  options.header_time = std::chrono::milliseconds{50};
  const served server{only(livez_route()), options};
  auto silent = server.connect();
  EXPECT_TRUE(silent.is_closed_by_peer());
  auto slow = server.connect();
  slow.send("GET /livez HTTP/1.1\r\nHost:");
  EXPECT_TRUE(slow.is_closed_by_peer());
  EXPECT_TRUE(eventually([&] { return server->counters().connections_timed_out == 2; }));
}

TEST(HttpLimits, CutsAClientThatDoesNotFinishItsBody) {
  auto options = on_a_free_port();
  options.write_time = std::chrono::milliseconds{50};
  auto put =
      blocking_route(method::put, "/a", access::viewer, "", [](const request&) { return no_content(); });
  put.body = json_body("", 100);
  const served server{only(put), options};
  auto one = server.connect();
  one.send(
      "PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{");
  EXPECT_TRUE(one.is_closed_by_peer());
}

TEST(HttpLimits, KeepsAConnectionForItsNextRequestOnlySoLong) {
  auto options = on_a_free_port();
  options.idle_time = std::chrono::milliseconds{50};
  const served server{only(livez_route()), options};
  auto one = server.connect();
  EXPECT_EQ(one.ask(get("/livez")).status, 200u);
  EXPECT_TRUE(one.is_closed_by_peer());
}

TEST(HttpLimits, CutsAClientThatDoesNotReadItsAnswer) {
  class endless final : public body_source {
   public:
    result<std::string> next() override { return std::string(30'000, 'x'); }
  };
  auto options = on_a_free_port();
  options.write_time = std::chrono::milliseconds{50};
  const served server{only(blocking_route(method::get, "/a", access::viewer, "endless",
                                          [](const request&) {
                                            response out;
                                            out.stream = std::make_shared<endless>();
                                            return out;
                                          })),
                      options};
  auto one = server.connect();
  one.send(get("/a"));
  EXPECT_TRUE(eventually([&] { return server->counters().connections_timed_out == 1; }));
  while (!one.read_bytes(100'000).empty()) { // what was under way, and then the end
  }
}

TEST(HttpLimits, LetsNewClientsInWhileOthersHoldConnectionsAndSendNothing) {
  auto options = on_a_free_port();
  options.connections = 20;
  const served server{only(livez_route()), options};
  std::vector<client> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(server.connect());
    idle.back().send("GET /livez HT");
    if (i % 20 == 19) {
      EXPECT_EQ(server.ask(get("/livez")).status, 200u) << i;
    }
  }
  const auto counters = server->counters();
  EXPECT_LE(counters.connections_open, 21u);
  EXPECT_GE(counters.connections_evicted, 180u);
}

TEST(HttpLimits, RefusesConnectionsWhenAllAreBusy) {
  std::vector<responder> held;
  std::mutex guard;
  auto options = on_a_free_port();
  options.connections = 3;
  const served server{only(later_route(method::get, "/hold", access::viewer, "held",
                                       [&](const request&, responder to) {
                                         const std::lock_guard lock{guard};
                                         held.push_back(std::move(to));
                                       })),
                      options};
  std::vector<client> busy;
  for (int i = 0; i < 3; ++i) {
    busy.push_back(server.connect());
    busy.back().send(get("/hold"));
  }
  const auto count = [&] {
    const std::lock_guard lock{guard};
    return held.size();
  };
  ASSERT_TRUE(eventually([&] { return count() == 3; }));
  auto refused = server.connect();
  EXPECT_TRUE(refused.is_closed_by_peer());
  EXPECT_EQ(server->counters().connections_refused, 1u);
  for (const auto& one : held) {
    one.answer(no_content());
  }
  for (auto& one : busy) {
    EXPECT_EQ(one.read().status, 204u);
  }
}

TEST(HttpLimits, LocksOutAnAddressThatGuessesTokens) {
  auto options = on_a_free_port();
  options.tokens = {{"ci", config::role::viewer, "right"}};
  const served server{only(blocking_route(method::get, "/a", access::viewer, "",
                                          [](const request&) { return no_content(); })),
                      options};
  auto one = server.connect();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(one.ask(get("/a", "Authorization: Bearer guess\r\n")).status, 401u);
  }
  const auto locked = one.ask(get("/a", "Authorization: Bearer right\r\n"));
  EXPECT_EQ(locked.status, 429u);
  EXPECT_NE(locked.header("retry-after"), "");
}

} // namespace
} // namespace remora::http
