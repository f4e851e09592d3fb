// What tshark makes of the same packets, and what remora makes of them when it reads them from a file.

#include "tests/e2e/servers/second_opinion.hpp"

#include <gmock/gmock.h>

#include "tests/e2e/servers/name_server.hpp"
#include "tests/e2e/servers/web_server.hpp"

namespace remora::test {
namespace {

class SecondOpinion : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(network_lab::why_not(), ""); }

  room room_;
};

TEST_F(SecondOpinion, IsTheSameOfEachFieldOfHttp) {
  web_server web{web_kind::apache, room_, "one", "127.0.0.1"};
  capture capture{room_, "one", "lo", web.probe_from("one")};
  const auto run = [&](std::vector<std::string> command, const std::vector<std::string>& paths) {
    for (const auto& path : paths)
      command.push_back(web.url(path));
    room_.run("one", command);
  };
  const auto body = room_.files().file("body", std::string(70'000, 'x'));
  run({"wget", "-q", "-O", "/dev/null"}, {"/small.txt", "/page.html?a=1&b=%20", "/big.bin", "/old"});
  run({"curl", "-s", "-I"}, {"/small.txt", "/missing"});
  run({"curl", "-s", "-A", "an agent", "-d", "@" + body, "-H", "Expect: 100-continue"}, {"/take", "/take"});
  run({"curl", "-s", "-X", "POST", "-H", "Transfer-Encoding: chunked", "-d", "@" + body}, {"/take"});
  run({"curl", "-s", "-H", "User-Agent:", "--http1.0"}, {"/nothing", "/big.bin"});
  run({"ab", "-q", "-k", "-n", "200", "-c", "5"}, {"/small.txt"});
  // Not pipelined: tshark takes the newest request for the one that is answered.
  run({"h2load", "--h1", "-n", "200", "-c", "4", "-m", "1"}, {"/small.txt", "/nothing"});
  const auto live = capture.finish().items;
  EXPECT_EQ(live.size(), 412u); // wget follows /old
  EXPECT_EQ(difference(http_of(live), http_by_tshark(capture.file(), web_server::port)), "");
  EXPECT_EQ(difference(http_of(capture.of_file().items), http_of(live)), "");
}

TEST_F(SecondOpinion, IsTheSameOfEachFieldOfDns) {
  name_server names{dns_kind::bind, room_};
  capture capture{room_, "one", "lo", names.probe()};
  const std::vector<std::vector<std::string>> asked{
      {"host.test", "A"},       {"host.test", "AAAA"},
      {"test", "MX"},           {"test", "TXT"},
      {"test", "SOA"},          {"_web._tcp.test", "SRV"},
      {"alias.test", "A"},      {"-x", "192.0.2.7"},
      {"test", "CAA"},          {"none.test", "A"},
      {"elsewhere.test", "MX"}, {"elsewhere.example", "A"},
      {"big.test", "TXT"},      {"big.test", "TXT", "+noedns"}, // again over TCP
      {"test", "ANY", "+tcp"},
  };
  for (const auto& question : asked)
    names.dig(question);
  const auto live = capture.finish().items;
  EXPECT_EQ(live.size(), asked.size() + 1);
  EXPECT_EQ(difference(dns_of(live), dns_by_tshark(capture.file())), "");
  EXPECT_EQ(difference(dns_of(capture.of_file().items), dns_of(live)), "");
}

} // namespace
} // namespace remora::test
