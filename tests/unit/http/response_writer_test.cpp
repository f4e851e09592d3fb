#include "http/response_writer.hpp"

#include <gmock/gmock.h>

namespace remora::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class empty_source final : public body_source {
 public:
  result<std::string> next() override { return std::string{}; }
};

std::string head(const response& one, framing as = {}) { return write_head(one, as, 784111777); }

TEST(ResponseHead, SaysLengthTypeAndDate) {
  const auto text = head(json_response("{}"));
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Length: 2\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(text, HasSubstr("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\n"));
}

TEST(ResponseHead, KeepsBrowsersFromGuessingFramingAndStoring) {
  const auto text = head(json_response("{}"));
  EXPECT_THAT(text, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"));
  EXPECT_THAT(text, HasSubstr("Cache-Control: no-store\r\n"));
}

TEST(ResponseHead, LetsARouteSayItsOwnPolicyOnce) {
  auto one = text_response("<html>");
  one.headers = {{"content-security-policy", "script-src 'self'"}};
  const auto text = head(one);
  EXPECT_THAT(text, HasSubstr("content-security-policy: script-src 'self'\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("default-src")));
}

TEST(ResponseHead, LeavesOutHeadersThatWouldForgeOthers) {
  auto one = json_response("{}");
  one.headers = {{"X-A", "a\r\nSet-Cookie: b"},
                 {"X B", "b"},
                 {"", "c"},
                 {"X-C:", "c"},
                 {"Content-Length", "0"},
                 {"Transfer-Encoding", "chunked"},
                 {"X-D", std::string{"\0", 1}}};
  const auto text = head(one);
  EXPECT_THAT(text, Not(HasSubstr("Set-Cookie")));
  for (const auto* forged :
       {"X-A", "X B", "X-C:", "X-D", "\r\n: c", "Content-Length: 0", "Transfer-Encoding"}) {
    EXPECT_THAT(text, Not(HasSubstr(forged)));
  }
}

TEST(ResponseHead, HasNoLengthWhereThereIsNeverABody) {
  for (const unsigned status : {204u, 304u}) {
    const auto text = head(json_response("", status));
    EXPECT_THAT(text, Not(HasSubstr("Content-Length"))) << status;
    EXPECT_THAT(text, Not(HasSubstr("\nContent-Type"))) << status;
  }
  EXPECT_THAT(head(json_response("", 200)), HasSubstr("Content-Length: 0\r\n"));
}

TEST(ResponseHead, AnnouncesAStreamAsTheClientUnderstandsIt) {
  response one;
  one.stream = std::make_shared<empty_source>();
  EXPECT_THAT(head(one), HasSubstr("Transfer-Encoding: chunked\r\n"));
  const auto old = head(one, {true, false});
  EXPECT_THAT(old, Not(HasSubstr("Transfer-Encoding")));
  EXPECT_THAT(old, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(old, HasSubstr("Connection: close\r\n"));
}

TEST(Chunk, IsLengthInHexAndThePiece) {
  EXPECT_EQ(chunk(std::string(26, 'x')), "1a\r\n" + std::string(26, 'x') + "\r\n");
  EXPECT_EQ(chunk(""), "0\r\n\r\n");
}

} // namespace
} // namespace remora::http
