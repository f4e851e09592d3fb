#include <algorithm>
#include <set>

#include "api_fixture.hpp"
#include "http/ascii.hpp"

namespace remora::hub::test {
namespace {

using nlohmann::json;

TEST_F(Api, ShowsNodes) {
  node_view node;
  node.name = "n1";
  node.address = "10.0.0.1:4711";
  node.addresses = {"10.0.0.1"};
  node.interfaces = {"any"};
  node.version = "1.0";
  node.condition = node_condition::lost;
  node.clock_offset = -std::chrono::microseconds{2500};
  node.packets_per_second = 12.5;
  node.stats.packets = (std::uint64_t{1} << 60) + 1;
  node.stats.kernel_dropped = 3;
  node.stats.decode_errors = 2;
  node.stats.scripts.resize(4);
  hub.all_nodes = {node};
  const auto shown = read("/api/v1/nodes")["items"][0];
  EXPECT_EQ(shown["condition"], "lost");
  EXPECT_EQ(shown["clock_offset_ms"], -2.5);
  EXPECT_EQ(shown["packets"], 1152921504606846977U);
  EXPECT_EQ(shown["dropped"], (json{{"kernel", 3}, {"interface", 0}, {"decode", 2}}));
  EXPECT_EQ(shown["scripts"], 4);
}

TEST_F(Api, ShowsItsVersion) { EXPECT_EQ(get("/api/v1/version").body, R"({"version":"1.2.3"})"); }

TEST_F(Api, IsAlive) { EXPECT_EQ(get("/livez").body, "ok\n"); }

TEST_F(Api, IsReadyWhenNothingIsAgainstIt) {
  EXPECT_EQ(get("/readyz").status, 200U);
  hub.reasons = {"the store is full", "no script was read yet"};
  EXPECT_EQ(detail(get("/readyz"), 503), "the store is full; no script was read yet");
}

TEST_F(Api, ShowsMetricsInTheFormatOfPrometheus) {
  const auto answer = get("/metrics");
  EXPECT_EQ(answer.body, "# nothing\n");
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(Api, ShowsMetricsOfOthersOnTheSamePage) {
  routes = make_api_routes(hub, {"1.2.3", nullptr, [] { return std::string{"more 1\n"}; }});
  EXPECT_EQ(get("/metrics").body, "# nothing\nmore 1\n");
}

TEST_F(Api, ListsConsoleLinesTheLastFirst) {
  hub.print("one");
  hub.print("two\n\"quoted\"", "n2", "http", console_level::error);
  const auto items = read("/api/v1/console")["items"];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0], (json{{"id", 2},
                            {"time", "1970-01-01T00:00:02.000000000Z"},
                            {"node", "n2"},
                            {"script", "http"},
                            {"level", "error"},
                            {"text", "two\n\"quoted\""}}));
}

TEST_F(Api, FiltersConsoleLines) {
  read("/api/v1/console?script=dns&node=n1&level=warn&since=1970-01-01T00:00:01Z&until=1970-01-01T00:00:02Z");
  EXPECT_EQ(hub.last_lines.script, "dns");
  EXPECT_EQ(hub.last_lines.node, "n1");
  EXPECT_EQ(hub.last_lines.lowest, console_level::warn);
  EXPECT_EQ(hub.last_lines.since, at_second(1));
  EXPECT_EQ(hub.last_lines.until, at_second(2));
}

TEST_F(Api, DescribesExactlyTheRoutesThatThereAre) {
  const auto document = json::parse(get("/openapi.json").body);
  std::set<std::string> described;
  for (const auto& [path, item] : document["paths"].items())
    for (const auto& [key, operation] : item.items())
      if (operation.contains("operationId")) described.insert(operation["operationId"]);
  EXPECT_EQ(described.size(), routes.routes().size());
  for (const auto& route : routes.routes()) {
    ASSERT_TRUE(document["paths"].contains(route.path)) << route.path;
    auto verb = std::string{to_string(route.verb)};
    std::transform(verb.begin(), verb.end(), verb.begin(), [](char c) { return http::to_lower(c); });
    const auto& item = document["paths"][route.path];
    ASSERT_TRUE(item.contains(verb) || item.contains("x-websocket")) << verb << ' ' << route.path;
    if (http::is_websocket(route)) continue;
    std::set<std::string> parameters;
    for (const auto& one : item[verb].value("parameters", json::array()))
      if (one["in"] == "query") parameters.insert(one["name"]);
    EXPECT_EQ(parameters.size(), route.query.size()) << verb << ' ' << route.path;
    EXPECT_FALSE(route.summary.empty()) << route.path;
    EXPECT_TRUE(route.documented) << route.path;
  }
}

/// Every route of the contract, with who may use it.
struct promised {
  http::method verb;
  const char* path;
  http::access needs;
  bool stream = false;
};

TEST_F(Api, HasEveryRouteOfTheContractWithItsRole) {
  using http::access;
  using http::method;
  const std::vector<promised> contract{{method::get, "/api/v1/nodes", access::viewer},
                                       {method::get, "/api/v1/version", access::viewer},
                                       {method::get, "/api/v1/scripts", access::viewer},
                                       {method::get, "/api/v1/scripts/{title}", access::viewer},
                                       {method::put, "/api/v1/scripts/{title}", access::editor},
                                       {method::remove, "/api/v1/scripts/{title}", access::editor},
                                       {method::post, "/api/v1/scripts/{title}/activate", access::editor},
                                       {method::post, "/api/v1/scripts/{title}/deactivate", access::editor},
                                       {method::get, "/api/v1/scripts/{title}/status", access::viewer},
                                       {method::get, "/api/v1/script-status", access::viewer},
                                       {method::post, "/api/v1/scripts/check", access::editor},
                                       {method::get, "/api/v1/examples", access::viewer},
                                       {method::get, "/api/v1/env", access::viewer},
                                       {method::get, "/api/v1/jobs", access::viewer},
                                       {method::post, "/api/v1/jobs/{tag}/run", access::editor},
                                       {method::post, "/api/v1/jobs/{tag}/pause", access::editor},
                                       {method::post, "/api/v1/jobs/{tag}/resume", access::editor},
                                       {method::post, "/api/v1/jobs/run", access::editor},
                                       {method::post, "/api/v1/jobs/pause", access::editor},
                                       {method::post, "/api/v1/jobs/resume", access::editor},
                                       {method::remove, "/api/v1/jobs/{tag}", access::editor},
                                       {method::remove, "/api/v1/jobs", access::editor},
                                       {method::get, "/api/v1/jobs/{tag}/runs", access::viewer},
                                       {method::get, "/api/v1/jobs/{tag}/aggregate", access::viewer},
                                       {method::get, "/api/v1/jobs", access::viewer, true},
                                       {method::get, "/api/v1/console", access::viewer},
                                       {method::get, "/api/v1/console", access::viewer, true},
                                       {method::get, "/api/scripts/logs", access::viewer, true},
                                       {method::get, "/api/v1/items", access::viewer},
                                       {method::get, "/api/v1/items/{id}", access::viewer},
                                       {method::get, "/api/v1/pcap", access::viewer},
                                       {method::get, "/api/v1/items", access::viewer, true},
                                       {method::get, "/api/wsFull", access::viewer, true},
                                       {method::get, "/metrics", access::none},
                                       {method::get, "/livez", access::none},
                                       {method::get, "/readyz", access::none},
                                       {method::get, "/openapi.json", access::none}};
  EXPECT_EQ(routes.routes().size(), contract.size());
  for (const auto& wanted : contract) {
    const auto& all = routes.routes();
    const auto is_wanted = [&](const http::route& one) {
      return one.verb == wanted.verb && one.path == wanted.path && http::is_websocket(one) == wanted.stream;
    };
    const auto found = std::find_if(all.begin(), all.end(), is_wanted);
    ASSERT_NE(found, all.end()) << wanted.path;
    EXPECT_EQ(found->needs, wanted.needs) << wanted.path;
  }
}

} // namespace
} // namespace remora::hub::test
