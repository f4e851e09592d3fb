#include "traffic/dissect/dns/dns_answers.hpp"

#include <gtest/gtest.h>

#include "tests/unit/traffic/dissect_it.hpp"
#include "tests/unit/traffic/dns_messages.hpp"

namespace remora::traffic {
namespace {

using namespace dns_test;

/// What a book learns from a query for A records of "www.example" and this answer: "192.0.2.1=www.example ".
std::string learned(const bytes& reply, const bytes& asked = query(7, "www.example")) {
  name_book book;
  made_flow udp;
  udp.datagram(asks, asked).datagram(answers, reply, 5);
  for (const item& one : udp.items_in_the_end())
    learn_names(one, book);
  std::string out;
  for (const name_record& one : book.history())
    out = to_string(one.ip) + '=' + one.name + ' ' + out;
  return out;
}

bytes reply(const std::vector<bytes>& records, unsigned flags = 0x8180,
            const std::string& of = "www.example") {
  message_style style;
  style.flags = flags;
  style.questions = {question(name(of))};
  style.answers = records;
  return message(style);
}

TEST(DnsAnswers, NameTheirAddresses) {
  EXPECT_EQ(learned(reply({record(pointer(12), 1, address(192, 0, 2, 1)),
                           record(pointer(12), 1, address(192, 0, 2, 2))})),
            "192.0.2.1=www.example 192.0.2.2=www.example ");
}

TEST(DnsAnswers, NameTheEndOfAliasesByWhatWasAskedFor) {
  const bytes first = record(pointer(12), 5, name("cdn.example"));
  const bytes second = record(name("CDN.example"), 5, name("edge.example"));
  const bytes last = record(name("edge.example"), 1, address(192, 0, 2, 1));
  EXPECT_EQ(learned(reply({first, second, last})), "192.0.2.1=www.example ");
  EXPECT_EQ(learned(reply({last, second, first})), "192.0.2.1=www.example ");
}

TEST(DnsAnswers, AreTakenInSmallLetters) {
  EXPECT_EQ(learned(reply({record(name("wWW.example"), 1, address(192, 0, 2, 1))}, 0x8180, "WwW.eXample")),
            "192.0.2.1=www.example ");
}

TEST(DnsAnswers, SayNothingOfNamesThatNobodyAskedFor) {
  EXPECT_EQ(learned(reply({record(name("bank.example"), 1, address(192, 0, 2, 1))})), "");
}

TEST(DnsAnswers, SayNothingWhenTheyAnswerAnotherQuestion) {
  const bytes other = reply({record(pointer(12), 1, address(192, 0, 2, 1))}, 0x8180, "bank.example");
  EXPECT_EQ(learned(other), "");
}

TEST(DnsAnswers, SayNothingWithoutAQuery) {
  EXPECT_EQ(learned(reply({record(pointer(12), 1, address(192, 0, 2, 1))}), query(8, "www.example")), "");
}

TEST(DnsAnswers, SayNothingWhenTheQueryFailed) {
  EXPECT_EQ(learned(reply({record(pointer(12), 1, address(192, 0, 2, 1))}, 0x8183)), "");
}

TEST(DnsAnswers, MayHaveAliasesThatGoRoundInARing) {
  EXPECT_EQ(learned(reply({record(pointer(12), 5, name("b.example")),
                           record(name("b.example"), 5, name("www.example")),
                           record(name("b.example"), 1, address(192, 0, 2, 1))})),
            "192.0.2.1=www.example ");
}

TEST(DnsAnswers, NameTheEndsOfTheItemsThatFollow) {
  name_book book;
  item_maker maker{{}, std::make_shared<item_origin>(), &book};
  flow_info flow;
  flow.number = 1;
  flow.client = {v4(10, 0, 0, 1), 40000};
  flow.server = {v4(192, 0, 2, 53), 53};
  const auto consumer = maker.open_datagrams(flow);
  const auto say = [&](direction way, const bytes& content, std::int64_t ms) {
    consumer->on_datagram(way, {content.data(), content.size()}, 0, made_flow::at(ms));
  };
  say(asks, query(1, "dns.example"), 0);
  say(answers, answer(1, "dns.example", 1, address(192, 0, 2, 53)), 10);
  say(asks, query(2, "other.example"), 20);
  say(answers, answer(2, "other.example"), 30);
  const auto items = maker.take();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].destination.identity, nullptr); // it was asked before the answer was known
  ASSERT_NE(items[1].destination.identity, nullptr);
  EXPECT_EQ(items[1].destination.identity->name, "dns.example");
  EXPECT_EQ(items[1].source.identity, nullptr);
}

} // namespace
} // namespace remora::traffic
