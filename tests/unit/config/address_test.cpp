#include "config/address.hpp"

#include <gtest/gtest.h>

namespace remora::config {
namespace {

TEST(Endpoint, HasAHostAndAPort) {
  const auto e = parse_endpoint("hub.example:8891");
  ASSERT_TRUE(e);
  EXPECT_EQ(e->host, "hub.example");
  EXPECT_EQ(e->port, 8891);
}

TEST(Endpoint, TakesIpv6InBracketsOnly) {
  const auto e = parse_endpoint("[fe80::1]:80");
  ASSERT_TRUE(e);
  EXPECT_EQ(e->host, "fe80::1");
  EXPECT_TRUE(e->is_v6);
  EXPECT_FALSE(parse_endpoint("fe80::1:80"));
  EXPECT_FALSE(parse_endpoint("[127.0.0.1]:80"));
}

TEST(Endpoint, RefusesWhatIsNone) {
  for (const char* text : {"",           ":",       "host",    "host:",       ":80",
                           "host:80x",   "host:-1", "host:+1", "host:65536",  "ho st:80",
                           "[::1]",      "[::1:80", "::1]:80", "[]:80",       "256.1.1.1:80",
                           "127.0.1:80", "a..b:80", ".a:80",   "http://a:80", "a/b:80",
                           "tcp://*:80", "a:80/"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

TEST(Endpoint, KnowsLoopback) {
  for (const char* text : {"127.0.0.1:1", "127.255.0.9:1", "localhost:1", "[::1]:1"})
    EXPECT_TRUE(is_loopback(*parse_endpoint(text))) << text;
  for (const char* text : {"*:1", "0.0.0.0:1", "[::]:1", "10.0.0.1:1", "localhost.example:1", "[fe80::1]:1"})
    EXPECT_FALSE(is_loopback(*parse_endpoint(text))) << text;
}

} // namespace
} // namespace remora::config
