#include "http/judge.hpp"

#include <ostream>

#include <gmock/gmock.h>

#include "http/health.hpp"
#include "http/openapi.hpp"

namespace remora::http {
namespace {

using config::role;
using ::testing::HasSubstr;
using ::testing::Not;

response nothing(const request&) { return {}; }
websocket_events silence(const request&, websocket) { return {}; }

/// One route of every kind and role, as a hub would declare them.
router sample() {
  router out;
  out.add(livez_route());
  out.add(blocking_route(method::get, "/scripts", access::viewer, "list", nothing));
  out.add(blocking_route(method::get, "/scripts/{title}", access::viewer, "show", nothing));
  auto put = blocking_route(method::put, "/scripts/{title}", access::editor, "store", nothing);
  put.body = json_body("{}", 1000);
  out.add(put);
  out.add(blocking_route(method::remove, "/scripts/{title}", access::editor, "remove", nothing));
  out.add(blocking_route(method::post, "/scripts/{title}/activate", access::editor, "activate", nothing));
  auto patch = blocking_route(method::patch, "/settings", access::admin, "change", nothing);
  patch.body = json_body("{}");
  out.add(patch);
  auto filter = blocking_route(method::get, "/items", access::viewer, "items", nothing);
  filter.query = {{"query", "A filter", true}};
  out.add(filter);
  out.add(websocket_route("/console", access::viewer, "live", silence));
  add_openapi_route(out, {"sample", "1"});
  return out;
}

gate::rules one_token_a_role() {
  gate::rules out;
  out.tokens = {{"v", role::viewer, "viewer-token"},
                {"e", role::editor, "editor-token"},
                {"a", role::admin, "admin-token"}};
  return out;
}

class Judge : public ::testing::Test {
 protected:
  using outcome = tl::expected<judge::passed, response>;

  outcome look(const std::string& verb, const std::string& target, fields headers,
               const connection_facts& from = {"10.0.0.9", false, "192.0.2.7", false}) {
    return judging.look_at({verb, target, std::move(headers)}, from, 1, now);
  }
  static unsigned status(const outcome& one) { return one ? 0 : one.error().status; }

  /// A request to a route that has everything it needs.
  static request_head fitting(const route& to) {
    request_head out{std::string{to_string(to.verb)},
                     "",
                     {{"Host", "localhost"}, {"Authorization", "Bearer admin-token"}}};
    for (std::size_t at = 0; at < to.path.size(); ++at) {
      if (to.path[at] == '{') {
        at = to.path.find('}', at);
        out.target += "x";
      } else {
        out.target += to.path[at];
      }
    }
    for (const auto& one : to.query) {
      out.target += (out.target.find('?') == std::string::npos ? "?" : "&") + one.name + "=1";
    }
    if (is_mutating(to.verb)) out.headers.emplace_back("Content-Type", "application/json");
    if (to.body.max_bytes > 0) out.headers.emplace_back("Content-Length", "2");
    if (is_websocket(to)) out.headers.emplace_back("Upgrade", "websocket");
    return out;
  }
  static void set(request_head& head, const std::string& name, const std::string& value) {
    for (auto& one : head.headers)
      if (one.first == name) {
        one.second = value;
        return;
      }
    head.headers.emplace_back(name, value);
  }
  static void drop(request_head& head, const std::string& name) {
    fields kept;
    for (auto& one : head.headers)
      if (one.first != name) kept.push_back(one);
    head.headers = kept;
  }
  outcome look(const request_head& head) { return look(head.verb, head.target, head.headers); }

