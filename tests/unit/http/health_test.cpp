#include "http/health.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "served.hpp"

namespace remora::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Health, IsAliveAsLongAsItAnswersWhenNobodyKnowsBetter) {
  const served server{only(livez_route())};
  EXPECT_EQ(server.ask(get("/livez")).body, "ok\n");
}

TEST(Health, IsNotAliveWhenThereIsAReason) {
  const served server{only(livez_route([] { return std::vector<std::string>{"nothing moves"}; }))};
  const auto said = server.ask(get("/livez"));
  EXPECT_EQ(said.status, 503U);
  EXPECT_THAT(said.body, HasSubstr("nothing moves"));
}

TEST(Health, IsReadyOrSaysWhyNot) {
  std::vector<std::string> reasons{"the store is being opened", "no script was read yet"};
  const served server{only(readyz_route([&reasons] { return reasons; }))};
  const auto not_yet = server.ask(get("/readyz"));
  EXPECT_EQ(not_yet.status, 503U);
  EXPECT_THAT(not_yet.body, HasSubstr("the store is being opened; no script was read yet"));
  reasons.clear();
  EXPECT_EQ(server.ask(get("/readyz")).body, "ok\n");
}

TEST(Health, ShowsMetricsAndThenWhatTheServerCounted) {
  auto options = on_a_free_port();
  options.count = std::make_shared<live_counters>();
  const served server{only(metrics_route([] { return std::string{"mine 1\n"}; }, options.count)), options};
  server.ask(get("/nothing"));
  const auto page = server.ask(get("/metrics"));
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(page.body, StartsWith("mine 1\n# HELP "));
  EXPECT_THAT(page.body, HasSubstr("\nremora_http_requests_total 2\n"));
  EXPECT_THAT(page.body, HasSubstr("\nremora_http_responses_total{class=\"4xx\"} 1\n"));
}

TEST(Health, AnswersWithAProblemWhenThereAreNoMetrics) {
  const served server{only(metrics_route(
      []() -> result<std::string> { return fail(errc::io_failed, "the store does not answer"); }, nullptr))};
  EXPECT_EQ(server.ask(get("/metrics")).status, 500U);
}

TEST(Health, NeedsNoToken) {
  auto options = on_a_free_port();
  options.tokens = {{"ci", config::role::viewer, "secret"}};
  router all;
  all.add(livez_route());
  all.add(readyz_route([] { return std::vector<std::string>{}; }));
  all.add(metrics_route([] { return std::string{"a 1\n"}; }, nullptr));
  const served server{std::move(all), options};
  for (const char* path : {"/livez", "/readyz", "/metrics"})
    EXPECT_EQ(server.ask(get(path)).status, 200U) << path;
}

} // namespace
} // namespace remora::http::test
