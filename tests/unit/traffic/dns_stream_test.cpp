#include <random>

#include <gtest/gtest.h>

#include "tests/unit/traffic/dissect_it.hpp"
#include "tests/unit/traffic/dns_messages.hpp"

namespace remora::traffic {
namespace {

using namespace dns_test;

/// A flow whose SYN was seen.
struct made_connection : made_flow {
  made_connection() { flow().client_known = true; }
};

TEST(DnsOverTcp, PairsByIdWithinAConnection) {
  made_connection tcp;
  tcp.bytes(asks, join({framed(query(1, "one.example")), framed(query(2, "two.example"))}), 0);
  tcp.bytes(answers, join({framed(answer(2, "two.example")), framed(answer(1, "one.example"))}), 5);
  const auto items = tcp.items();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].match_number, 2u);
  EXPECT_EQ(items[0].protocol->layer4, "tcp");
  EXPECT_EQ(items[0].elapsed_us, 5000);
  EXPECT_EQ(items[0].request_size, query(2, "two.example").size() + 2);
  EXPECT_EQ(items[0].kind, stream_kind::tcp);
}

TEST(DnsOverTcp, MeansTheSameHoweverItIsCut) {
  const bytes from_client = join({framed(query(1, "one.example")), framed(query(2, "two.example")),
                                  framed(query(3, "three.example", 28))});
  const bytes from_server = join({framed(answer(3, "three.example", 28, bytes(16))),
                                  framed(answer(1, "one.example")), framed(answer(2, "two.example"))});
  const auto json_of = [](made_connection& tcp) {
    std::string all;
    for (const item& one : tcp.items())
      all += to_json(one) + "\n";
    return all;
  };
  made_connection whole;
  whole.bytes(asks, from_client).bytes(answers, from_server);
  const std::string expected = json_of(whole);
  ASSERT_EQ(std::count(expected.begin(), expected.end(), '\n'), 3);

  std::mt19937 random{20240611};
  for (int round = 0; round < 500; ++round) {
    made_connection tcp;
    const std::size_t most = 1 + random() % (round % 2 == 0 ? 4 : 60);
    for (const auto& [way, content] : {std::pair{asks, from_client}, std::pair{answers, from_server}}) {
      for (std::size_t at = 0; at < content.size();) {
        const std::size_t size = std::min<std::size_t>(1 + random() % most, content.size() - at);
        const auto begin = content.begin() + static_cast<std::ptrdiff_t>(at);
        tcp.bytes(way, bytes(begin, begin + static_cast<std::ptrdiff_t>(size)));
        at += size;
      }
    }
    ASSERT_EQ(json_of(tcp), expected) << "round " << round;
  }
}

TEST(DnsOverTcp, FindsTheClientWhenTheBeginningWasNotSeen) {
  made_flow tcp{40000, 53}; // guessed the wrong way round
  tcp.bytes(answers, framed(query(1, "one.example"))).bytes(asks, framed(answer(1, "one.example")));
  const auto items = tcp.items();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].source.address.port, 40000);
  EXPECT_EQ(items[0].destination.address.port, 53);
}

TEST(DnsOverTcp, GivesUpADirectionWithAHole) {
  made_connection tcp;
  tcp.bytes(asks, framed(query(1, "one.example")));
  const bytes reply = framed(answer(1, "one.example"));
  tcp.bytes(answers, bytes(reply.begin(), reply.begin() + 20)).gap(answers, 100);
  EXPECT_EQ(tcp.last(), interest::end_only);
  tcp.bytes(answers, reply);
  const auto items = tcp.items_in_the_end();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].trouble, item_trouble::dissection);
  EXPECT_EQ(items[1].trouble, item_trouble::pair_not_found);
}

TEST(DnsOverTcp, NamesTheResetThatAQueryGot) {
  made_connection tcp;
  tcp.bytes(asks, framed(query(1, "one.example")));
  tcp.end(asks, stream_end::reset).end(answers, stream_end::reset);
  const auto items = tcp.items();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].trouble, item_trouble::connection);
  EXPECT_EQ(items[0].trouble_text, "Reset");
}

TEST(DnsOverTcp, TakesTheSameAnswerAgainForAnotherQuery) {
  made_connection tcp;
  for (int i = 0; i < 2; ++i)
    tcp.bytes(asks, framed(query(1, "one.example")), i).bytes(answers, framed(answer(1, "one.example")), i);
  EXPECT_EQ(tcp.items().size(), 2u);
}

TEST(DnsOverTcp, TellsOfAMessageThatEndsTooSoon) {
  made_connection tcp;
  tcp.bytes(asks, framed(query(1, "one.example")));
  const bytes reply = framed(answer(1, "one.example"));
  tcp.bytes(answers, bytes(reply.begin(), reply.begin() + 20)).end(answers, stream_end::fin);
  const auto items = tcp.items();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].trouble_text, "unexpected EOF");
}

TEST(DnsOverTcp, StopsAtALengthThatNoMessageHas) {
  made_connection tcp;
  tcp.bytes(asks, framed(query(1, "one.example"))).bytes(asks, bytes(1000));
  EXPECT_EQ(tcp.last(), interest::end_only);
  EXPECT_EQ(tcp.items().size(), 1u);
}

TEST(DnsOverTcp, TakesAZoneInAsManyMessagesAsItNeeds) {
  made_connection tcp;
  tcp.bytes(asks, framed(query(1, "zone.example", 252)));
  for (int i = 0; i < 3; ++i)
    tcp.bytes(answers, framed(answer(1, "zone.example", 252, bytes(1 + static_cast<std::size_t>(i)))), i);
  const auto items = tcp.items_in_the_end();
  ASSERT_EQ(items.size(), 3u);
  for (const item& one : items)
    EXPECT_EQ(one.trouble, item_trouble::none);
  EXPECT_NE(to_json(items[0].request), "null");
  EXPECT_EQ(to_json(items[1].request), "null");
}

