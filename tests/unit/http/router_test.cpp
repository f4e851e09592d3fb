#include "http/router.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

#include "http/target.hpp"

namespace remora::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

response nothing(const request&) { return {}; }
websocket_events silence(const request&, websocket) { return {}; }

router with(std::initializer_list<const char*> paths) {
  router out;
  for (const auto* path : paths) {
    out.add(blocking_route(method::get, path, access::none, "", nothing));
  }
  return out;
}

/// The pattern that a path leads to.
std::string found_at(const router& routes, const std::string& path) {
  const auto found = routes.find(method::get, parse_target(path)->segments, false);
  return found.matched == nullptr ? "none" : found.matched->path;
}

TEST(Router, PrefersWhatIsWrittenOutWhateverTheOrderOfDeclaration) {
  const auto routes = with({"/{rest*}", "/scripts/{title}", "/scripts/check", "/", "/scripts"});
  EXPECT_EQ(found_at(routes, "/"), "/");
  EXPECT_EQ(found_at(routes, "/scripts"), "/scripts");
  EXPECT_EQ(found_at(routes, "/scripts/check"), "/scripts/check");
  EXPECT_EQ(found_at(routes, "/scripts/other"), "/scripts/{title}");
  EXPECT_EQ(found_at(routes, "/scripts/a%2Fb"), "/scripts/{title}");
  EXPECT_EQ(found_at(routes, "/scripts/a/b"), "/{rest*}");
  EXPECT_EQ(found_at(routes, "/style.css"), "/{rest*}");
}

TEST(Router, MatchesWholePathsOnly) {
  const auto routes = with({"/scripts/{title}/status"});
  for (const auto* path : {"/", "/scripts", "/scripts/a", "/scripts/a/status/b", "/scripts/a/status/",
                           "/scripts//status", "//scripts/a/status", "/Scripts/a/status"}) {
    EXPECT_EQ(found_at(routes, path), "none") << path;
  }
}

TEST(Router, HandsOverParametersDecoded) {
  const auto routes = with({"/item/{worker}/{id}", "/files/{rest*}"});
  EXPECT_THAT(routes.find(method::get, {"item", "n 1", "7/8"}, false).parameters,
              ElementsAre(Pair("worker", "n 1"), Pair("id", "7/8")));
  EXPECT_THAT(routes.find(method::get, {"files", "a", "b.css"}, false).parameters,
              ElementsAre(Pair("rest", "a/b.css")));
}

TEST(Router, LetsNoSeparatorIntoTheRestOfAPath) {
  const auto routes = with({"/files/{rest*}"});
  for (const auto* path :
       {"/files/a%2Fb", "/files/..%2f..%2fetc", "/files/a%5Cb", "/files/", "/files/a//b"}) {
    EXPECT_EQ(found_at(routes, path), "none") << path;
  }
}

TEST(Router, AnswersHeadWithTheRouteOfGet) {
  const auto routes = with({"/nodes"});
  EXPECT_NE(routes.find(method::head, {"nodes"}, false).matched, nullptr);
  EXPECT_EQ(routes.find(method::post, {"nodes"}, false).matched, nullptr);
}

TEST(Router, NamesTheMethodsOfAPath) {
  router routes;
  routes.add(blocking_route(method::get, "/scripts/{title}", access::none, "", nothing));
  routes.add(blocking_route(method::remove, "/scripts/{title}", access::none, "", nothing));
  EXPECT_THAT(routes.find(method::post, {"scripts", "a"}, false).allowed,
              UnorderedElementsAre(method::get, method::head, method::remove, method::options));
  EXPECT_THAT(routes.find(method::post, {"other"}, false).allowed, IsEmpty());
}

TEST(Router, KeepsAWebSocketAndAPlainGetOfOnePathApart) {
  router routes;
  routes.add(websocket_route("/console", access::none, "live", silence));
  EXPECT_TRUE(routes.find(method::get, {"console"}, false).needs_upgrade);
  EXPECT_NE(routes.find(method::get, {"console"}, true).matched, nullptr);
  routes.add(blocking_route(method::get, "/console", access::none, "recent", nothing));
  EXPECT_EQ(routes.find(method::get, {"console"}, false).matched->summary, "recent");
  EXPECT_EQ(routes.find(method::get, {"console"}, true).matched->summary, "live");
  EXPECT_EQ(routes.find(method::post, {"console"}, true).matched, nullptr);
}

TEST(Router, ServesCompatiblePathsWithTheSameRoute) {
  router routes;
  auto one = blocking_route(method::get, "/api/v1/scripts/{title}", access::none, "", nothing);
  one.also_at = {"/api/scripts/{title}", "/scripts/{title}"};
  routes.add(one);
  for (const auto* path : {"/api/v1/scripts/a", "/api/scripts/a", "/scripts/a"}) {
    EXPECT_EQ(found_at(routes, path), "/api/v1/scripts/{title}") << path;
  }
  EXPECT_EQ(routes.routes().size(), 1u);
}

TEST(Router, RejectsPatternsThatCannotWork) {
  for (const auto* path : {"", "a", "//", "/a//b", "/a/", "/{}", "/{a", "/{a}b", "/a{b}", "/{rest*}/x",
                           "/{*}", "/{a}/{a}", "/a*"}) {
    EXPECT_THROW(with({path}), std::logic_error) << path;
  }
}

TEST(Router, RejectsTwoRoutesForTheSameRequests) {
  EXPECT_THROW(with({"/a/{x}", "/a/{y}"}), std::logic_error);
  EXPECT_NO_THROW(with({"/a/{x}", "/{x}/a"}));
}

TEST(Router, RejectsDeclarationsThatContradictThemselves) {
  const auto rejected = [](route one) {
    router routes;
    EXPECT_THROW(routes.add(std::move(one)), std::logic_error) << one.summary;
  };
  rejected(blocking_route(method::get, "/a", access::none, "no handler", nullptr));
  rejected(route{});
  rejected(blocking_route(method::head, "/a", access::none, "HEAD", nothing));
  auto one = blocking_route(method::get, "/a", access::none, "a GET with a body", nothing);
  one.body = json_body("{}");
  rejected(one);
  one = blocking_route(method::put, "/a", access::none, "a schema that is no JSON", nothing);
  one.body = json_body("{");
  rejected(one);
  one = websocket_route("/a", access::none, "a WebSocket that is put", silence);
  one.verb = method::put;
  rejected(one);
}

} // namespace
} // namespace remora::http
