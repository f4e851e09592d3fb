#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_talk.hpp"

// Where messages begin and end, and who answers whom. Source: RFC 9112; items, sections 4, 7 and 8.1.
namespace remora::traffic {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view get_a = "GET /a HTTP/1.1\r\n\r\n";
constexpr std::string_view get_b = "GET /b HTTP/1.1\r\n\r\n";
constexpr std::string_view get_c = "GET /c HTTP/1.1\r\n\r\n";

std::string answer(int status, const std::string& body = {}) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// ---- pairing

TEST(HttpPairing, CountsFromOneInEachConnection) {
  http_talk talk;
  talk.client(get_a).server(answer(200)).client(get_b).server(answer(201));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200", "GET /b -> 201"));
  EXPECT_EQ(talk.items()[0].match_number, 1u);
  EXPECT_EQ(talk.items()[1].match_number, 2u);
}

TEST(HttpPairing, GivesPipelinedRequestsTheirResponsesInOrder) {
  http_talk talk;
  talk.client(std::string{get_a} + std::string{get_b} + std::string{get_c});
  talk.server(answer(200, "x") + answer(404) + answer(500));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200", "GET /b -> 404", "GET /c -> 500"));
}

TEST(HttpPairing, TakesAResponseThatIsSeenBeforeItsRequest) {
  http_talk talk;
  talk.server(answer(200)).client(get_a);
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200"));
  EXPECT_EQ(talk.items().front().elapsed_us, 0);
}

TEST(HttpPairing, DoesNotCountInterimResponses) {
  http_talk talk;
  talk.client("POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  talk.server("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n").client("ab");
  talk.server(answer(200)).client(get_b).server(answer(201));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("POST /a -> 200", "GET /b -> 201"));
}

TEST(HttpPairing, TellsOfARequestThatNobodyAnswered) {
  http_talk talk;
  talk.client(get_a).end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> - [pair-not-found: no response seen]"));
  EXPECT_EQ(talk.items().front().response_size, 0u);
}

TEST(HttpPairing, TellsOfAResponseThatNobodyAskedFor) {
  http_talk talk;
  talk.server(answer(200)).end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("- -> 200 [pair-not-found: no request seen]"));
}

TEST(HttpPairing, TellsOfAResetWhileARequestWaits) {
  http_talk talk;
  talk.client(get_a).end(stream_end::reset);
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> - [connection: Reset]"));
}

TEST(HttpPairing, GivesUpOnARequestAfterTheTimeForPairing) {
  http_talk talk;
  talk.client(get_a).wait(std::chrono::seconds{31});
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> - [pair-not-found: no response seen]"));
}

TEST(HttpPairing, WaitsForAResponseThatComesInDribbles) {
  http_talk talk;
  talk.client(get_a);
  for (const char* piece : {"HTTP/1.1 206 ", "Partial Content\r\n", "Content-Length: 1\r\n", "\r\n"})
    talk.wait(std::chrono::seconds{25}).server(piece);
  talk.wait(std::chrono::seconds{25}).server("x");
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 206"));
}

TEST(HttpPairing, DoesNotWaitForEverOnAConnectionThatIsNeverSilent) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.1 200 OK\r\nX: ");
  for (int i = 0; i < 16; ++i)
    talk.wait(std::chrono::seconds{20}).server("x");
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> - [pair-not-found: no response seen]"));
}

TEST(HttpPairing, FindsTheClientWhenTheCaptureBeganLate) {
  http_talk talk{false};
  talk.server(get_a).client(answer(200)); // the guess of the flow table was wrong
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200"));
  EXPECT_EQ(talk.items().front().source.address.port, 8080);
}

TEST(HttpPairing, DoesNotTakeAnAnswerToWhatWasNotCapturedForTheNextOne) {
  http_talk talk{false};
  talk.server(answer(500)).client(get_a).server(answer(200)).client(get_b).server(answer(201));
  EXPECT_THAT(in_short(talk.end().items()),
              ElementsAre("GET /a -> 200", "GET /b -> 201", "- -> 500 [pair-not-found: no request seen]"));
}

