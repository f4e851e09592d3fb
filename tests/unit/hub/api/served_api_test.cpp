#include <memory>
#include <stdexcept>

#include "api_fixture.hpp"
#include "http/http_server.hpp"
#include "tests/unit/http/client.hpp"

namespace remora::hub::test {
namespace {

using http::test::answer;
using http::test::client;
using nlohmann::json;
using testing::HasSubstr;

const std::string upgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    "dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The API behind a real server, with a token of each role.
class ServedApi : public testing::Test {
 protected:
  ServedApi() {
    http::server_options options;
    options.listen = "127.0.0.1:0";
    options.tokens = {{"v", config::role::viewer, "viewer-token-0123456789abcdef"},
                      {"e", config::role::editor, "editor-token-0123456789abcdef"}};
    auto started = http::http_server::start(std::move(options), make_api_routes(hub, {"1.2.3"}));
    if (!started) throw std::runtime_error{started.error().message};
    server = std::move(*started);
  }

  static std::string bearer(const std::string& role) {
    return "Authorization: Bearer " + role + "-token-0123456789abcdef\r\n";
  }
  answer ask(const std::string& bytes) const { return client{server->port()}.ask(bytes); }
  answer get(const std::string& path) const { return ask(http::test::get(path, bearer("viewer"))); }

  /// A connected WebSocket.
  client open(const std::string& path) const {
    client one{server->port()};
    EXPECT_EQ(one.ask(http::test::get(path, bearer("viewer") + upgrade)).status, 101U);
    return one;
  }
  /// The payload of one frame of up to 64 KiB.
  static std::string read_frame(client& from) {
    const auto byte_of = [](const std::string& bytes, std::size_t at) -> std::size_t {
      return static_cast<unsigned char>(bytes.at(at));
    };
    const auto head = from.read_bytes(2);
    auto length = byte_of(head, 1);
    if (length == 126) {
      const auto more = from.read_bytes(2);
      length = byte_of(more, 0) * 256 + byte_of(more, 1);
    }
    return from.read_bytes(length);
  }

  fake_service hub; ///< Outlives the server.
  std::unique_ptr<http::http_server> server;
};

TEST_F(ServedApi, StoresAScriptAndGuardsItAgainstOldCopies) {
  const auto put = [&](const std::string& code, const std::string& headers) {
    return ask(http::test::with_json("PUT", "/api/v1/scripts/a%2Fb", json{{"code", code}}.dump(),
                                     bearer("editor") + headers));
  };
  const auto first = put("// one\n", "If-None-Match: *\r\n");
  EXPECT_EQ(first.status, 201U);
  EXPECT_EQ(put("// two\n", "If-Match: " + first.header("etag") + "\r\n").status, 200U);
  EXPECT_EQ(put("// three\n", "If-Match: " + first.header("etag") + "\r\n").status, 412U);
  EXPECT_EQ(json::parse(get("/api/v1/scripts/a%2Fb").body)["code"], "// two\n");
}

TEST_F(ServedApi, TakesTheLargestScriptHoweverItIsEscaped) {
  const std::string code(max_script_bytes, '\x01');
  const auto stored = ask(
      http::test::with_json("PUT", "/api/v1/scripts/large", json{{"code", code}}.dump(), bearer("editor")));
  EXPECT_EQ(stored.status, 201U) << stored.body;
}

TEST_F(ServedApi, FollowsTheConsoleAndMissesNothingOverAReconnect) {
  // From the beginning: a stream without ?after= begins some moment after the server has answered 101.
  auto console = open("/api/v1/console?after=0");
  hub.print("one");
  const auto seen = json::parse(read_frame(console));
  EXPECT_EQ(seen["text"], "one");
  console.half_close();
  hub.print("two");
  hub.print("three");
  auto back = open("/api/v1/console?after=" + seen["id"].dump());
  EXPECT_EQ(json::parse(read_frame(back))["text"], "two");
  EXPECT_EQ(json::parse(read_frame(back))["text"], "three");
}

TEST_F(ServedApi, FollowsTheLogInItsOldForm) {
  hub.print("one", "n1", "gone", console_level::error);
  auto logs = open("/scripts/logs");
  EXPECT_EQ(read_frame(logs), "[n1-?:ERROR] one");
}

TEST_F(ServedApi, FollowsRuns) {
  auto jobs = open("/api/v1/jobs?after=0");
  hub.finish(make_run("r", "n1", 60, "42"));
  EXPECT_EQ(json::parse(read_frame(jobs))["result"], 42);
}

/// A target that leads to the route: parameters are filled in.
std::string target_of(const http::route& route) {
  auto target = route.path;
  for (auto open = target.find('{'); open != std::string::npos; open = target.find('{'))
    target.replace(open, target.find('}') - open + 1, "x");
  return target;
}

std::string request_for(const http::route& route, const std::string& headers) {
  if (http::is_websocket(route)) return http::test::get(target_of(route), headers + upgrade);
  if (route.body.max_bytes > 0) {
    return http::test::with_json(to_string(route.verb), target_of(route), R"({"code":"// x\n"})", headers);
  }
  // A change needs this type although it has no body: a form of another site cannot send it.
  auto bytes = http::test::get(target_of(route), headers + "Content-Type: application/json\r\n");
  return bytes.replace(0, 3, to_string(route.verb));
}

TEST_F(ServedApi, AnswersNobodyWithoutATokenButOnHealthAndMetrics) {
  for (const auto& route : server->routes().routes()) {
    const auto status = ask(request_for(route, "")).status;
    if (route.needs == http::access::none) {
      EXPECT_EQ(status, 200U) << route.path;
    } else {
      EXPECT_EQ(status, 401U) << to_string(route.verb) << ' ' << route.path;
    }
  }
}

TEST_F(ServedApi, LetsViewersChangeNothing) {
  for (const auto& route : server->routes().routes()) {
    if (!http::is_mutating(route.verb)) continue;
    EXPECT_EQ(ask(request_for(route, bearer("viewer"))).status, 403U)
        << to_string(route.verb) << ' ' << route.path;
  }
  EXPECT_EQ(hub.newest_generation, 0U);
}

TEST_F(ServedApi, LetsEditorsUseEveryRoute) {
  for (const auto& route : server->routes().routes()) {
    const auto status = ask(request_for(route, bearer("editor"))).status;
    EXPECT_TRUE(status == 101 || status / 100 == 2 || status == 404)
        << to_string(route.verb) << ' ' << route.path << ": " << status;
  }
}

} // namespace
} // namespace remora::hub::test
