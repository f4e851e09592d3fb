#include <gtest/gtest.h>

#include "support.hpp"

namespace remora::config {
namespace {

const std::string key_text(40, 'a');

TEST(Security, ListensOnLoopbackWithoutFurtherAdo) {
  EXPECT_TRUE(
      load("hub: {http: {listen: \"[::1]:1\"}, link: {listen: \"localhost:2\", publish: \"127.1.2.3:4\"}}")
          .ok());
}

TEST(Security, NeedsTokensForAnApiBeyondLoopback) {
  EXPECT_EQ(error_of("hub:\n  http:\n    listen: 0.0.0.0:8899\n"),
            "a.yaml:3:13: `hub.http.listen`: beyond loopback the API needs `hub.http.tokens`, or "
            "`hub.http.insecure: true` to do without");
  EXPECT_TRUE(load("hub: {http: {listen: \"*:1\", tokens: [{role: admin, token: 0123456789abcdef}]}}").ok());
  EXPECT_TRUE(load("hub: {http: {listen: \"*:1\", insecure: true}}").ok());
}

/// A hub that lets the network reach one of the link's two ports.
std::string open_link(const std::string& name, const std::string& more) {
  return "hub: {link: {" + name + ": \"0.0.0.0:9\"" + more + "}}";
}

TEST(Security, NeedsKeysForALinkBeyondLoopback) {
  for (const char* name : {"listen", "publish"}) {
    EXPECT_THAT(error_of(open_link(name, "")), testing::HasSubstr("beyond loopback the link needs"));
    EXPECT_THAT(error_of(open_link(name, "")), testing::HasSubstr(name));
    EXPECT_TRUE(load(open_link(name, ", curve: {secret_key: " + key_text + "}")).ok());
    EXPECT_TRUE(load(open_link(name, ", insecure: true")).ok());
  }
}

TEST(Security, IsCheckedOverAllLayers) {
  EXPECT_TRUE(load("hub: {http: {listen: \"*:1\"}}", {"hub.http.insecure=true"}).ok());
  EXPECT_EQ(error_of("", {"hub.http.listen=*:1"}).substr(0, 30), "--set hub.http.listen=*:1: `hu");
}

TEST(Security, WarnsAWorkerThatLeavesTheMachineInClear) {
  const auto outcome = load("worker: {hub: \"hub.example:8891\"}");
  EXPECT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.warnings, testing::ElementsAre(testing::HasSubstr("`worker.hub`: not on loopback")));
}

TEST(Pairs, ComeTogether) {
  for (const std::string& yaml :
       {std::string{"hub: {http: {tls: {certificate: /c.pem}}}"},
        std::string{"hub: {http: {tls: {key: /k.pem}}}"}, "worker: {curve: {hub_key: " + key_text + "}}",
        "worker: {curve: {secret_key: " + key_text + "}}",
        "hub: {link: {curve: {workers: [" + key_text + "]}}}"}) {
    EXPECT_THAT(error_of(yaml), testing::HasSubstr("as well")) << yaml;
  }
  EXPECT_TRUE(load("hub: {http: {tls: {certificate: /c.pem, key: /k.pem}}}").ok());
}

TEST(Ports, OfTheLinkDiffer) {
  EXPECT_THAT(error_of("hub: {link: {listen: \"127.0.0.1:9\", publish: \"127.0.0.1:9\"}}"),
              testing::HasSubstr("the same address"));
  EXPECT_TRUE(load("hub: {link: {listen: \"127.0.0.1:0\", publish: \"127.0.0.1:0\"}}").ok());
}

} // namespace
} // namespace remora::config