// ---- bodies

struct body_case {
  const char* what;
  const char* request;
  std::string response;
  std::uint64_t body;
};
std::ostream& operator<<(std::ostream& to, const body_case& one) { return to << one.what; }

class HttpBody : public testing::TestWithParam<body_case> {};

TEST_P(HttpBody, EndsWhereItEnds) {
  http_talk talk;
  talk.client(std::string{GetParam().request} + std::string{get_b}).server(GetParam().response + answer(299));
  ASSERT_EQ(talk.items().size(), 2u) << GetParam().what;
  EXPECT_EQ(member_json(talk.items()[0].response, "bodySize"), std::to_string(GetParam().body));
  EXPECT_EQ(member_json(talk.items()[1].response, "status"), "299");
  EXPECT_EQ(talk.items()[0].response_size, GetParam().response.size());
}

INSTANTIATE_TEST_SUITE_P(
    Delimited, HttpBody,
    testing::Values(
        body_case{"by its length", "GET /a HTTP/1.1\r\n\r\n", answer(200, "hello"), 5},
        body_case{"by a length given twice", "GET /a HTTP/1.1\r\n\r\n",
                  "HTTP/1.1 200 X\r\nContent-Length: 2\r\ncontent-length: 2, 2\r\n\r\nab", 2},
        body_case{"by chunks", "GET /a HTTP/1.1\r\n\r\n",
                  "HTTP/1.1 200 X\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
                  "3;name=\"v\"\r\nabc\r\n00A ; x\r\n0123456789\r\n000\r\n\r\n",
                  13},
        body_case{"by chunks with bare LF", "GET /a HTTP/1.1\r\n\r\n",
                  "HTTP/1.1 200 X\nTransfer-Encoding:chunked\n\n3\nabc\n0\n\n", 3},
        body_case{"by chunks with trailers", "GET /a HTTP/1.1\r\n\r\n",
                  "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\nC: d\r\n\r\n",
                  1},
        body_case{"a folded Transfer-Encoding", "GET /a HTTP/1.1\r\n\r\n",
                  "HTTP/1.1 200 X\r\nTransfer-Encoding:\r\n chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 1},
        body_case{
            "chunks go before a length", "GET /a HTTP/1.1\r\n\r\n",
            "HTTP/1.1 200 X\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            1},
        body_case{"identity is no encoding", "GET /a HTTP/1.1\r\n\r\n",
                  "HTTP/1.1 200 X\r\nTransfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na", 1},
        body_case{"none for HEAD", "HEAD /a HTTP/1.1\r\n\r\n", "HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n",
                  0},
        body_case{"none for HEAD with chunks", "HEAD /a HTTP/1.1\r\n\r\n",
                  "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
        body_case{"none with 204", "GET /a HTTP/1.1\r\n\r\n", "HTTP/1.1 204 X\r\nContent-Length: 9\r\n\r\n",
                  0},
        body_case{"none with 304", "GET /a HTTP/1.1\r\n\r\n", "HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n",
                  0},
        body_case{"none where CONNECT failed", "CONNECT h:1 HTTP/1.1\r\n\r\n", answer(407), 0}));

TEST(HttpBody, OfARequestIsDelimitedTheSameWay) {
  http_talk talk;
  talk.client("PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
  talk.client("PUT /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc").client(get_c);
  talk.server(answer(200) + answer(201) + answer(202));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("PUT /a -> 200", "PUT /b -> 201", "GET /c -> 202"));
  EXPECT_THAT(member_json(talk.items()[0].request, "postData"), HasSubstr(R"("text":"hi")"));
}

TEST(HttpBody, EndsWithTheConnectionWhenNothingElseSaysSo) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.0 200 X\r\n\r\nhel").server("lo");
  EXPECT_EQ(talk.items().size(), 0u);
  talk.end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200"));
  EXPECT_EQ(member_json(talk.items()[0].response, "content"),
            R"({"size":5,"mimeType":"","encoding":"base64","text":"aGVsbG8="})");
}

TEST(HttpBody, IsKeptUpToTheLimitAndCountedBeyond) {
  dissect_options options;
  options.body_limit_bytes = 4;
  for (const std::string& response :
       {answer(200, "abcdef"), std::string{"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
                                           "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"}}) {
    http_talk talk{true, options};
    talk.client(get_a).server(response);
    EXPECT_EQ(member_json(talk.only().response, "content"),
              R"({"size":6,"mimeType":"","encoding":"base64","text":"YWJjZA==","truncated":true})");
    EXPECT_EQ(member_json(talk.only().response, "bodySize"), "6");
    EXPECT_EQ(talk.only().trouble, item_trouble::none);
  }
}

TEST(HttpBody, ThatTheConnectionCutSaysSo) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nabc").end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200 [connection: unexpected EOF]"));
  EXPECT_EQ(member_json(talk.only().response, "content"),
            R"({"size":10,"mimeType":"","encoding":"base64","text":"YWJj","truncated":true})");
}

