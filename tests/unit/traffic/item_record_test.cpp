// A query says the same of a native item and of the document that it is written as.
#include "traffic/items/item_record.hpp"

#include <gmock/gmock.h>

#include "filter/json_record.hpp"
#include "filter/query.hpp"
#include "http_talk.hpp"
#include "protocol/item/json_writer.hpp"

namespace remora::traffic {
namespace {

const char* const queries[] = {
    "",
    "http",
    "dns",
    "http and response.status == 503",
    "response.status == \"503\"",
    "response.status == r\"5.*\"",
    "http && status_code >= 500",
    "status_code in [200, 204]",
    "method == \"GET\" && path == \"/v2/prices\"",
    "url.contains(\"sku=A-17\")",
    "query_string[\"cur\"] == \"EUR\"",
    "request.query.sku == \"A-17\"",
    "request.headers[\"user-agent\"] == \"shopd/3.1\" and http",
    "\"x-none\" in request.headers",
    "request.headers[\"x-none\"] == \"a\" && http",
    "request.pathSegments[0] == \"v2\"",
    "request.pathSegments.* == \"prices\"",
    "request..sku == \"A-17\"",
    "response.body.json().error.code == \"OVERLOAD\"",
    "dst.port == 8080 && src.ip.startsWith(\"10.1.\")",
    "elapsed_time >= 0 && timestamp < now()",
    "error == nil",
    "error",
    "nosuch.member == 1 or src.port.deeper == 1",
    "request and !response",
    "response.content.size > 3 and http",
    "protocol.name == \"http\"",
    "tls or passed",
};

void expect_the_same_of(const item& one) {
  const auto document = nlohmann::json::parse(to_json(members_of(one)));
  for (const char* const text : queries) {
    const auto query = filter::compile(text, filter::macro_table{});
    ASSERT_TRUE(query) << text << ": " << query.error().text();
    item_record native{one};
    filter::json_record written{document};
    const auto now = from_unix_ns(1'760'000'000'000'000'000);
    const auto said = (*query)->evaluate(native, now);
    const auto expected = (*query)->evaluate(written, now);
    EXPECT_EQ(said.matched, expected.matched) << text;
    EXPECT_EQ(said.failure, expected.failure) << text;
  }
}

TEST(ItemRecord, IsTheSameDocumentAsTheItemsJson) {
  http_talk talk;
  talk.client("GET /a?q=1 HTTP/1.1\r\nHost: x\r\n\r\n")
      .server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(item_record{talk.only()}.whole(), nlohmann::json::parse(to_json(members_of(talk.only()))));
}

TEST(ItemRecord, MatchesAsItsDocumentDoes) {
  http_talk talk;
  talk.client(
          "GET /v2/prices?sku=A-17&cur=EUR HTTP/1.1\r\nHost: pricing:8080\r\nUser-Agent: shopd/3.1\r\n"
          "Cookie: sid=abc\r\n\r\n")
      .server(
          "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n"
          "{\"error\":{\"code\":\"OVERLOAD\",\"retry\":30}}\n");
  expect_the_same_of(talk.only());
}

TEST(ItemRecord, MatchesAsItsDocumentDoesWhenAHalfIsMissing) {
  http_talk talk;
  talk.client("GET /v2/prices HTTP/1.1\r\nHost: x\r\n\r\n").end(stream_end::reset);
  expect_the_same_of(talk.only());
}

TEST(ItemRecord, GivesBothEndsTheirOwnMembers) {
  http_talk talk;
  talk.client("GET / HTTP/1.1\r\nHost: x\r\n\r\n").end(stream_end::reset);
  item_record native{talk.only()};
  const filter::path source{{"src", "port"}};
  const filter::path destination{{"dst", "port"}};
  EXPECT_EQ(std::get<std::string_view>(native.at(source)), "41730");
  EXPECT_EQ(std::get<std::string_view>(native.at(destination)), "8080");
}

TEST(ItemRecord, ShowsARedactedCopyAndStaysWhatItIs) {
  http_talk talk;
  talk.client("GET /secret HTTP/1.1\r\nHost: x\r\n\r\n").end(stream_end::reset);
  item_record native{talk.only()};
  const auto query = filter::compile("redact(\"request.path\")", filter::macro_table{});
  const auto said = (*query)->evaluate(native, timestamp{});
  ASSERT_TRUE(said.altered);
  EXPECT_EQ(said.altered->at("request").at("path"), "[REDACTED]");
  EXPECT_EQ(native.whole().at("request").at("path"), "/secret");
}

} // namespace
} // namespace remora::traffic
