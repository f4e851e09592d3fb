#include <cctype>
#include <ostream>

#include <gmock/gmock.h>

#include "http/health.hpp"
#include "served.hpp"

namespace remora::http {
namespace {

using namespace test;

/// A route that must not be reached by what is hidden in another request.
router guarded(int& reached) {
  router out;
  out.add(livez_route());
  auto put = blocking_route(method::put, "/a", access::viewer, "takes a body", [&reached](const request&) {
    ++reached;
    return no_content();
  });
  put.body = json_body("", 100);
  out.add(put);
  return out;
}

std::string put_head(const std::string& headers) {
  return "PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers + "\r\n";
}
const std::string hidden = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

struct wrong_request {
  const char* what;
  std::string bytes;
  unsigned status;
};

void PrintTo(const wrong_request& one, std::ostream* to) { *to << one.what; }

class MalformedRequest : public ::testing::TestWithParam<wrong_request> {};

TEST_P(MalformedRequest, IsRefusedOnceAndTheConnectionWithIt) {
  int reached = 0;
  const served server{guarded(reached)};
  auto one = server.connect();
  one.send(GetParam().bytes + hidden);
  one.half_close();
  EXPECT_EQ(one.read().status, GetParam().status);
  EXPECT_TRUE(one.is_closed_by_peer()) << "what follows could be taken for a request";
  EXPECT_EQ(reached, 0);
  EXPECT_EQ(server.ask(get("/livez")).status, 200u);
}

std::string many_headers(std::size_t count) {
  std::string out = "GET /livez HTTP/1.1\r\nHost: localhost\r\n";
  for (std::size_t i = 0; i < count; ++i) {
    out += "A: b\r\n";
  }
  return out + "Content-Length: 1\r\n\r\n"; // a body that does not come: the connection cannot go on
}

INSTANTIATE_TEST_SUITE_P(
    OverASocket, MalformedRequest,
    ::testing::Values(
        wrong_request{"length and chunks",
                      put_head("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400},
        wrong_request{"chunks and length",
                      put_head("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n") + "0\r\n\r\n", 400},
        wrong_request{"two lengths", put_head("Content-Length: 4\r\nContent-Length: 0\r\n"), 400},
        wrong_request{"a negative length", put_head("Content-Length: -1\r\n"), 400},
        wrong_request{"a length with a sign", put_head("Content-Length: +1\r\n"), 400},
        wrong_request{"a length in hex", put_head("Content-Length: 0x10\r\n"), 400},
        wrong_request{"a length past 64 bits", put_head("Content-Length: 18446744073709551616\r\n"), 400},
        wrong_request{"a length too large", put_head("Content-Length: 101\r\n"), 413},
        wrong_request{
            "chunks too large",
            put_head("Transfer-Encoding: chunked\r\n") + "65\r\n" + std::string(101, 'x') + "\r\n0\r\n\r\n",
            413},
        wrong_request{"a chunk past 64 bits",
                      put_head("Transfer-Encoding: chunked\r\n") + "fffffffffffffffff\r\n", 400},
        wrong_request{"a chunk of no size", put_head("Transfer-Encoding: chunked\r\n") + "x\r\n", 400},
        wrong_request{"a chunk without its end",
                      put_head("Transfer-Encoding: chunked\r\n") + "1\r\nxy\r\n0\r\n\r\n", 400},
        wrong_request{"a blank before the colon", "GET /livez HTTP/1.1\r\nHost : localhost\r\n\r\n", 400},
        wrong_request{"a NUL in a header",
                      "GET /livez HTTP/1.1\r\nHost: local" + std::string(1, '\0') + "host\r\n\r\n", 400},
        wrong_request{"a bare line feed in a header", "GET /livez HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
                      400},
        wrong_request{"no version", "GET /livez\r\n\r\n", 400},
        wrong_request{"another protocol", "GET /livez HTCPCP/1.0\r\n\r\n", 505},
        wrong_request{"HTTP/2.0", "GET /livez HTTP/2.0\r\nHost: localhost\r\n\r\n", 505},
        wrong_request{"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        wrong_request{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400},
        wrong_request{"a control character in the target",
                      "GET /li\x01vez HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        wrong_request{"a line without end", "GET /" + std::string(9000, 'x'), 431},
        wrong_request{"headers without end", "GET /livez HTTP/1.1\r\nX: " + std::string(9000, 'x'), 431},
        wrong_request{"many headers", many_headers(120), 431}),
    [](const auto& one) {
      std::string name;
      for (const char* c = one.param.what; *c != '\0'; ++c)
        if (std::isalnum(static_cast<unsigned char>(*c)) != 0) name += *c;
      return name;
    });

struct wrong_target {
  const char* target;
  unsigned status;
};

void PrintTo(const wrong_target& one, std::ostream* to) { *to << one.target; }

class WrongTarget : public ::testing::TestWithParam<wrong_target> {};

TEST_P(WrongTarget, IsRefusedAndTheConnectionGoesOn) {
  int reached = 0;
  const served server{guarded(reached)};
  auto one = server.connect();
  EXPECT_EQ(one.ask(get(GetParam().target)).status, GetParam().status) << GetParam().target;
  EXPECT_EQ(one.ask(get("/livez")).status, 200u);
}

INSTANTIATE_TEST_SUITE_P(OverASocket, WrongTarget,
                         ::testing::Values(wrong_target{"/../livez", 400}, wrong_target{"/%2e%2e/livez", 400},
                                           wrong_target{"/livez%00", 400}, wrong_target{"/livez?x=%00", 400},
                                           wrong_target{"/livez?x=%zz", 400},
                                           wrong_target{"/%c0%ae/livez", 400}, wrong_target{"//livez", 404},
                                           wrong_target{"/livez/", 404}, wrong_target{"/LIVEZ", 404},
                                           wrong_target{"*", 404},
                                           wrong_target{"http://localhost/livez", 200},
                                           wrong_target{"http://evil.example/livez", 400},
                                           wrong_target{"file:///etc/passwd", 400}));

TEST(Request, MayBeginWithAnEmptyLineOfTheOneBefore) {
  int reached = 0;
  const served server{guarded(reached)};
  auto one = server.connect();
  // RFC 9112 2.2 lets a server skip it; refusing it is safe too, serving something else would not be.
  const auto got = one.ask("\r\n" + get("/livez"));
  EXPECT_TRUE(got.status == 200 || got.status == 400) << got.status;
}

TEST(Request, ThatIsAbandonedHarmsNobody) {
  int reached = 0;
  const served server{guarded(reached)};
  for (const auto& part : {std::string{}, std::string{"GET /li"}, std::string{"GET /livez HTTP/1.1\r\nHo"},
                           put_head("Content-Length: 50\r\n") + "half",
                           put_head("Transfer-Encoding: chunked\r\n") + "5\r\nab"}) {
    auto one = server.connect();
    one.send(part);
    one.half_close();
    EXPECT_TRUE(one.is_closed_by_peer()) << part;
  }
  EXPECT_EQ(reached, 0);
}

} // namespace
} // namespace remora::http
