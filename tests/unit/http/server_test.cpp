#include <future>
#include <stdexcept>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "http/health.hpp"
#include "http/problem.hpp"
#include "served.hpp"

namespace remora::http {
namespace {

using namespace test;
using ::testing::HasSubstr;

response echo(const request& asked) {
  std::string text = std::string{to_string(asked.verb)} + " " + asked.who.name + " " + asked.peer;
  for (const auto& [name, value] : asked.parameters) {
    text += " " + name + "=" + value;
  }
  for (const auto& [name, value] : asked.query) {
    text += "?" + name + "=" + value;
  }
  return text_response(text + " " + asked.body);
}

route echo_route(method verb, const std::string& path) {
  auto out = blocking_route(verb, path, access::viewer, "echo", echo);
  if (is_mutating(verb)) out.body = json_body("");
  return out;
}

TEST(HttpServer, GivesAHandlerWhatTheRequestSays) {
  const served server{only(echo_route(method::put, "/scripts/{title}"))};
  const auto got = server.ask(with_json("PUT", "/scripts/a%20b?x=1+2", "{\"code\":1}"));
  EXPECT_EQ(got.status, 200u);
  EXPECT_EQ(got.body, "PUT local 127.0.0.1 title=a b?x=1 2 {\"code\":1}");
  EXPECT_EQ(got.header("x-content-type-options"), "nosniff");
}

TEST(HttpServer, ServesManyRequestsOnOneConnectionAlsoWhenTheyComeAtOnce) {
  const served server{only(echo_route(method::get, "/{n}"))};
  auto one = server.connect();
  std::string all;
  for (int i = 0; i < 50; ++i) {
    all += get("/" + std::to_string(i));
  }
  one.send(all);
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(one.read().body, HasSubstr(" n=" + std::to_string(i) + " "));
  }
  EXPECT_EQ(server->counters().connections_accepted, 1u);
}

TEST(HttpServer, AnswersHeadAsGetWithoutTheBody) {
  const served server{only(echo_route(method::get, "/a"))};
  auto one = server.connect();
  one.send("HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/a"));
  const auto head = one.read(true);
  const auto full = one.read();
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.header("content-length"), std::to_string(full.body.size() + 1))
      << "HEAD is a letter longer than GET";
}

TEST(HttpServer, AnswersAClientThatHasSaidAllItWillSay) {
  const served server{only(echo_route(method::get, "/a"))};
  auto one = server.connect();
  one.send(get("/a"));
  one.half_close();
  EXPECT_EQ(one.read().status, 200u);
  EXPECT_TRUE(one.is_closed_by_peer());
}

