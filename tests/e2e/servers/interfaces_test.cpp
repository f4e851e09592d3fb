// Where else traffic passes: on all interfaces at once, and over IPv6.

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/e2e/servers/scale.hpp"
#include "tests/e2e/servers/web_server.hpp"

namespace remora::test {
namespace {

class Interfaces : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(network_lab::why_not(), ""); }

  /// Compares what remora says of the traffic, live and from the file, with the log.
  static void compare(capture& seen, web_server& web, std::size_t exchanges) {
    const auto live = seen.finish().items;
    EXPECT_EQ(live.size(), exchanges);
    const auto logged = by_connection(web.log(), compared::all);
    EXPECT_EQ(difference(by_connection(exchanges_of(live), compared::all), logged), "");
    EXPECT_EQ(difference(by_connection(exchanges_of(seen.of_file().items), compared::all), logged), "");
  }
};

TEST_F(Interfaces, TogetherShowEachExchangeOnce) {
  const room here{{"client", "server"}};
  web_server web{web_kind::nginx, here, "server", here.address("server")};
  capture seen{here, "server", "any", web.probe_from("client")};
  const auto count = std::to_string(many(200));
  here.run("client", {"ab", "-q", "-n", count, "-c", "10", web.url("/page.html")}); // over eth0
  here.run("server", {"ab", "-q", "-n", count, "-c", "10", web.url("/page.html")}); // over lo
  compare(seen, web, 2 * many(200));
}

TEST_F(Interfaces, CarryHttpOverIpv6) {
  if (!std::filesystem::exists("/proc/net/if_inet6")) GTEST_SKIP() << "this kernel has no IPv6";
  const room here;
  web_server web{web_kind::nginx, here, "one", "[::1]"};
  capture seen{here, "one", "lo", web.probe_from("one")};
  here.run("one", {"ab", "-q", "-k", "-n", std::to_string(many(200)), "-c", "10", web.url("/page.html")});
  compare(seen, web, many(200));
}

} // namespace
} // namespace remora::test