TEST(DnsRecognition, NeedsPort53) {
  made_flow other{5353};
  other.datagram(asks, query(1, "one.example"));
  EXPECT_EQ(other.maker().counters().identified_udp, 0u);
}

TEST(DnsRecognition, TakesPort53OfTheClientToo) {
  made_flow turned{40000, 53};
  turned.datagram(asks, answer(1, "one.example"));
  EXPECT_EQ(turned.maker().counters().identified_udp, 1u);
  EXPECT_EQ(turned.items_in_the_end().at(0).source.address.port, 40000);
}

struct likeness_case {
  const char* what;
  bool like;
  bytes content;
};

TEST(DnsRecognition, LooksAtTheFormOfTheMessage) {
  message_style update;
  update.flags = 0x2800;
  update.questions = {question(name("zone.example"), 6)};
  update.authorities = {record(name("a.zone.example"), 1, address(192, 0, 2, 1), 60, 254)};
  message_style odd;
  odd.flags = 0x7800;
  odd.questions = {question(name("odd.example"), 12345, 77)};
  message_style cookie;
  cookie.additionals = {record(name(""), 41, byte_writer{}.u16(10).u16(0).content())};
  message_style refused;
  refused.flags = 0x8005;
  bytes cut = answer(1, "cut.example");
  cut.resize(cut.size() - 2);
  bytes trailing = query(1, "trailing.example");
  trailing.push_back(0);
  bytes bad_name = query(1, "bad.example");
  bad_name[12] = 0x45;
  const likeness_case cases[] = {
      {"a query", true, query(1, "one.example")},
      {"an answer", true, answer(1, "one.example")},
      {"an update", true, message(update)},
      {"an odd opcode, type and class, but whole", true, message(odd)},
      {"no question, but an option", true, message(cookie)},
      {"nothing but a refusal", true, message(refused)},
      {"an answer that was cut", true, cut},
      {"something behind the message", true, trailing},
      {"nothing but a header", false, byte_writer{}.zeros(12).content()},
      {"a question that cannot be read", false, bad_name},
      {"text", false, as_bytes("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")},
      {"too little", false, byte_writer{}.zeros(5).content()},
      {"nothing", false, {}},
  };
  for (const likeness_case& one : cases) {
    SCOPED_TRACE(one.what);
    made_flow udp;
    udp.datagram(asks, one.content);
    EXPECT_EQ(udp.maker().counters().identified_udp, one.like ? 1u : 0u);
  }
}

TEST(DnsRecognition, TellsOfWhatCannotBeReadOnceItIsDns) {
  made_flow udp;
  bytes bad_name = query(2, "bad.example");
  bad_name[12] = 0x45;
  udp.datagram(asks, query(1, "one.example")).datagram(asks, bytes(3)).datagram(asks, bad_name);
  const auto items = udp.items();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].trouble, item_trouble::dissection);
  EXPECT_EQ(items[1].trouble, item_trouble::dissection);
  EXPECT_EQ(items[1].match_number, 2u);
}

TEST(DnsRecognition, PairsWhatTheCaptureHasCut) {
  made_flow udp;
  bytes cut = answer(1, "one.example");
  cut.resize(cut.size() - 4);
  udp.datagram(asks, query(1, "one.example")).datagram(answers, cut, 1, 4);
  const auto items = udp.items();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].response_size, answer(1, "one.example").size());
  EXPECT_NE(to_json(items[0].response).find(R"("answers":[])"), std::string::npos);
}

TEST(DnsRecognition, PairsAnAnswerWhoseRecordsCannotBeReadAndSaysSo) {
  for (const bool shortened : {false, true}) {
    made_flow udp;
    bytes bad = answer(1, "one.example");
    bad.resize(bad.size() - 16); // the record
    if (shortened) bad[2] |= 2;  // "truncated"
    udp.datagram(asks, query(1, "one.example")).datagram(answers, bad, 1);
    const auto items = udp.items();
    ASSERT_EQ(items.size(), 1u);
    EXPECT_NE(to_json(items[0].response), "null");
    EXPECT_EQ(items[0].trouble, shortened ? item_trouble::none : item_trouble::dissection);
  }
}

TEST(DnsSummary, ShowsWhatWasAskedAndHowItWent) {
  made_flow udp;
  udp.datagram(asks, query(1, "say\"what.example")).datagram(answers, answer(1, "say\"what.example"));
  const auto items = udp.items();
  ASSERT_EQ(items.size(), 1u);
  const item_summary summary = items[0].protocol->summarise(items[0]);
  EXPECT_EQ(summary.method, "Query");
  EXPECT_EQ(summary.method_query, R"(request.opCode == "Query")");
  EXPECT_EQ(summary.summary, "say\"what.example");
  EXPECT_EQ(summary.summary_query, R"(request.questions[0].name == "say\"what.example")");
  EXPECT_EQ(summary.status, 0);
  EXPECT_EQ(summary.status_query, "response.rcode == 0");
}

TEST(DnsSummary, IsEmptyWhereNothingIsKnown) {
  made_flow udp;
  udp.datagram(asks, query(1, "one.example")).datagram(asks, bytes(3));
  const auto items = udp.items();
  const item_summary summary = items.at(0).protocol->summarise(items[0]);
  EXPECT_EQ(summary.method + summary.summary + summary.status_query, "");
}

} // namespace
} // namespace remora::traffic