TEST(HttpBody, ThatAResetCutSaysSo) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.1 200 X\r\n\r\nabc").end(stream_end::reset);
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200 [connection: Reset]"));
}

TEST(HttpBody, OfAStreamThatWasGivenUpSaysSo) {
  http_talk talk;
  talk.client(get_a).server("HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nabc").end(stream_end::idle);
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200 [timeout: unexpected EOF]"));
}

TEST(HttpBody, ThatTheServerRefusedIsNoFault) {
  for (const char* framing : {"Content-Length: 9", "Transfer-Encoding: chunked"}) {
    http_talk talk;
    talk.client(std::string{"POST /a HTTP/1.1\r\nExpect: 100-continue\r\n"} + framing + "\r\n\r\n");
    talk.server(answer(413)).end();
    EXPECT_THAT(in_short(talk.items()), ElementsAre("POST /a -> 413"));
    EXPECT_EQ(member_json(talk.only().request, "bodySize"), "0");
  }
}

TEST(HttpBody, ThatBreaksOffAfterItsAnswerSaysSo) {
  http_talk talk;
  talk.client("POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc").server(answer(413)).end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("POST /a -> 413 [connection: unexpected EOF]"));
}

TEST(HttpBody, ThatNobodyRefusedAndNeverCameSaysSo) {
  http_talk talk;
  talk.client("POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\n").end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("POST /a -> - [connection: unexpected EOF]"));
}

// ---- what is wrong with a message

struct fault_case {
  const char* fields;
  const char* text;
};
std::ostream& operator<<(std::ostream& to, const fault_case& one) { return to << one.text; }

class HttpFault : public testing::TestWithParam<fault_case> {};

TEST_P(HttpFault, IsToldByTheItemOfARequest) {
  http_talk talk;
  talk.client("POST /a HTTP/1.1\r\n" + std::string{GetParam().fields} + "\r\n\r\n").server(answer(400)).end();
  EXPECT_THAT(in_short(talk.items()),
              ElementsAre("POST /a -> 400 [dissection: " + std::string{GetParam().text} + "]"));
}

INSTANTIATE_TEST_SUITE_P(
    Framing, HttpFault,
    testing::Values(
        fault_case{"Content-Length: 1\r\nContent-Length: 2", "Content-Length has values that differ"},
        fault_case{"Content-Length: 1, 2", "Content-Length has values that differ"},
        fault_case{"Content-Length: -1", "Content-Length is no length"},
        fault_case{"Content-Length: +1", "Content-Length is no length"},
        fault_case{"Content-Length: 0x10", "Content-Length is no length"},
        fault_case{"Content-Length:", "Content-Length is no length"},
        fault_case{"Content-Length: 99999999999999999999", "Content-Length is no length"},
        fault_case{"Transfer-Encoding: gzip", "Transfer-Encoding does not end with chunked"},
        fault_case{"Transfer-Encoding: chunked, gzip", "Transfer-Encoding does not end with chunked"},
        fault_case{"Transfer-Encoding: chunked, chunked", "Transfer-Encoding does not end with chunked"}));

