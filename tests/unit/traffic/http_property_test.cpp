#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http_talk.hpp"

// How a stream is cut into pieces means nothing: the same bytes give the same items.
namespace remora::traffic {
namespace {

struct utterance {
  direction who;
  std::string bytes;
};
using talk_script = std::vector<utterance>;

constexpr direction client = direction::from_client;
constexpr direction server = direction::from_server;

/// Everything that a reader has a state for.
talk_script long_conversation() {
  return {
      {client, "GET /a?x=1 HTTP/1.1\r\nHost: h\r\nCookie: a=b;\r\n c=d\r\n\r\n"},
      {server, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nSet-Cookie: s=1\r\n\r\nhello\r\nworld"},
      {client, "\r\nPOST /b HTTP/1.1\nExpect: 100-continue\nContent-Length: 9\n\n"},
      {server, "HTTP/1.1 100 Continue\r\n\r\n"},
      {client, "a=1&b=2&c"},
      {server,
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n"
       "5;ext=\"1\"\r\nhello\r\n00b\r\n, \r\n\r\nworld!\r\n0\r\nX: y\r\nZ: z\r\n\r\n"},
      {client, "HEAD /c HTTP/1.1\r\n\r\nGET /d HTTP/1.0\r\n\r\n"},
      {server, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n"},
      {client,
       "PUT /e HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n3\r\nabc\r\n0\r\n\r\n"},
      {server, "HTTP/1.1 204 No Content\r\n\r\n"},
      {client, "this is no request\r\nX: y\r\n\r\nGET /f HTTP/1.1\r\n\r\n"},
      {server, "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"},
      {client, "POST /g HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nzz\r\n"},
      {server, "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n"},
      {client, "CONNECT h:1 HTTP/1.1\r\n\r\n"},
      {server, "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno"},
      {client, "GET /h HTTP/1.1\r\n\r\n"},
      {server, "HTTP/1.1 200 OK\r\n\r\nuntil the end\r\nHTTP/1.1 200 OK\r\n\r\n"},
      {client, "GET /i HTTP/1.1\r\nHos"},
  };
}

/// All that items say, times apart.
std::string told(http_talk& talk) {
  std::string out;
  for (const item& one : talk.end().items()) {
    out += in_short(one) + " #" + std::to_string(one.match_number) + ' ' + std::to_string(one.request_size) +
           ' ' + std::to_string(one.response_size) + '\n' + half_json(one.request) + '\n' +
           half_json(one.response) + '\n';
  }
  return out;
}

/// The conversation with every utterance cut where `cut` says, which is asked after each byte.
template <class Cut>
std::string with_cuts(const talk_script& script, Cut&& cut) {
  http_talk talk;
  for (const utterance& one : script) {
    std::size_t begin = 0;
    for (std::size_t i = 1; i <= one.bytes.size(); ++i) {
      if (i != one.bytes.size() && !cut()) continue;
      talk.says(one.who, std::string_view{one.bytes}.substr(begin, i - begin));
      begin = i;
    }
  }
  return told(talk);
}

std::size_t total(const talk_script& script) {
  std::size_t sum = 0;
  for (const utterance& one : script)
    sum += one.bytes.size() - 1;
  return sum;
}

TEST(HttpCuts, AtEverySinglePlaceMeanNothing) {
  const talk_script script = long_conversation();
  const std::string expected = with_cuts(script, [] { return false; });
  ASSERT_NE(expected.find("GET /f -> 500"), std::string::npos) << expected;
  ASSERT_NE(expected.find("GET /h -> 200"), std::string::npos) << expected;
  for (std::size_t place = 0; place < total(script); ++place) {
    std::size_t at = 0;
    ASSERT_EQ(with_cuts(script, [&] { return at++ == place; }), expected) << place;
  }
}

TEST(HttpCuts, BetweenAllBytesMeanNothing) {
  const talk_script script = long_conversation();
  EXPECT_EQ(with_cuts(script, [] { return true; }), with_cuts(script, [] { return false; }));
}

TEST(HttpCuts, AtRandomPlacesMeanNothing) {
  const talk_script script = long_conversation();
  const std::string expected = with_cuts(script, [] { return false; });
  for (unsigned seed = 0; seed < 500; ++seed) {
    std::mt19937 random{seed};
    const unsigned one_in = 1 + seed % 30;
    ASSERT_EQ(with_cuts(script, [&] { return random() % one_in == 0; }), expected) << seed;
  }
}

/// A conversation with some of its bytes changed, dropped or repeated.
talk_script damaged(const talk_script& script, std::mt19937& random) {
  constexpr std::string_view likely = "\r\n :;,09aAfFHTP/\t\0x-";
  talk_script out = script;
  for (auto left = 1 + random() % 6; left > 0; --left) {
    std::string& bytes = out[random() % out.size()].bytes;
    if (bytes.empty()) continue;
    const std::size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0:
        bytes[at] = likely[random() % likely.size()];
        break;
      case 1:
        bytes.erase(at, 1 + random() % 8);
        break;
      case 2:
        bytes.insert(at, bytes.substr(at, 1 + random() % 40));
        break;
      default:
        bytes.insert(at, 1, likely[random() % likely.size()]);
    }
  }
  return out;
}

TEST(HttpCuts, MeanNothingForDamagedConversationsEither) {
  const talk_script script = long_conversation();
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random{seed};
    const talk_script bad = damaged(script, random);
    // The first utterance decides what the protocol is, which may depend on who is heard first.
    const std::string expected = with_cuts(bad, [] { return false; });
    ASSERT_EQ(with_cuts(bad, [&] { return random() % 4 == 0; }), expected) << seed;
  }
}

} // namespace
} // namespace remora::traffic
