#include "http/gate.hpp"

#include <gtest/gtest.h>

#include "http/base64url.hpp"

namespace remora::http {
namespace {

using kind = gate::verdict::kind;
using config::role;
constexpr std::chrono::seconds a_second{1};

gate::rules two_tokens() {
  gate::rules out;
  out.tokens = {{"ci", role::editor, "token-of-ci"}, {"wall", role::viewer, "token-of-wall"}};
  return out;
}

const steady_time start{std::chrono::hours{100}};

TEST(Gate, KnowsATokenByItsNameAndRole) {
  gate door{two_tokens()};
  const auto verdict = door.admit("token-of-ci", "10.0.0.1", false, start);
  EXPECT_EQ(verdict.is, kind::admitted);
  EXPECT_EQ(verdict.who.name, "ci");
  EXPECT_EQ(verdict.who.grants, role::editor);
}

TEST(Gate, TakesNothingButTheWholeToken) {
  gate door{two_tokens()};
  for (const auto* wrong : {"token-of-c", "token-of-cii", "TOKEN-OF-CI", " token-of-ci", ","}) {
    EXPECT_EQ(door.admit(wrong, "10.0.0.1", false, start).is, kind::wrong_token) << wrong;
  }
  EXPECT_EQ(door.admit("", "10.0.0.1", true, start).is, kind::no_token);
}

TEST(Gate, WithoutTokensServesThisMachineAlone) {
  gate door{gate::rules{}};
  const auto local = door.admit("", "127.0.0.1", true, start);
  EXPECT_EQ(local.is, kind::admitted);
  EXPECT_EQ(local.who.grants, role::admin);
  EXPECT_EQ(door.admit("", "10.0.0.1", false, start).is, kind::not_local);
}

TEST(Gate, ServesEverybodyOnlyWhenToldSo) {
  gate::rules rules;
  rules.insecure = true;
  EXPECT_EQ(gate{rules}.admit("", "10.0.0.1", false, start).is, kind::admitted);
  rules.tokens = two_tokens().tokens;
  EXPECT_EQ(gate{rules}.admit("", "10.0.0.1", false, start).is, kind::no_token);
}

TEST(Gate, StopsListeningToAnAddressAfterTenWrongTokens) {
  gate door{two_tokens()};
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(door.admit("guess", "10.0.0.1", false, start + i * a_second).is, kind::wrong_token);
  }
  const auto at = start + 10 * a_second;
  const auto right = door.admit("token-of-ci", "10.0.0.1", false, at);
  EXPECT_EQ(right.is, kind::locked_out) << "or guessing could go on";
  EXPECT_EQ(right.retry_after, 59 * a_second);
  EXPECT_EQ(door.admit("token-of-ci", "10.0.0.2", false, at).is, kind::admitted);
  EXPECT_EQ(door.admit("token-of-ci", "10.0.0.1", false, start + 69 * a_second).is, kind::admitted);
}

TEST(Gate, ForgivesWrongTokensOfMoreThanAMinuteAgo) {
  gate door{two_tokens()};
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(door.admit("guess", "10.0.0.1", false, start + i * 7 * a_second).is, kind::wrong_token);
  }
}

TEST(Lockout, CountsTheNetworkOfAnIpv6Customer) {
  EXPECT_EQ(lockout::group_of("2001:db8:1:2:3:4:5:6"), lockout::group_of("2001:db8:1:2::1"));
  EXPECT_NE(lockout::group_of("2001:db8:1:2::1"), lockout::group_of("2001:db8:1:3::1"));
  EXPECT_EQ(lockout::group_of("10.0.0.1"), "10.0.0.1");
}

TEST(Lockout, RemembersAsManyAddressesAsItsLimit) {
  lockout one;
  for (std::size_t i = 0; i < 3 * lockout::most_addresses; ++i) {
    one.count_wrong(std::to_string(i), start);
  }
  EXPECT_EQ(one.addresses(), lockout::most_addresses);
  one.count_wrong("new", start + 2 * lockout::window);
  EXPECT_EQ(one.addresses(), 1u);
}

