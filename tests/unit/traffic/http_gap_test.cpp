#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_talk.hpp"

// Missing bytes: what becomes of the messages around them, and that nobody is given another's response.
// Source: items, section 4; traffic/dissect/http/README.md.
namespace remora::traffic {
namespace {

using testing::ElementsAre;

constexpr std::string_view get_a = "GET /a HTTP/1.1\r\n\r\n";
constexpr std::string_view get_b = "GET /b HTTP/1.1\r\n\r\n";
constexpr std::string_view get_c = "GET /c HTTP/1.1\r\n\r\n";
constexpr const char* lost_response = " -> - [pair-not-found: no response seen]";

std::string answer(int status) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 0\r\n\r\n";
}

TEST(HttpGap, InABodyOfKnownLengthIsCountedAndReadingGoesOn) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nab").server_gap(5).server("cde");
  talk.client(get_b).server(answer(201));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200", "GET /b -> 201"));
  EXPECT_EQ(member_json(talk.items()[0].response, "content"),
            R"({"size":10,"mimeType":"","encoding":"base64","text":"YWI=","truncated":true})");
  EXPECT_TRUE(talk.items()[0].gap);
  EXPECT_FALSE(talk.items()[1].gap);
  EXPECT_EQ(talk.items()[0].response_size, 38u + 10u);
}

TEST(HttpGap, ThatIsAllTheRestOfABodyCompletesIt) {
  http_talk talk;
  talk.client("PUT /a HTTP/1.1\r\nContent-Length: 4\r\n\r\n").client_gap(4).server(answer(200));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("PUT /a -> 200"));
}

TEST(HttpGap, InsideAChunkIsCountedToo) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nab").server_gap(8);
  talk.server("\r\n1\r\nx\r\n0\r\n\r\n");
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200"));
  EXPECT_EQ(member_json(talk.only().response, "bodySize"), "11");
}

TEST(HttpGap, BeyondAChunkBreaksTheMessage) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nab").server_gap(9);
  talk.server("rest of it\r\n0\r\n\r\n").client(get_b).server(answer(201));
  EXPECT_THAT(in_short(talk.items()),
              ElementsAre("GET /a -> 200 [dissection: 9 bytes were missing]", "GET /b -> 201"));
  EXPECT_TRUE(talk.items()[0].gap);
  EXPECT_TRUE(talk.items()[1].gap) << "bytes were missing right before it";
}

TEST(HttpGap, InABodyThatEndsWithTheConnectionIsCounted) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.0 200 X\r\n\r\nab").server_gap(100).server("cd").end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200"));
  EXPECT_EQ(member_json(talk.only().response, "bodySize"), "104");
}

TEST(HttpGap, InAHeadShowsWhatCameOfIt) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.1 200 X\r\nServer: y\r\nCont").server_gap(50).server("body");
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200 [dissection: 50 bytes were missing]"));
}

TEST(HttpGap, InAStartLineLeavesNothingToShow) {
  http_talk talk;
  talk.client(get_a).server(answer(200)).client("GET /b").client_gap(50).client(get_c).server(answer(201));
  EXPECT_THAT(in_short(talk.items()),
              ElementsAre("GET /a -> 200", "- -> - [dissection: 50 bytes were missing]", "GET /c -> 201"));
}

TEST(HttpGap, ThatTookAResponseGivesItsRequestUp) {
  http_talk talk;
  talk.client(get_a).server_gap(500).client(get_b).server(answer(201)).client(get_c).server(answer(202));
  EXPECT_THAT(in_short(talk.items()),
              ElementsAre(std::string{"GET /a"} + lost_response, "GET /b -> 201", "GET /c -> 202"));
}

TEST(HttpGap, ThatTookARequestLeavesItsResponseAlone) {
  http_talk talk;
  talk.client(get_a).server(answer(200)).client_gap(100).server(answer(299));
  talk.client(get_b).server(answer(201)).client(get_c).server(answer(202)).end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200", "GET /b -> 201", "GET /c -> 202",
                                                  "- -> 299 [pair-not-found: no request seen]"));
}

TEST(HttpGap, ThatTookBothLeavesTheOthersRight) {
  http_talk talk;
  talk.client(get_a).server(answer(200)).client_gap(300).server_gap(700).client(get_b).server(answer(201));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200", "GET /b -> 201"));
}

TEST(HttpGap, OnTheClientsSideLeavesTheResponseToWhatWasAskedBefore) {
  http_talk talk;
  talk.client(get_a)
      .client_gap(100)
      .server(answer(200))
      .server(answer(299))
      .client(get_b)
      .server(answer(201));
  EXPECT_EQ(in_short(talk.items()[0]), "GET /a -> 200");
  EXPECT_EQ(in_short(talk.items()[1]), "GET /b -> 201");
}

TEST(HttpGap, LeavesARequestThatIsStillBeingSentItsResponse) {
  http_talk talk;
  talk.client(get_a).server(answer(200)).client("POST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nx");
  talk.server_gap(25); // a 100 Continue, say
  talk.client("y").server(answer(201));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200", "POST /b -> 201"));
}

TEST(HttpGap, BetweenPipelinedRequestsEndsPairing) {
  http_talk talk;
  talk.client(get_a).client(get_b).client_gap(19).client(get_c);
  talk.server(answer(200) + answer(201) + answer(202) + answer(203)).end();
  for (const item& one : talk.items())
    EXPECT_TRUE(one.request == nullptr || one.response == nullptr) << in_short(one);
  EXPECT_EQ(talk.items().size(), 7u);
}

TEST(HttpGap, IsFollowedByASearchForASegmentThatBeginsAMessage) {
  http_talk talk;
  talk.client(get_a).server_gap(10).server("middle of a body\r\nHTTP/1.1 200 X\r\n\r\n");
  talk.client(get_b).server(answer(201));
  EXPECT_THAT(in_short(talk.items()), ElementsAre(std::string{"GET /a"} + lost_response, "GET /b -> 201"));
}

TEST(HttpGap, BeforeAnythingElseIsNoReasonNotToRecogniseHttp) {
  http_talk talk;
  talk.client_gap(10).client(get_a).server(answer(200));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200"));
}

} // namespace
} // namespace remora::traffic
