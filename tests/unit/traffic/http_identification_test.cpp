#include <gtest/gtest.h>

#include "traffic/dissect/http/http_dissector.hpp"

// What is taken for HTTP. Source: items, section 8.1.
namespace remora::traffic {
namespace {

likeness judge(const std::string& start) {
  return http_stream_protocol.looks_like({reinterpret_cast<const std::uint8_t*>(start.data()), start.size()},
                                         {});
}

TEST(HttpIdentification, KnowsRequestLines) {
  for (const std::string line :
       {"GET / HTTP/1.1\r\n", "get /x HTTP/1.0\n", "PROPFIND /a HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n",
        "CONNECT h:443 HTTP/1.1\r\n", "GET http://h/p HTTP/1.1\r\n", "X!#$%&'*+-.^_`|~9 /a HTTP/1.1\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\n", "GET /old\r\n"})
    EXPECT_EQ(judge(line), likeness::of_a_client) << line;
}

TEST(HttpIdentification, KnowsStatusLines) {
  for (const std::string line : {"HTTP/1.1 200 OK\r\n", "HTTP/1.0 404\r\n", "HTTP/1.1 200"})
    EXPECT_EQ(judge(line), likeness::of_a_server) << line;
}

TEST(HttpIdentification, WaitsForMoreWhenItMayBeHttp) {
  for (const std::string line : {"G", "GET", "GET /abc", "HTTP/1.", "HTTP/1.1 20", "\r\n", "FOO /a HTTP/1."})
    EXPECT_EQ(judge(line), likeness::unsure) << line;
}

TEST(HttpIdentification, TakesNothingElseForHttp) {
  for (const std::string& line :
       {std::string{"EHLO mail.example\r\n"}, std::string{"220 mail.example ESMTP\r\n"},
        std::string{"USER anonymous\r\n"}, std::string{"NICK ana\r\n"},
        std::string{"PRIVMSG #a :GET / HTTP\r\n"}, std::string{"*1\r\n$4\r\nPING\r\n"},
        std::string{"GET key\r\n"}, std::string{"SSH-2.0-OpenSSH_9.2\r\n"},
        std::string{"\x16\x03\x01\x02\x00"}, std::string{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        std::string{"OPTIONS rtsp://h RTSP/1.0\r\n"}, std::string{"INVITE sip:a SIP/2.0\r\n"},
        std::string{" GET / HTTP/1.1\r\n"}, std::string{"HTTP/2 200\r\n"}, std::string{"HTTP/1.1 20\r\n"},
        std::string{"HTTP/1.1 2000\r\n"}, std::string{"HTTP/1.1 099 X\r\n"}, std::string(40, 'A'),
        std::string{"GET\0/ HTTP/1.1\r\n", 16}})
    EXPECT_EQ(judge(line), likeness::no) << line;
}

TEST(HttpIdentification, KnowsALongTargetByHowItBegins) {
  EXPECT_EQ(judge("GET /" + std::string(500, 'x')), likeness::unsure);
  EXPECT_EQ(judge("GET /" + std::string(2000, 'x')), likeness::of_a_client);
  EXPECT_EQ(judge("WHAT /" + std::string(2000, 'x')), likeness::no);
}

} // namespace
} // namespace remora::traffic
