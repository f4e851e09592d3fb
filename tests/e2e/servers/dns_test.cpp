// What clients and servers that others wrote say to each other over DNS, against what both say of it
// themselves.

#include <algorithm>
#include <iterator>
#include <map>
#include <sstream>

#include <gmock/gmock.h>

#include "tests/e2e/servers/dns_text.hpp"
#include "tests/e2e/servers/exchange.hpp"
#include "tests/e2e/servers/name_server.hpp"
#include "tests/e2e/servers/scale.hpp"

namespace remora::test {
namespace {

using nlohmann::json;

std::vector<std::string> questions_of(const std::vector<json>& items) {
  std::vector<std::string> all;
  std::transform(items.begin(), items.end(), std::back_inserter(all), question_in);
  std::sort(all.begin(), all.end());
  return all;
}

std::map<std::string, int> codes_of(const std::vector<json>& items) {
  std::map<std::string, int> counts;
  for (const auto& item : items)
    ++counts[code_name(item.at("response").at("rcode"))];
  return counts;
}

/// "... Response codes:       NOERROR 1800 (60.00%), NXDOMAIN 600 (20.00%)"
std::map<std::string, int> codes_printed(const std::string& by_dnsperf) {
  const std::string mark = "Response codes:";
  const auto begin = by_dnsperf.find(mark) + mark.size();
  std::istringstream words{by_dnsperf.substr(begin, by_dnsperf.find('\n', begin) - begin)};
  std::map<std::string, int> counts;
  std::string share;
  std::string name;
  for (int count = 0; words >> name >> count >> share;)
    counts[name] = count;
  return counts;
}

class DnsTraffic : public ::testing::TestWithParam<dns_kind> {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(network_lab::why_not(), ""); }

  std::vector<std::string> questions_logged() {
    auto all = server_.log();
    for (auto& one : all) {
      const auto type = one.rfind(' ') + 1;
      one = one.substr(0, type) + plain_type(one.substr(type));
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  /// Sends thousands of questions. @returns what dnsperf says of it.
  std::string ask_often(const std::vector<std::string>& how) const {
    std::vector<std::string> command{"dnsperf",
                                     "-s",
                                     "127.0.0.1",
                                     "-c",
                                     "4",
                                     "-d",
                                     room_.files().file("questions",
                                                        "host.test A\nhost.test AAAA\nnone.test A\n"
                                                        "test MX\nelsewhere.example A\n")};
    command.insert(command.end(), how.begin(), how.end());
    return room_.run("one", command);
  }

  room room_;
  name_server server_{GetParam(), room_};
  capture capture_{room_, "one", "lo", server_.probe()};
};

TEST_P(DnsTraffic, HasTheAnswersThatDigPrints) {
  const std::vector<std::vector<std::string>> asked{
      {"host.test", "A"},
      {"host.test", "AAAA"},
      {"test", "MX"},
      {"test", "TXT"},
      {"_web._tcp.test", "SRV"},
      {"test", "SOA"},
      {"test", "NS"},
      {"alias.test", "CNAME"},
      {"alias.test", "A"},
      {"-x", "192.0.2.7"},
      {"test", "CAA"},
      {"host.test", "TYPE65280"},
      {"none.test", "A"},
      {"elsewhere.example", "A"},
      {"HOST.TEST", "A"},
      {"host.test", "A", "+tcp"},
      {"big.test", "TXT", "+tcp"},
      {"big.test", "TXT", "+bufsize=4096"},
      {"host.test", "A", "+noedns"},
      {"host.test", "A", "+dnssec", "+nsid", "+subnet=192.0.2.0/24"},
  };
  std::vector<std::vector<std::string>> printed;
  for (const auto& question : asked)
    printed.push_back(answer_printed(server_.dig(question)));
  const auto items = capture_.finish().items;
  ASSERT_EQ(items.size(), asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i)
    EXPECT_EQ(answer_in(items[i]), printed[i]) << question_in(items[i]);
  EXPECT_EQ(difference(questions_of(items), questions_logged()), "");
}

TEST_P(DnsTraffic, ShowsTheAnswerThatDidNotFitAndTheOneAfterIt) {
  const auto printed =
      answer_printed(server_.dig({"big.test", "TXT", "+noedns"})); // by itself, over TCP then
  const auto items = capture_.finish().items;
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].at("response").at("truncated"), true);
  EXPECT_EQ(items[1].at("response").at("truncated"), false);
  EXPECT_EQ(answer_in(items[1]), printed);
  EXPECT_GE(printed.size(), 5u);
}

TEST_P(DnsTraffic, OfThousandsOfDatagrams) {
  const auto said = ask_often({"-n", std::to_string(many(600))});
  const auto items = capture_.finish().items;
  EXPECT_EQ(items.size(), many(3'000));
  EXPECT_EQ(difference(questions_of(items), questions_logged()), "");
  EXPECT_EQ(codes_of(items), codes_printed(said));
}

INSTANTIATE_TEST_SUITE_P(Servers, DnsTraffic,
                         ::testing::Values(dns_kind::bind, dns_kind::unbound, dns_kind::dnsmasq),
                         [](const auto& given) { return name_of(given.param); });

class DnsConnections : public DnsTraffic {};

TEST_P(DnsConnections, OfThousandsOfQueries) {
  const auto said = ask_often({"-m", "tcp", "-n", std::to_string(many(300))});
  const auto items = capture_.finish().items;
  EXPECT_EQ(items.size(), many(1'500));
  EXPECT_EQ(difference(questions_of(items), questions_logged()), "");
  EXPECT_EQ(codes_of(items), codes_printed(said));
}

// dnsmasq, as one process, serves one connection at a time and ends it after a hundred queries.
INSTANTIATE_TEST_SUITE_P(Servers, DnsConnections, ::testing::Values(dns_kind::bind, dns_kind::unbound),
                         [](const auto& given) { return name_of(given.param); });

class ZoneTransfer : public DnsTraffic {};

TEST_P(ZoneTransfer, HasEveryRecordThatDigPrints) {
  const auto said = server_.dig({"test", "AXFR"}); // one record a line, then remarks
  std::istringstream lines{said};
  std::int64_t printed = 0;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line.front() != ';') ++printed;
  const auto items = capture_.finish().items;
  std::size_t records = 0;
  for (const auto& item : items) {
    EXPECT_TRUE(item.at("error").is_null()) << item.at("error");
    records += item.at("response").at("answers").size();
  }
  EXPECT_GT(items.size(), 1u); // more than one message
  EXPECT_EQ(records, printed);
}

INSTANTIATE_TEST_SUITE_P(Servers, ZoneTransfer, ::testing::Values(dns_kind::bind),
                         [](const auto& given) { return name_of(given.param); });

} // namespace
} // namespace remora::test
