#include <gtest/gtest.h>

#include "tests/unit/traffic/dissect_it.hpp"
#include "tests/unit/traffic/dns_messages.hpp"

namespace remora::traffic {
namespace {

using namespace dns_test;

TEST(DnsPairing, AQueryAndItsAnswerAreOneItem) {
  made_flow udp;
  udp.datagram(asks, query(0xBAC4, "pricing.example"));
  EXPECT_TRUE(udp.items().empty());
  const auto items = udp.datagram(answers, answer(0xBAC4, "pricing.example"), 3).items();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].protocol->name, "dns");
  EXPECT_EQ(items[0].protocol->layer4, "udp");
  EXPECT_EQ(items[0].elapsed_us, 3000);
  EXPECT_EQ(items[0].time, made_flow::at(0));
  EXPECT_EQ(items[0].request_size, query(1, "pricing.example").size());
  EXPECT_EQ(items[0].response_size, answer(1, "pricing.example").size());
  EXPECT_EQ(items[0].trouble, item_trouble::none);
  EXPECT_EQ(matcher_key(items[0]), "192.0.2.1_192.0.2.53_40000_53_47812");
  EXPECT_EQ(to_json(items[0].request),
            R"({"opCode":"Query","questions":[{"name":"pricing.example","type":"A","class":"IN"}],)"
            R"("transactionId":47812,"recursionDesired":true})");
  EXPECT_EQ(to_json(items[0].response),
            R"({"code":"No Error","answers":[{"name":"pricing.example","type":"A","class":"IN","ttl":60,)"
            R"("ip":"192.0.2.80","ns":"","cname":"","ptr":"","txts":"","soa":"","srv":"","mx":"","opt":"",)"
            R"("uri":""}],"authorities":[],"additionals":[],"rcode":0,"authoritative":false,)"
            R"("truncated":false,"recursionAvailable":true})");
}

TEST(DnsPairing, AnswersComeInAnyOrder) {
  made_flow udp;
  udp.datagram(asks, query(1, "one.example")).datagram(asks, query(2, "two.example"));
  udp.datagram(answers, answer(2, "two.example")).datagram(answers, answer(1, "one.example"));
  const auto items = udp.items();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].match_number, 2u);
  EXPECT_EQ(items[1].match_number, 1u);
  EXPECT_EQ(items[1].index, 1u);
}

TEST(DnsPairing, AQueryWithoutAnAnswerBecomesAHalfItemAfterThePairingTime) {
  made_flow udp;
  udp.datagram(asks, query(1, "silent.example"));
  udp.maker().advance(made_flow::at(9'000), 2);
  EXPECT_TRUE(udp.items().empty());
  const auto items = udp.items_in_the_end();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].trouble, item_trouble::pair_not_found);
  EXPECT_EQ(to_json(items[0].response), "null");
  EXPECT_EQ(items[0].response_size, 0u);
}

TEST(DnsPairing, AnAnswerWithoutAQueryTellsItsQuestion) {
  made_flow udp;
  const auto items = udp.datagram(answers, answer(1, "lone.example")).items_in_the_end();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].trouble, item_trouble::pair_not_found);
  EXPECT_EQ(to_json(items[0].request), "null");
  EXPECT_NE(
      to_json(items[0].response).find(R"("questions":[{"name":"lone.example","type":"A","class":"IN"}])"),
      std::string::npos);
  EXPECT_EQ(items[0].source.address.port, 40000);
}

TEST(DnsPairing, ARetryKeepsTheFirstTimeAndIsNoItem) {
  made_flow udp;
  udp.datagram(asks, query(1, "slow.example"), 0).datagram(asks, query(1, "slow.example"), 5'000);
  udp.datagram(answers, answer(1, "slow.example"), 5'100);
  const auto items = udp.items_in_the_end();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].elapsed_us, 5'100'000);
}

TEST(DnsPairing, ARetryWithoutEdnsIsARetry) {
  made_flow udp;
  message_style with_edns;
  with_edns.id = 1;
  with_edns.questions = {question(name("slow.example"))};
  with_edns.additionals = {record(name(""), 41, {}, 0, 1232)};
  udp.datagram(asks, message(with_edns), 0).datagram(asks, query(1, "slow.example"), 5'000);
  EXPECT_EQ(udp.items_in_the_end().size(), 1u);
}

TEST(DnsPairing, TheAnswerToARetryIsNoItemEither) {
  made_flow udp;
  udp.datagram(asks, query(1, "slow.example"), 0).datagram(asks, query(1, "slow.example"), 1'000);
  udp.datagram(answers, answer(1, "slow.example"), 1'100);
  udp.datagram(answers, answer(1, "slow.example"), 2'000);
  EXPECT_EQ(udp.items_in_the_end().size(), 1u);
}

TEST(DnsPairing, AnotherQuestionWithTheSameIdIsAnotherQuery) {
  made_flow udp;
  udp.datagram(asks, query(1, "one.example"), 0).datagram(asks, query(1, "two.example"), 1'000);
  const auto items = udp.items_in_the_end();
  ASSERT_EQ(items.size(), 2u);
}

TEST(DnsPairing, AnUpdateWithOtherContentIsNoRetry) {
  made_flow udp;
  message_style update;
  update.flags = 0x2800;
  update.questions = {question(name("zone.example"), 6)};
  update.authorities = {record(name("a.zone.example"), 1, address(192, 0, 2, 1))};
  udp.datagram(asks, message(update), 0);
  update.authorities = {record(name("b.zone.example"), 1, address(192, 0, 2, 1))};
  udp.datagram(asks, message(update), 1'000);
  EXPECT_EQ(udp.items_in_the_end().size(), 2u);
}

TEST(DnsPairing, WhatWasCapturedTwiceIsOneItem) {
  made_flow udp;
  udp.datagram(asks, query(1, "any.example"), 0).datagram(asks, query(1, "any.example"), 0);
  udp.datagram(answers, answer(1, "any.example"), 20).datagram(answers, answer(1, "any.example"), 21);
  EXPECT_EQ(udp.items_in_the_end().size(), 1u);
}

TEST(DnsPairing, WhatWasCapturedTwiceRightAfterEachOtherIsOneItem) {
  made_flow udp;
  udp.datagram(asks, query(1, "any.example"), 0).datagram(answers, answer(1, "any.example"), 1);
  udp.datagram(asks, query(1, "any.example"), 2).datagram(answers, answer(1, "any.example"), 3);
  EXPECT_EQ(udp.items_in_the_end().size(), 1u);
}

TEST(DnsPairing, TheSameQueryLaterIsAnotherItem) {
  made_flow udp;
  udp.datagram(asks, query(1, "any.example"), 0).datagram(answers, answer(1, "any.example"), 1);
  udp.datagram(asks, query(1, "any.example"), 900).datagram(answers, answer(1, "any.example"), 901);
  EXPECT_EQ(udp.items_in_the_end().size(), 2u);
}

TEST(DnsPairing, ServersThatAskEachOtherBothHaveTheirSides) {
  made_flow udp{53, 53};
  udp.datagram(asks, query(1, "one.example")).datagram(answers, query(1, "two.example"));
  udp.datagram(asks, answer(1, "two.example")).datagram(answers, answer(1, "one.example"));
  const auto items = udp.items();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].source.address.ip, v4(192, 0, 2, 53));
  EXPECT_EQ(items[0].destination.address.ip, v4(192, 0, 2, 1));
  EXPECT_EQ(items[1].source.address.ip, v4(192, 0, 2, 1));
  EXPECT_NE(to_json(items[0].request).find("two.example"), std::string::npos);
}

} // namespace
} // namespace remora::traffic
