#include <algorithm>
#include <ostream>

#include <gtest/gtest.h>

#include "http_talk.hpp"

// What an HTTP item holds. Source: items, section 8.1.
namespace remora::traffic {
namespace {

constexpr std::string_view plain_get =
    "GET /v2/prices?sku=A-17&cur=EUR HTTP/1.1\r\n"
    "host: pricing:8080\r\n"
    "user-agent: shopd/3.1\r\n"
    "cookie: sid=abc\r\n\r\n";
constexpr std::string_view plain_answer =
    "HTTP/1.1 503 Busy\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 13\r\n\r\n"
    "{\"retry\":30}\n";

std::string request_member(std::string_view bytes, std::string_view name) {
  http_talk talk;
  talk.client(bytes).end();
  return member_json(talk.only().request, name);
}

std::string response_member(std::string_view bytes, std::string_view name) {
  http_talk talk;
  talk.client("GET / HTTP/1.1\r\n\r\n").server(bytes).end();
  return member_json(talk.only().response, name);
}

TEST(HttpItem, HoldsARequestAndItsResponse) {
  http_talk talk;
  talk.client(plain_get).server(plain_answer);
  const item& one = talk.only();
  EXPECT_EQ(
      half_json(one.request),
      R"({"method":"GET","url":"/v2/prices?sku=A-17&cur=EUR","targetUri":"/v2/prices?sku=A-17&cur=EUR",)"
      R"("path":"/v2/prices","pathSegments":["v2","prices"],"queryString":{"sku":"A-17","cur":"EUR"},)"
      R"("headers":{"Host":"pricing:8080","User-Agent":"shopd/3.1","Cookie":"sid=abc"},)"
      R"("cookies":{"sid":"abc"},"httpVersion":"HTTP/1.1","headersSize":104,"bodySize":0})");
  EXPECT_EQ(
      half_json(one.response),
      R"({"status":503,"statusText":"Service Unavailable","httpVersion":"HTTP/1.1",)"
      R"("headers":{"Content-Type":"application/json","Content-Length":"13"},"cookies":{},)"
      R"("headersSize":73,"bodySize":13,"redirectURL":"",)"
      R"("content":{"size":13,"mimeType":"application/json","encoding":"base64","text":"eyJyZXRyeSI6MzB9Cg=="}})");
  EXPECT_EQ(one.request_size, plain_get.size());
  EXPECT_EQ(one.response_size, plain_answer.size());
  EXPECT_EQ(one.trouble, item_trouble::none);
  EXPECT_EQ(matcher_key(one), "10.1.3.20_10.1.3.9_41730_8080_1_HTTP1");
}

TEST(HttpItem, IsOfTheVersionOfItsRequest) {
  http_talk talk;
  talk.client("GET / HTTP/1.0\r\n\r\n").server("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(talk.only().protocol->version, "1.0");
  EXPECT_EQ(talk.only().protocol->reference_link, "https://datatracker.ietf.org/doc/html/rfc1945");
  http_talk newer;
  newer.client("GET / HTTP/1.1\r\n\r\n").server("HTTP/1.0 204 No Content\r\n\r\n");
  EXPECT_EQ(newer.only().protocol->version, "1.1");
  EXPECT_EQ(newer.only().protocol->long_name, "Hypertext Transfer Protocol -- HTTP/1.1");
}

TEST(HttpItem, IsSummedUpByMethodPathAndStatus) {
  http_talk talk;
  talk.client("GET /a%22b?x=1 HTTP/1.1\r\n\r\n").server("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
  const item_summary sum = talk.only().protocol->summarise(talk.only());
  EXPECT_EQ(sum.method, "GET");
  EXPECT_EQ(sum.method_query, R"(request.method == "GET")");
  EXPECT_EQ(sum.summary, "/a\"b");
  EXPECT_EQ(sum.summary_query, R"(request.path == "/a\"b")");
  EXPECT_EQ(sum.status, 404);
  EXPECT_EQ(sum.status_query, "response.status == 404");
}

TEST(HttpItem, IsSummedUpEvenWhenAHalfIsMissing) {
  http_talk talk;
  talk.client("GET / HTTP/1.1\r\n\r\n").end();
  const item_summary sum = talk.only().protocol->summarise(talk.only());
  EXPECT_EQ(sum.method, "GET");
  EXPECT_EQ(sum.status, 0);
  EXPECT_EQ(sum.status_query, "");
}

TEST(HttpItem, TellsTheTimeOfTheLastByteOfEachHalf) {
  http_talk talk;
  talk.client("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na").client("b");
  const timestamp asked = talk.now();
  talk.wait(std::chrono::milliseconds{12}).server("HTTP/1.1 204 No Content\r\n").server("\r\n");
  EXPECT_EQ(talk.only().time, asked);
  EXPECT_EQ(talk.only().elapsed_us, 12002);
}

struct member_case {
  const char* what;
  std::string sent;
  const char* member;
  std::string expected;
};
std::ostream& operator<<(std::ostream& to, const member_case& one) { return to << one.what; }

class HttpRequest : public testing::TestWithParam<member_case> {};

TEST_P(HttpRequest, HasTheMember) {
  EXPECT_EQ(request_member(GetParam().sent, GetParam().member), GetParam().expected) << GetParam().what;
}

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\n\r\n"; }
std::string post(const std::string& type, const std::string& body, const std::string& more = {}) {
  return "POST / HTTP/1.1\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + more + "\r\n" + body;
}

INSTANTIATE_TEST_SUITE_P(
    Target, HttpRequest,
    testing::Values(
        member_case{"path is percent-decoded", get("/a%20b/%C3%BC?c=d"), "path", R"("/a b/ü")"},
        member_case{"url is as sent", get("/a%20b?c=%20"), "url", R"("/a%20b?c=%20")"},
        member_case{"plus stays plus in a path", get("/a+b"), "path", R"("/a+b")"},
        member_case{"what is no escape stays", get("/100%/%zz%4"), "path", R"("/100%/%zz%4")"},
        member_case{"path of an absolute target", get("http://h:80/x/y?z"), "path", R"("/x/y")"},
        member_case{"path of an absolute target without one", get("http://h"), "path", R"("/")"},
        member_case{"a fragment is no part of the path", get("/x#y?z"), "path", R"("/x")"},
        member_case{"an asterisk is all path", "OPTIONS * HTTP/1.1\r\n\r\n", "path", R"("*")"},
        member_case{"an authority is all path", "CONNECT a.b:443 HTTP/1.1\r\n\r\n", "path", R"("a.b:443")"},
        member_case{"a URL in the query is a query", get("/go?to=http://h/p"), "path", R"("/go")"},
        member_case{"segments", get("/a/b%2Fc/"), "pathSegments", R"(["a","b","c",""])"},
        member_case{"segments of the root", get("/"), "pathSegments", R"([""])"},
        member_case{"a target with spaces", get("/a b c"), "url", R"("/a b c")"},
        member_case{"no target", "GET HTTP/1.1\r\n\r\n", "url", R"("")"},
        member_case{"bytes that are no UTF-8", get("/\xFC"), "url", "\"/\xEF\xBF\xBD\""}));

INSTANTIATE_TEST_SUITE_P(
    Query, HttpRequest,
    testing::Values(
        member_case{"none", get("/"), "queryString", "{}"},
        member_case{"decoded", get("/?a%3D=b+c%26"), "queryString", R"({"a=":"b c&"})"},
        member_case{"repeated", get("/?a=1&b=2&a=3&a="), "queryString", R"({"a":["1","3",""],"b":"2"})"},
        member_case{"without a value", get("/?a&=b&&c="), "queryString", R"({"a":"","":"b","c":""})"},
        member_case{"names that mend to the same name are one", get("/?%FF=1&%FE=2"), "queryString",
                    "{\"\xEF\xBF\xBD\":[\"1\",\"2\"]}"}));

std::string with_fields(const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; }

INSTANTIATE_TEST_SUITE_P(
    Headers, HttpRequest,
    testing::Values(
        member_case{"canonical names", with_fields("hOST: a\r\nx-REQUEST-id:7\r\n"), "headers",
                    R"({"Host":"a","X-Request-Id":"7"})"},
        member_case{"repeated ones are joined", with_fields("A: 1\r\nB: 2\r\na: 3\r\n"), "headers",
                    R"({"A":"1,3","B":"2"})"},
        member_case{"folded ones are unfolded", with_fields("A: 1\r\n  2\r\n\t3\r\nB: 4\r\n"), "headers",
                    R"({"A":"1 2 3","B":"4"})"},
        member_case{"no value", with_fields("A:\r\n"), "headers", R"({"A":""})"},
        member_case{"white space around", with_fields("A \t:  b\t \r\n"), "headers", R"({"A":"b"})"},
        member_case{"lines that are none are passed over", with_fields("what\r\n: x\r\nA: b\r\n"), "headers",
                    R"({"A":"b"})"},
        member_case{"bare LF", "GET / HTTP/1.1\nA: b\n\n", "headers", R"({"A":"b"})"},
        member_case{"size counts through the empty line", with_fields("A: b\r\n"), "headersSize", "24"},
        member_case{"version 1.0", "GET / HTTP/1.0\r\n\r\n", "httpVersion", R"("HTTP/1.0")"},
        member_case{"lower-case method as sent", "get / HTTP/1.1\r\n\r\n", "method", R"("get")"},
        member_case{"extension method", "M-SEARCH * HTTP/1.1\r\n\r\n", "method", R"("M-SEARCH")"},
        member_case{"cookies", with_fields("Cookie: a=1; b=\"2\";c; =d; e=f=g\r\nCookie: a=3\r\n"), "cookies",
                    R"({"a":"1,3","b":"2","e":"f=g"})"}));

INSTANTIATE_TEST_SUITE_P(
    Body, HttpRequest,
    testing::Values(
        member_case{"none", get("/"), "postData", "absent"},
        member_case{"text", post("text/plain; charset=utf-8", "h\xC3\xBC"), "postData",
                    "{\"mimeType\":\"text/plain\",\"params\":[],\"text\":\"h\xC3\xBC\"}"},
        member_case{"bytes", post("image/x", "\xFF\x01"), "postData",
                    R"({"mimeType":"image/x","params":[],"text":"/wE=","encoding":"base64"})"},
        member_case{"no type", "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", "postData",
                    R"({"mimeType":"","params":[],"text":"x"})"},
        member_case{
            "form", post("application/x-www-form-urlencoded", "a=1&b=x+y%21&a=2&&c"), "postData",
            R"({"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a","value":"1"},)"
            R"({"name":"b","value":"x y!"},{"name":"a","value":"2"},{"name":"c","value":""}],"text":""})"},
        member_case{
            "multipart",
            post("multipart/form-data; boundary=\"b d\"",
                 "ignored\r\n--b d\r\nContent-Disposition: form-data; name=\"a;b\"\r\n\r\n1\r\n2\r\n"
                 "--b d\r\ncontent-disposition: form-data; name=f; filename=\"x \\\"y.txt\"\r\n"
                 "Content-Type: text/plain\r\n\r\nhello\r\n--b d--\r\nignored"),
            "postData",
            R"({"mimeType":"multipart/form-data","params":[{"name":"a;b","value":"1\r\n2"},)"
            R"({"name":"f","value":"hello","fileName":"x \"y.txt","contentType":"text/plain"}],"text":""})"},
        member_case{"multipart that breaks off",
                    post("multipart/form-data; boundary=b", "--b\r\nContent-Disp"), "postData",
                    R"({"mimeType":"multipart/form-data","params":[{"name":"","value":""}],"text":""})"},
        member_case{
            "multipart with an empty part",
            post("multipart/form-data; boundary=b", "--b\r\n--b\r\n\r\nx\r\n--b--"), "postData",
            R"({"mimeType":"multipart/form-data","params":[{"name":"","value":""},{"name":"","value":"x"}],"text":""})"},
        member_case{"multipart without a boundary is text", post("multipart/form-data", "x"), "postData",
                    R"({"mimeType":"multipart/form-data","params":[],"text":"x"})"},
        member_case{"size", post("a/b", "12345"), "bodySize", "5"}));

TEST(HttpRequestBody, HasAtMostSoManyFormFields) {
  std::string body;
  for (int i = 0; i < 5000; ++i)
    body += "a&";
  const std::string data = request_member(post("application/x-www-form-urlencoded", body), "postData");
  EXPECT_EQ(std::count(data.begin(), data.end(), '{'), 1 + 1024);
}

TEST(HttpRequestBody, IsNotCutInTheMiddleOfACharacter) {
  dissect_options options;
  options.body_limit_bytes = 4;
  http_talk talk{true, options};
  talk.client(post("a/b", "abc\xC3\xBC"));
  talk.end();
  EXPECT_EQ(member_json(talk.only().request, "postData"),
            R"({"mimeType":"a/b","params":[],"text":"abc","truncated":true})");
  EXPECT_EQ(member_json(talk.only().request, "bodySize"), "5");
}

class HttpResponse : public testing::TestWithParam<member_case> {};

TEST_P(HttpResponse, HasTheMember) {
  EXPECT_EQ(response_member(GetParam().sent, GetParam().member), GetParam().expected) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    Members, HttpResponse,
    testing::Values(
        member_case{"the registered reason, not the sent one",
                    "HTTP/1.1 404 Nope\r\nContent-Length: 0\r\n\r\n", "statusText", R"("Not Found")"},
        member_case{"no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "status", "200"},
        member_case{"a code nobody registered", "HTTP/1.1 799 X\r\nContent-Length: 0\r\n\r\n", "statusText",
                    R"("")"},
        member_case{"cookies", "HTTP/1.1 204 X\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\n\r\n",
                    "cookies", R"({"a":"1","b":"2"})"},
        member_case{"redirect", "HTTP/1.1 302 X\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n", "redirectURL",
                    R"("/y")"},
        member_case{"a location is no redirect",
                    "HTTP/1.1 201 X\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n", "redirectURL", R"("")"},
        member_case{"no body", "HTTP/1.1 204 X\r\n\r\n", "content",
                    R"({"size":0,"mimeType":"","encoding":"base64"})"},
        member_case{"the whole media type",
                    "HTTP/1.1 200 X\r\nContent-Type: a/b; c=d\r\nContent-Length: 1\r\n\r\nx", "content",
                    R"({"size":1,"mimeType":"a/b; c=d","encoding":"base64","text":"eA=="})"},
        member_case{
            "trailers are headers",
            "HTTP/1.1 200 X\r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx-sum: 9\r\na: 2\r\n\r\n",
            "headers", R"({"A":"1,2","Transfer-Encoding":"chunked","X-Sum":"9"})"}));

} // namespace
} // namespace remora::traffic