TEST(HttpFault, OfBothWaysToDelimitIsToldAndTheChunksAreRead) {
  http_talk talk;
  talk.client(
      "POST /a HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
  talk.client(get_b).server(answer(200) + answer(201));
  EXPECT_THAT(
      in_short(talk.items()),
      ElementsAre("POST /a -> 200 [dissection: both Transfer-Encoding and Content-Length]", "GET /b -> 201"));
}

TEST(HttpFault, LeavesTheNextMessagesAlone) {
  http_talk talk;
  talk.client("POST /a HTTP/1.1\r\nContent-Length: x\r\n\r\nwhat\r\never\r\n").server(answer(400));
  talk.client(get_b).server(answer(200));
  EXPECT_THAT(in_short(talk.items()),
              ElementsAre("POST /a -> 400 [dissection: Content-Length is no length]", "GET /b -> 200"));
}

TEST(HttpFault, InsideChunksCutsTheMessage) {
  for (const char* chunks :
       {"x\r\n", "1x\r\n", "\r\n", "3\r\nabcd\r\n", "1\r\na\r\r\n", "1234567890123456\r\n"}) {
    http_talk talk;
    talk.client(get_a);
    talk.server("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string{chunks});
    talk.client(get_b).server(answer(201));
    ASSERT_EQ(talk.items().size(), 2u) << chunks;
    EXPECT_THAT(in_short(talk.items()[0]), HasSubstr("GET /a -> 200 [dissection: ")) << chunks;
    EXPECT_EQ(in_short(talk.items()[1]), "GET /b -> 201") << chunks;
  }
}

TEST(HttpFault, OfTooLongExtensionsOrTrailersCutsTheMessage) {
  for (const std::string& long_one :
       {"1;" + std::string(20'000, 'x'), "0\r\nA: " + std::string(70'000, 'x')}) {
    http_talk talk;
    talk.client(get_a).server("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + long_one);
    EXPECT_THAT(in_short(talk.only()), HasSubstr("GET /a -> 200 [dissection: the "));
  }
}

TEST(HttpFault, OfAHeaderBlockWithoutEndIsToldAndReadingGoesOnBehindIt) {
  http_talk talk;
  talk.client("GET /a HTTP/1.1\r\nX: " + std::string(300'000, 'x') + "\r\n\r\n" + std::string{get_b});
  talk.server(answer(431) + answer(200));
  EXPECT_THAT(
      in_short(talk.items()),
      ElementsAre("GET /a -> 431 [dissection: the header block is longer than 256 KiB]", "GET /b -> 200"));
}

TEST(HttpFault, OfALineThatBeginsNoMessageIsToldOnce) {
  http_talk talk;
  talk.client(get_a).server(answer(200)).client("what is\r\nthis here?\r\n" + std::string{get_b});
  talk.server(answer(201));
  EXPECT_THAT(in_short(talk.items()),
              ElementsAre("GET /a -> 200", "- -> - [dissection: not a request line]", "GET /b -> 201"));
  EXPECT_EQ(talk.counters().failed, 1u);
}

TEST(HttpFault, OfAnAnswerThatIsNoneLeavesItsRequestWaiting) {
  http_talk talk;
  talk.client(get_a).server("\x01\x02nonsense").client(get_b).end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("- -> - [dissection: not a status line]",
                                                  "GET /a -> - [pair-not-found: no response seen]",
                                                  "GET /b -> - [pair-not-found: no response seen]"));
}

TEST(HttpFault, OfAHeadThatBreaksOffShowsWhatCame) {
  http_talk talk;
  talk.client("GET /a HTTP/1.1\r\nHost: x").end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> - [connection: unexpected EOF]"));
  EXPECT_EQ(member_json(talk.only().request, "headers"), R"({"Host":"x"})");
}

// ---- odd but legal

TEST(HttpLeniency, PassesOverEmptyLinesBeforeAMessage) {
  http_talk talk;
  talk.client("\r\n\r\n" + std::string{get_a} + "\r\n\n").server("\r\n" + answer(200)).client(get_b);
  talk.server(answer(201)).end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200", "GET /b -> 201"));
}

TEST(HttpLeniency, ReadsWhatIsBehindTheVersionAndDoubleSpaces) {
  http_talk talk;
  talk.client("GET   /a   HTTP/1.1 what\r\n\r\nGET /b\tHTTP/1.0  \r\n\r\n").end();
  EXPECT_EQ(member_json(talk.items()[0].request, "url"), R"("/a")");
  EXPECT_EQ(member_json(talk.items()[1].request, "url"), R"("/b")");
}

TEST(HttpLeniency, ReadsASimpleRequestAndItsHeadlessResponse) {
  http_talk talk;
  talk.client("GET /\r\n\r\n").server("<html>").server("x</html>").end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET / -> 0"));
  EXPECT_EQ(member_json(talk.only().request, "httpVersion"), R"("HTTP/0.9")");
  EXPECT_EQ(member_json(talk.only().response, "bodySize"), "14");
  EXPECT_EQ(talk.only().protocol->version, "1.0");
}

TEST(HttpLeniency, ReadsASimpleRequestThatEndsWithItsConnection) {
  http_talk talk;
  talk.client("GET /x\r\n").server("HTTP/1.0 400 X\r\n\r\n").end();
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /x -> 400"));
}

// ---- where HTTP ends

TEST(HttpTunnel, IsNotLookedInto) {
  http_talk talk;
  talk.client("CONNECT mail:25 HTTP/1.1\r\n\r\n");
  talk.client("EHLO early\r\n").server("HTTP/1.1 200 Go\r\nContent-Length: 7\r\n\r\n220 hello\r\n");
  EXPECT_FALSE(talk.is_listened_to());
  EXPECT_THAT(in_short(talk.items()), ElementsAre("CONNECT mail:25 -> 200"));
}

TEST(HttpTunnel, ThatIsRefusedLeavesTheConnectionToHttp) {
  http_talk talk;
  talk.client("CONNECT h:1 HTTP/1.1\r\n\r\n" + std::string{get_a})
      .server(answer(407, "no"))
      .server(answer(200));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("CONNECT h:1 -> 407", "GET /a -> 200"));
}

TEST(HttpTunnel, ThatNobodyAnswersIsLeftAloneSometime) {
  http_talk talk;
  talk.client("CONNECT h:1 HTTP/1.1\r\n\r\n").client(std::string(100'000, 'x'));
  EXPECT_FALSE(talk.is_listened_to());
  EXPECT_THAT(in_short(talk.items()), ElementsAre("CONNECT h:1 -> - [pair-not-found: no response seen]"));
}

TEST(HttpUpgrade, EndsHttp) {
  http_talk talk;
  talk.client("GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  talk.server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x01x");
  EXPECT_FALSE(talk.is_listened_to());
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /ws -> 101"));
}

TEST(HttpUpgrade, ThatTheServerIgnoresChangesNothing) {
  http_talk talk;
  talk.client("GET /a HTTP/1.1\r\nUpgrade: h2c\r\n\r\n")
      .server(answer(200))
      .client(get_b)
      .server(answer(201));
  EXPECT_THAT(in_short(talk.items()), ElementsAre("GET /a -> 200", "GET /b -> 201"));
}

} // namespace
} // namespace remora::traffic