TEST(HttpServer, ReadsABodyInChunksAndAsksForOneThatWaits) {
  const served server{only(echo_route(method::post, "/a"))};
  auto one = server.connect();
  one.send(
      "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n"
      "2\r\n{\"\r\n3;x=y\r\na\":\r\n2\r\n1}\r\n0\r\n\r\n");
  EXPECT_THAT(one.read().body, HasSubstr("{\"a\":1}"));
  one.send(
      "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(one.read().status, 100u);
  one.send("{}");
  EXPECT_THAT(one.read().body, HasSubstr("{}"));
}

TEST(HttpServer, ClosesWhenTheClientWantsThat) {
  const served server{only(echo_route(method::get, "/a"))};
  auto one = server.connect();
  EXPECT_EQ(one.ask(get("/a", "Connection: close\r\n")).header("connection"), "close");
  EXPECT_TRUE(one.is_closed_by_peer());
  auto old = server.connect();
  EXPECT_EQ(old.ask("GET /a HTTP/1.0\r\nHost: localhost\r\n\r\n").status, 200u);
  EXPECT_TRUE(old.is_closed_by_peer());
}

TEST(HttpServer, TakesAnAnswerFromAnyThreadAtAnyTime) {
  std::promise<responder> handed;
  auto handing = handed.get_future();
  const served server{only(later_route(method::get, "/a", access::viewer, "later",
                                       [&handed](const request&, responder to) { handed.set_value(to); }))};
  auto one = server.connect();
  one.send(get("/a"));
  const responder to = handing.get();
  EXPECT_TRUE(to.answer(text_response("from outside")));
  EXPECT_FALSE(to.answer(text_response("again")));
  EXPECT_EQ(one.read().body, "from outside");
}

TEST(HttpServer, SaysSoWhenAnAnswerTakesTooLongAndDropsItWhenItComes) {
  std::promise<responder> handed;
  auto handing = handed.get_future();
  auto slow = later_route(method::get, "/a", access::viewer, "never",
                          [&handed](const request&, responder to) { handed.set_value(to); });
  slow.timeout = std::chrono::milliseconds{20};
  router routes = only(slow);
  routes.add(livez_route());
  const served server{std::move(routes)};
  auto one = server.connect();
  EXPECT_EQ(one.ask(get("/a")).status, 504u);
  handing.get().answer(text_response("late"));
  EXPECT_EQ(one.ask(get("/livez")).body, "ok\n") << "and not the late answer";
  EXPECT_EQ(server->counters().handler_timeouts, 1u);
  EXPECT_EQ(server->counters().late_answers, 1u);
}

TEST(HttpServer, AnswersAtOnceWhenAHandlerFails) {
  router routes;
  routes.add(
      later_route(method::get, "/lost", access::viewer, "lost", [](const request&, const responder&) {}));
  routes.add(blocking_route(method::get, "/thrown", access::viewer, "throws",
                            [](const request&) -> response { throw std::runtime_error{"internal-secret"}; }));
  routes.add(prompt_route(method::get, "/prompt", access::viewer, "throws",
                          [](const request&) -> response { throw std::runtime_error{"internal-secret"}; }));
  const served server{std::move(routes)};
  for (const auto* path : {"/lost", "/thrown", "/prompt"}) {
    const auto got = server.ask(get(path));
    EXPECT_EQ(got.status, 500u) << path;
    EXPECT_EQ(got.body.find("internal-secret"), std::string::npos) << path;
  }
  EXPECT_EQ(server->counters().handler_failures, 3u);
}

TEST(HttpServer, SaysThatItIsBusyWhenTooManyCallsWait) {
  std::promise<void> go_on;
  const auto going = go_on.get_future().share();
  std::promise<void> begun;
  auto options = on_a_free_port();
  options.handler_threads = 1;
  options.queued_calls = 1;
  router routes = only(
      blocking_route(method::get, "/slow", access::viewer, "slow", [going, &begun](const request& asked) {
        if (asked.query_value("first")) begun.set_value();
        going.wait();
        return no_content();
      }));
  routes.add(livez_route());
  const served server{std::move(routes), options};
  auto running = server.connect();
  running.send(get("/slow?first"));
  begun.get_future().wait();
  // Of two that come now one has room to wait: whichever that is, the other is told to come again.
  auto a = server.connect();
  auto b = server.connect();
  a.send(get("/slow"));
  ASSERT_TRUE(eventually([&] { return server->counters().requests == 2; }));
  const auto busy = b.ask(get("/slow"));
  EXPECT_EQ(busy.status, 503u);
  EXPECT_EQ(busy.header("retry-after"), "1");
  EXPECT_EQ(server.ask(get("/livez")).status, 200u) << "what is prompt needs no thread of the pool";
  go_on.set_value();
  EXPECT_EQ(running.read().status, 204u);
  EXPECT_EQ(a.read().status, 204u);
}

class counting_source final : public body_source {
 public:
  counting_source(int pieces, bool breaks) : left_{pieces}, breaks_{breaks} {}
  result<std::string> next() override {
    if (left_-- > 0) return std::string(100'000, static_cast<char>('a' + left_ % 26));
    if (breaks_) return fail(errc::io_failed, "planned");
    return std::string{};
  }

 private:
  int left_;
  bool breaks_;
};

route stream_route(bool breaks) {
  return blocking_route(method::get, "/stream", access::viewer, "stream", [breaks](const request&) {
    response out;
    out.content_type = "application/octet-stream";
    out.stream = std::make_shared<counting_source>(30, breaks);
    return out;
  });
}

TEST(HttpServer, SendsABodyAsItIsMade) {
  const served server{only(stream_route(false))};
  auto one = server.connect();
  const auto got = one.ask(get("/stream"));
  EXPECT_TRUE(got.complete);
  EXPECT_EQ(got.body.size(), 3'000'000u);
  EXPECT_EQ(one.ask(get("/stream")).body.size(), 3'000'000u);
  const auto old = server.ask("GET /stream HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(old.body.size(), 3'000'000u);
}

TEST(HttpServer, LetsTheClientSeeThatAStreamBroke) {
  const served server{only(stream_route(true))};
  const auto got = server.ask(get("/stream"));
  EXPECT_EQ(got.status, 200u);
  EXPECT_FALSE(got.complete);
}

TEST(HttpServer, StopsWithoutWaitingForClientsThatStay) {
  std::promise<responder> handed;
  auto handing = handed.get_future();
  auto options = on_a_free_port();
  options.stop_time = std::chrono::milliseconds{50};
  router routes = only(later_route(method::get, "/never", access::viewer, "never",
                                   [&handed](const request&, responder to) { handed.set_value(to); }));
  served server{std::move(routes), options};
  auto idle = server.connect();
  auto waiting = server.connect();
  waiting.send(get("/never"));
  const responder to = handing.get();
  server->stop();
  EXPECT_TRUE(idle.is_closed_by_peer());
  EXPECT_EQ(waiting.read().status, 0u);
  EXPECT_TRUE(to.answer(no_content())) << "an answer after the end harms nobody";
  EXPECT_THROW(client{server->port()}, std::runtime_error);
  EXPECT_EQ(server->counters().connections_open, 0u);
  server->stop();
}

TEST(HttpServer, EndsWhatIsUnderWayBeforeItStops) {
  std::promise<responder> handed;
  auto handing = handed.get_future();
  router routes = only(later_route(method::get, "/soon", access::viewer, "soon",
                                   [&handed](const request&, responder to) { handed.set_value(to); }));
  served server{std::move(routes)};
  auto one = server.connect();
  one.send(get("/soon"));
  const responder to = handing.get();
  auto stopping = std::async(std::launch::async, [&server] { server->stop(); });
  to.answer(text_response("done"));
  EXPECT_EQ(one.read().body, "done");
  stopping.get();
}

TEST(HttpServer, CountsAnswersAndBytes) {
  const served server{only(echo_route(method::get, "/a"))};
  auto one = server.connect();
  one.ask(get("/a"));
  one.ask(get("/b"));
  const auto counters = server->counters();
  EXPECT_EQ(counters.requests, 2u);
  EXPECT_EQ(counters.answers[1], 1u);
  EXPECT_EQ(counters.answers[3], 1u);
  EXPECT_EQ(counters.connections_open, 1u);
  EXPECT_GT(counters.bytes_written, 200u);
}

TEST(HttpServer, ListensOnIpv6AndSaysWhere) {
  auto options = on_a_free_port();
  options.listen = "[::1]:0";
  auto started = http_server::start(options, only(livez_route()));
  if (!started) GTEST_SKIP() << "no IPv6 here: " << started.error().message;
  EXPECT_THAT(run("curl -s -g " + (*started)->url() + "/livez"), "ok\n");
}

TEST(HttpServer, RefusesToStartWithAnAddressThatCannotBeServed) {
  const served first{only(livez_route())};
  const std::pair<std::string, errc> wrong[] = {
      {"127.0.0.1:" + std::to_string(first->port()), errc::io_failed},
      {"nonsense", errc::invalid_config},
      {"0.0.0.0:0", errc::invalid_config},
      {"192.0.2.1:0", errc::invalid_config}};
  for (const auto& [listen, code] : wrong) {
    auto options = on_a_free_port();
    options.listen = listen;
    const auto started = http_server::start(options, only(livez_route()));
    ASSERT_FALSE(started) << listen;
    EXPECT_EQ(started.error(), code) << listen;
    EXPECT_THAT(started.error().message, HasSubstr("hub.http"));
  }
}

TEST(HttpServer, SaysWhatToDoWhenItsPortIsTaken) {
  const served first{only(livez_route())};
  auto options = on_a_free_port();
  options.listen = "127.0.0.1:" + std::to_string(first->port());
  options.section = "worker.metrics";
  const auto second = http_server::start(options, only(livez_route()));
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message,
              HasSubstr("end the program that listens there, or set worker.metrics.listen to another port"));
}

TEST(HttpServer, SaysWhichSettingHasItsNames) {
  auto options = on_a_free_port();
  options.section = "worker.metrics";
  const served server{only(livez_route()), options};
  const auto refused = server.ask("GET /livez HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n");
  EXPECT_EQ(refused.status, 403U);
  EXPECT_THAT(refused.body, HasSubstr("worker.metrics.names"));
}

TEST(HttpServer, CountsWhereItIsTold) {
  auto options = on_a_free_port();
  options.count = std::make_shared<live_counters>();
  const served server{only(livez_route()), options};
  server.ask(get("/livez"));
  EXPECT_EQ(options.count->requests, 1U);
}

TEST(HttpServer, MayListenForOthersWhenItHasTokens) {
  auto options = on_a_free_port();
  options.listen = "0.0.0.0:0";
  options.tokens = {{"ci", config::role::viewer, "secret"}};
  const served server{only(echo_route(method::get, "/a")), options};
  EXPECT_EQ(server.ask(get("/a")).status, 401u);
  EXPECT_THAT(server.ask(get("/a", "Authorization: Bearer secret\r\n")).body, HasSubstr("GET ci"));
  EXPECT_THAT(server.ask(get("/a", "X-Kubeshark-Authorization: secret\r\n")).body, HasSubstr("GET ci"));
}

TEST(HttpServer, SpeaksWithCurl) {
  router routes = only(echo_route(method::get, "/a"));
  routes.add(echo_route(method::put, "/a"));
  const served server{std::move(routes)};
  const std::string url = server->url() + "/a";
  EXPECT_THAT(
      run("curl -s -w '%{http_code} %{num_connects}' " + url + " -o /dev/null " + url + " -o /dev/null"),
      HasSubstr("200 0"))
      << "the second request uses the connection of the first";
  EXPECT_THAT(
      run("head -c 1000000 /dev/zero | tr '\\0' x | curl -s -T - -H 'Content-Type: application/json' -w "
          "'%{http_code}' -o /dev/null " +
          url),
      "200")
      << "in chunks, with Expect";
  EXPECT_THAT(run("curl -s -I -w '%{http_code}' -o /dev/null " + url), "200");
}

} // namespace
} // namespace remora::http