  router routes = sample();
  gate door{one_token_a_role()};
  live_counters count;
  judge judging{routes, door, count};
  steady_time now{std::chrono::hours{100}};
};

// What follows holds for every route, because the list of routes is the router's.

TEST_F(Judge, LetsAFittingRequestThroughToEveryRoute) {
  for (const route& to : routes.routes()) {
    const auto verdict = look(fitting(to));
    ASSERT_TRUE(verdict) << to.path << ": " << verdict.error().body;
    EXPECT_EQ(verdict->to->summary, to.summary);
  }
}

TEST_F(Judge, WantsATokenForEveryRouteThatNeedsARole) {
  for (const route& to : routes.routes()) {
    auto head = fitting(to);
    drop(head, "Authorization");
    EXPECT_EQ(status(look(head)), to.needs == access::none ? 0u : 401u) << to.path;
    if (to.needs == access::none) continue;
    now += std::chrono::minutes{2}; // ten wrong tokens a minute would be too many
    set(head, "Authorization", "Bearer wrong");
    EXPECT_EQ(status(look(head)), 401u) << to.path;
  }
}

TEST_F(Judge, LetsARoleDoWhatItMayAndNothingAbove) {
  const std::pair<access, const char*> tokens[] = {
      {access::viewer, "viewer-token"}, {access::editor, "editor-token"}, {access::admin, "admin-token"}};
  for (const route& to : routes.routes()) {
    for (const auto& [granted, token] : tokens) {
      auto head = fitting(to);
      set(head, "Authorization", std::string{"Bearer "} + token);
      EXPECT_EQ(status(look(head)), granted >= to.needs ? 0u : 403u) << to.path << " with " << token;
    }
  }
}

TEST_F(Judge, RefusesAForeignHostForEveryRoute) {
  for (const route& to : routes.routes()) {
    auto head = fitting(to);
    set(head, "Host", "evil.example");
    EXPECT_EQ(status(look(head)), 403u) << to.path;
    drop(head, "Host");
    EXPECT_EQ(status(look(head)), 400u) << to.path;
  }
}

TEST_F(Judge, RefusesAForeignOriginForEveryRouteThatChangesOrStreams) {
  for (const route& to : routes.routes()) {
    const bool matters = is_mutating(to.verb) || is_websocket(to);
    for (const auto* origin : {"http://evil.example", "null", "http://localhost.evil.example"}) {
      auto head = fitting(to);
      set(head, "Origin", origin);
      EXPECT_EQ(status(look(head)), matters ? 403u : 0u) << to.path << " from " << origin;
    }
    auto head = fitting(to);
    set(head, "Sec-Fetch-Site", "cross-site");
    EXPECT_EQ(status(look(head)), matters ? 403u : 0u) << to.path;
    set(head, "Origin", "http://localhost");
    EXPECT_EQ(status(look(head)), 0u) << "a page of this server's own: " << to.path;
  }
}

TEST_F(Judge, RefusesEveryContentTypeThatAFormCanSend) {
  for (const route& to : routes.routes()) {
    if (!is_mutating(to.verb)) continue;
    for (const auto* type : {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                             "text/plain", "text/plain; application/json", "application/jsonx", ""}) {
      auto head = fitting(to);
      set(head, "Content-Type", type);
      const bool matters = to.verb != method::remove; // a browser asks before it sends a DELETE
      EXPECT_EQ(status(look(head)), matters ? 415u : 0u) << to.path << " with " << type;
    }
    auto head = fitting(to);
    set(head, "Content-Type", "Application/JSON; charset=utf-8");
    EXPECT_EQ(status(look(head)), 0u) << to.path;
  }
}

TEST_F(Judge, RefusesABodyWhereNoneBelongsAndOneThatIsTooLarge) {
  for (const route& to : routes.routes()) {
    auto head = fitting(to);
    set(head, "Content-Type", "application/json");
    set(head, "Content-Length", std::to_string(to.body.max_bytes + 1));
    EXPECT_EQ(status(look(head)), 413u) << to.path;
  }
}

TEST_F(Judge, NamesTheMethodsOfAPathWhenItRefusesOne) {
  for (const route& to : routes.routes()) {
    auto head = fitting(to);
    drop(head, "Upgrade");
    head.verb = "OPTIONS";
    const auto answer = look(head);
    EXPECT_EQ(status(answer), 204u);
    ASSERT_FALSE(answer.error().headers.empty());
    const std::string allow = answer.error().headers.front().second;
    EXPECT_THAT(allow, HasSubstr(std::string{to_string(to.verb)}));
    for (const auto* verb : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
      if (allow.find(verb) != std::string::npos) continue;
      head.verb = verb;
      const auto refused = look(head);
      EXPECT_EQ(status(refused), 405u) << verb << " " << to.path;
      EXPECT_EQ(refused.error().headers.front(), (std::pair<std::string, std::string>{"Allow", allow}));
    }
  }
}

TEST_F(Judge, TellsNothingOfATokenToHandlers) {
  auto head = fitting(routes.routes()[1]);
  set(head, "X-Kubeshark-Authorization", "admin-token");
  set(head, "Cookie", "secret");
  set(head, "X-Else", "kept");
  const auto verdict = look(head);
  ASSERT_TRUE(verdict);
  for (const auto& [name, value] : verdict->asked.headers) {
    EXPECT_THAT(value, Not(HasSubstr("token"))) << name;
    EXPECT_NE(name, "Cookie");
  }
  EXPECT_EQ(verdict->asked.header("x-else"), "kept");
  EXPECT_EQ(verdict->asked.who.name, "a");
}

TEST_F(Judge, NeverRepeatsATokenOrAQueryInAnAnswer) {
  const auto refused = look("GET", "/scripts?token=query-secret",
                            {{"Host", "localhost"}, {"Authorization", "Bearer header-secret"}});
  EXPECT_EQ(status(refused), 401u);
  EXPECT_THAT(refused.error().body, Not(HasSubstr("secret")));
}

TEST_F(Judge, SaysHowLongALockedOutAddressMustWait) {
  const auto guess = [&] {
    return look("GET", "/scripts", {{"Host", "localhost"}, {"Authorization", "Bearer guess"}});
  };
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(status(guess()), 401u);
  }
  const auto locked = guess();
  EXPECT_EQ(status(locked), 429u);
  EXPECT_EQ(locked.error().headers.front(), (std::pair<std::string, std::string>{"Retry-After", "60"}));
  EXPECT_EQ(count.wrong_tokens, 10u);
  EXPECT_EQ(count.lockouts, 1u);
}

struct framed {
  const char* what;
  fields headers;
  unsigned status;
};

void PrintTo(const framed& one, std::ostream* to) { *to << one.what; }

class JudgeOfFraming : public Judge, public ::testing::WithParamInterface<framed> {};

TEST_P(JudgeOfFraming, RefusesWhatTwoProgramsCouldReadDifferently) {
  fields headers{
      {"Host", "localhost"}, {"Authorization", "Bearer admin-token"}, {"Content-Type", "application/json"}};
  headers.insert(headers.end(), GetParam().headers.begin(), GetParam().headers.end());
  EXPECT_EQ(status(look("PUT", "/scripts/a", headers)), GetParam().status) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    Headers, JudgeOfFraming,
    ::testing::Values(
        framed{"length", {{"Content-Length", "2"}}, 0},
        framed{"chunks", {{"Transfer-Encoding", "Chunked"}}, 0},
        framed{"both", {{"Content-Length", "2"}, {"Transfer-Encoding", "chunked"}}, 400},
        framed{"two lengths", {{"Content-Length", "2"}, {"content-length", "2"}}, 400},
        framed{"two codings", {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}, 501},
        framed{"an unknown coding", {{"Transfer-Encoding", "xchunked"}}, 501},
        framed{"a list of codings", {{"Transfer-Encoding", "gzip, chunked"}}, 501},
        framed{"identity", {{"Transfer-Encoding", "identity"}}, 501},
        framed{"two hosts", {{"host", "localhost"}}, 400},
        framed{"two origins", {{"Origin", "http://localhost"}, {"Origin", "http://localhost"}}, 403},
        framed{"an expectation", {{"Expect", "tea"}}, 417},
        framed{"100-continue", {{"Expect", "100-Continue"}}, 0},
        framed{"many headers", fields(100, {"X", "y"}), 431}));

TEST_F(Judge, AnswersWhatItDoesNotServe) {
  const fields plain{{"Host", "localhost"}, {"Authorization", "Bearer admin-token"}};
  EXPECT_EQ(status(look("GET", "/nowhere", plain)), 404u);
  EXPECT_EQ(status(look("BREW", "/scripts", plain)), 501u);
  EXPECT_EQ(status(look("get", "/scripts", plain)), 501u);
  EXPECT_EQ(status(look("CONNECT", "localhost:80", plain)), 501u);
  EXPECT_EQ(status(look("GET", "/../etc/passwd", plain)), 400u);
  EXPECT_EQ(status(look("GET", "/" + std::string(5000, 'x'), plain)), 414u);
  EXPECT_EQ(status(look("GET", "/console", plain)), 426u);
  EXPECT_EQ(status(look("OPTIONS", "*", plain)), 204u);
  EXPECT_EQ(status(look("GET", "*", plain)), 404u);
  EXPECT_EQ(status(look("GET", "/items", plain)), 400u) << "a query parameter is missing";
}

TEST_F(Judge, TakesAnAbsoluteTargetOnlyForTheHostItNames) {
  const fields plain{{"Host", "localhost:1"}, {"Authorization", "Bearer admin-token"}};
  EXPECT_EQ(status(look("GET", "http://LOCALHOST:1/scripts", plain)), 0u);
  EXPECT_EQ(status(look("GET", "http://127.0.0.1:1/scripts", plain)), 400u);
  EXPECT_EQ(status(look("GET", "http://evil.example/scripts", {{"Host", "evil.example"}})), 403u);
}

TEST_F(Judge, WantsTheBodyThatARouteNeeds) {
  request asked;
  EXPECT_EQ(judge::look_at_body(routes.routes()[3], asked)->status, 400u);
  asked.body = "{}";
  EXPECT_FALSE(judge::look_at_body(routes.routes()[3], asked));
  asked.body.clear();
  EXPECT_FALSE(judge::look_at_body(routes.routes()[5], asked)) << "takes none";
}

} // namespace
} // namespace remora::http