TEST(Gate, KnowsItsOwnNamesAndNoOthers) {
  gate::rules rules;
  rules.names = {"Hub.Example", "10.1.2.3"};
  const gate door{rules};
  for (const auto* own : {"localhost", "localhost:8899", "LOCALHOST", "127.0.0.1:1", "[::1]:8899", "[::1]",
                          "hub.example:8899", "hub.example.", "10.1.2.3", "192.0.2.7:80"}) {
    EXPECT_TRUE(door.allows_host(own, "192.0.2.7")) << own;
  }
  for (const auto* other :
       {"", "evil.example", "localhost.evil.example", "evil.example:8899", "127.0.0.2", "localhost:80:80",
        "localhost:x", "[::1", "[::1]x", "hub.example@evil", "192.0.2.8", "xhub.example", ":8899"}) {
    EXPECT_FALSE(door.allows_host(other, "192.0.2.7")) << other;
  }
}

TEST(Gate, AllowsPagesOfItsOwnAndThoseConfigured) {
  gate::rules rules;
  rules.origins = {"https://dashboard.example"};
  const gate door{rules};
  EXPECT_TRUE(door.allows_origin("http://localhost:8899", "localhost:8899", false));
  EXPECT_TRUE(door.allows_origin("http://localhost", "localhost:80", false));
  EXPECT_TRUE(door.allows_origin("https://[::1]", "[::1]:443", true));
  EXPECT_TRUE(door.allows_origin("https://dashboard.example", "localhost:8899", false));
  const std::pair<const char*, bool> others[] = {{"null", false},
                                                 {"", false},
                                                 {"http://evil.example", false},
                                                 {"http://localhost:8898", false},
                                                 {"https://localhost:8899", false},
                                                 {"http://localhost:8899", true},
                                                 {"http://localhost:8899.evil.example", false},
                                                 {"http://dashboard.example", false},
                                                 {"https://dashboard.example.evil.example", false}};
  for (const auto& [origin, secure] : others) {
    EXPECT_FALSE(door.allows_origin(origin, "localhost:8899", secure)) << origin;
  }
}

TEST(PresentedToken, IsFoundWhereverClientsMayPutIt) {
  for (const fields& headers :
       {fields{{"Authorization", "Bearer abc"}}, fields{{"authorization", "bearer  abc "}},
        fields{{"X-Kubeshark-Authorization", "abc"}}, fields{{"X-Kubeshark-Authorization", "Bearer abc"}},
        fields{{"Sec-WebSocket-Protocol", "remora, remora.bearer." + encode_base64url("abc")}},
        fields{{"Authorization", "Bearer abc"}, {"X-Kubeshark-Authorization", "abc"}}}) {
    const auto found = find_token(headers);
    EXPECT_EQ(found.token, "abc") << headers.front().first << ": " << headers.front().second;
    EXPECT_FALSE(found.malformed);
  }
}

TEST(PresentedToken, IsMalformedWhenItIsNoneOrTwo) {
  for (const fields& headers : {fields{{"Authorization", "Basic abc"}}, fields{{"Authorization", "Bearer"}},
                                fields{{"Authorization", ""}}, fields{{"Authorization", "abc"}},
                                fields{{"Authorization", "Bearer abc"}, {"Authorization", "Bearer abd"}},
                                fields{{"Sec-WebSocket-Protocol", "remora.bearer.!"}},
                                fields{{"Sec-WebSocket-Protocol", "remora.bearer."}}}) {
    EXPECT_TRUE(find_token(headers).malformed) << headers.front().second;
  }
  EXPECT_FALSE(find_token({}).malformed);
  EXPECT_FALSE(find_token({{"Sec-WebSocket-Protocol", "remora"}}).malformed);
}

} // namespace
} // namespace remora::http
