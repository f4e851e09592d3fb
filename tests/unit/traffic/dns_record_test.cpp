#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/item/json_writer.hpp"
#include "tests/unit/traffic/dns_messages.hpp"
#include "traffic/dissect/dns/dns_part.hpp"

namespace remora::traffic {
namespace {

using namespace dns_test;
using nlohmann::json;

byte_view view_of(const bytes& content) { return {content.data(), content.size()}; }

json part_of(const bytes& content, bool with_questions = false) {
  const auto part = dns_part::make(view_of(content), with_questions);
  return part ? json::parse(to_json(part->members())) : json{};
}

/// The only answer of a response.
json answer_of(const bytes& one) {
  message_style style;
  style.flags = 0x8180;
  style.questions = {question(name("example.org"))};
  style.answers = {one};
  const json part = part_of(message(style));
  EXPECT_EQ(part["answers"].size(), 1u);
  return part["answers"].empty() ? json{} : part["answers"][0];
}

bytes strings(const std::vector<std::string>& all) {
  byte_writer out;
  for (const std::string& one : all)
    out.u8(one.size()).raw(as_bytes(one));
  return out.content();
}

struct data_case {
  unsigned type;
  bytes data;
  std::string type_name;
  std::string member;
  std::string value;
};

TEST(DnsRecord, ShowsItsDataInTheMemberOfItsType) {
  const bytes six = byte_writer{}.raw(address(0x20, 0x01, 0x0D, 0xB8)).zeros(11).u8(1).content();
  const data_case cases[] = {
      {1, address(192, 0, 2, 7), "A", "ip", "192.0.2.7"},
      {28, six, "AAAA", "ip", "2001:db8::1"},
      {2, name("ns.example.org"), "NS", "ns", "ns.example.org"},
      {5, pointer(12), "CNAME", "cname", "example.org"},
      {12, name("host.example.org"), "PTR", "ptr", "host.example.org"},
      {15, byte_writer{}.u16(10).raw(name("mx.example.org")).content(), "MX", "mx", "mx.example.org"},
      {33, byte_writer{}.u16(1).u16(2).u16(443).raw(name("srv.example.org")).content(), "SRV", "srv",
       "srv.example.org"},
      {6, byte_writer{}.raw(name("ns.example")).raw(name("admin.example")).zeros(20).content(), "SOA", "soa",
       "admin.example"},
      {16, strings({"v=spf1 -all", "", "x"}), "TXT", "txts", "v=spf1 -all, , x"},
      {99, strings({"v=spf1"}), "SPF", "txts", "v=spf1"},
      {256, byte_writer{}.u16(1).u16(1).raw(as_bytes("https://example.org/")).content(), "URI", "uri",
       "https://example.org/"},
      {48, byte_writer{}.zeros(8).content(), "DNSKEY", "", ""},
      {65, byte_writer{}.zeros(3).content(), "HTTPS", "", ""},
      {65534, byte_writer{}.zeros(5).content(), "QUERY-65534", "", ""},
  };
  for (const data_case& one : cases) {
    SCOPED_TRACE(one.type_name);
    const json shown = answer_of(record(pointer(12), one.type, one.data, 3600));
    EXPECT_EQ(shown["type"], one.type_name);
    EXPECT_EQ(shown["name"], "example.org");
    EXPECT_EQ(shown["class"], "IN");
    EXPECT_EQ(shown["ttl"], 3600);
    EXPECT_EQ(shown.size(), 14u);
    for (const char* member : {"ip", "ns", "cname", "ptr", "txts", "soa", "srv", "mx", "opt", "uri"})
      EXPECT_EQ(shown[member], member == one.member ? one.value : "") << member;
  }
}

TEST(DnsRecord, HasEmptyMembersWhenItsDataIsMalformed) {
  const data_case cases[] = {
      {1, address(192, 0, 2, 7), "", "", ""},
      {28, address(192, 0, 2, 7), "", "", ""},
      {5, byte_writer{}.u8(9).content(), "", "", ""},
      {15, byte_writer{}.u8(0).content(), "", "", ""},
      {33, byte_writer{}.zeros(6).content(), "", "", ""},
      {6, byte_writer{}.u8(5).u8('a').content(), "", "", ""},
      {16, byte_writer{}.u8(200).u8('a').content(), "", "", ""},
      {41, byte_writer{}.u16(10).u16(200).content(), "", "", ""},
      {256, byte_writer{}.u8(1).content(), "", "", ""},
  };
  for (data_case one : cases) {
    SCOPED_TRACE(one.type);
    if (one.type == 1) one.data.push_back(0);
    const json shown = answer_of(record(pointer(12), one.type, one.data));
    for (const char* member : {"ip", "ns", "cname", "ptr", "txts", "soa", "srv", "mx", "opt", "uri"})
      EXPECT_EQ(shown[member], "") << member;
  }
}

TEST(DnsRecord, NamesTheOptionsOfEdns) {
  const bytes options = byte_writer{}.u16(10).u16(2).zeros(2).u16(65001).u16(0).u16(12).u16(0).content();
  const json shown = answer_of(record(name(""), 41, options, 0, 1232));
  EXPECT_EQ(shown["type"], "OPT");
  EXPECT_EQ(shown["name"], "");
  EXPECT_EQ(shown["class"], "Unknown");
  EXPECT_EQ(shown["opt"], "COOKIE, option-65001, Padding");
}

TEST(DnsRecord, NamesItsClass) {
  const std::pair<unsigned, const char*> classes[] = {{1, "IN"}, {2, "CS"},    {3, "CH"},
                                                      {4, "HS"}, {255, "Any"}, {254, "Unknown"}};
  for (const auto& [number, text] : classes)
    EXPECT_EQ(answer_of(record(pointer(12), 16, {}, 60, number))["class"], text);
}

TEST(DnsMessage, NamesWhatItAsksFor) {
  const std::pair<unsigned, const char*> opcodes[] = {{0, "Query"},   {1, "Inverse Query"}, {2, "Status"},
                                                      {3, "Unknown"}, {4, "Notify"},        {5, "Update"},
                                                      {6, "Unknown"}, {15, "Unknown"}};
  for (const auto& [number, text] : opcodes) {
    message_style style;
    style.flags = number << 11u;
    style.questions = {question(name("example.org"), 255, 255)};
    const json shown = part_of(message(style));
    EXPECT_EQ(shown["opCode"], text);
    EXPECT_EQ(shown["questions"][0]["type"], "ANY");
    EXPECT_EQ(shown["questions"][0]["class"], "Any");
    EXPECT_EQ(shown["recursionDesired"], false);
  }
}

TEST(DnsMessage, ListsSeveralQuestions) {
  message_style style;
  style.questions = {question(name("one.example")), question(pointer(12), 28)};
  const json shown = part_of(message(style));
  EXPECT_EQ(shown["questions"].size(), 2u);
  EXPECT_EQ(shown["questions"][1]["name"], "one.example");
  EXPECT_EQ(shown["questions"][1]["type"], "AAAA");
}

TEST(DnsMessage, NamesTheCodeOfTheAnswer) {
  const std::pair<unsigned, const char*> codes[] = {{0, "No Error"},
                                                    {2, "Server Failure "},
                                                    {3, "Non-Existent Domain"},
                                                    {5, "Query Refused"},
                                                    {10, "Name not contained in zone"},
                                                    {11, "Unknown"}};
  for (const auto& [number, text] : codes) {
    message_style style;
    style.flags = 0x8000u | number;
    const json shown = part_of(message(style));
    EXPECT_EQ(shown["code"], text);
    EXPECT_EQ(shown["rcode"], number);
  }
}

TEST(DnsMessage, TakesTheUpperBitsOfTheCodeFromEdns) {
  message_style style;
  style.flags = 0x8000;
  style.additionals = {record(name(""), 41, {}, 0x01000000)};
  const json shown = part_of(message(style));
  EXPECT_EQ(shown["rcode"], 16);
  EXPECT_EQ(shown["code"], "Bad OPT Version");
}

TEST(DnsMessage, ShowsItsFlags) {
  message_style style;
  style.flags = 0x8680;
  const json shown = part_of(message(style));
  EXPECT_EQ(shown["authoritative"], true);
  EXPECT_EQ(shown["truncated"], true);
  EXPECT_EQ(shown["recursionAvailable"], true);
}

TEST(DnsMessage, KeepsItsSectionsApart) {
  message_style style;
  style.flags = 0x8000;
  style.questions = {question(name("example.org"))};
  style.authorities = {record(pointer(12), 2, name("ns.example.org"))};
  style.additionals = {record(name("ns.example.org"), 1, address(192, 0, 2, 1)), record(name(""), 41, {})};
  const json shown = part_of(message(style));
  EXPECT_EQ(shown["answers"], json::array());
  EXPECT_EQ(shown["authorities"].size(), 1u);
  EXPECT_EQ(shown["additionals"].size(), 2u);
  EXPECT_EQ(shown["additionals"][0]["ip"], "192.0.2.1");
}

TEST(DnsMessage, KeepsTheRecordsBeforeOneThatIsCut) {
  message_style style;
  style.flags = 0x8000;
  style.answers = {record(name("a.example"), 1, address(192, 0, 2, 1)),
                   record(name("b.example"), 1, address(192, 0, 2, 2))};
  bytes cut = message(style);
  cut.pop_back();
  const json shown = part_of(cut);
  EXPECT_EQ(shown["answers"].size(), 1u);
}

TEST(DnsMessage, NeedsAHeader) { EXPECT_TRUE(part_of(byte_writer{}.zeros(11).content()).is_null()); }

TEST(DnsMessage, IsReadToTheEndOfAHeaderThatPromisesTooMuch) {
  const json shown = part_of(byte_writer{}.u16(1).u16(0x8000).u64(~0ull).content(), true);
  EXPECT_EQ(shown["questions"], json::array());
  EXPECT_EQ(shown["additionals"], json::array());
}

TEST(DnsMessage, MayBeAsLongAsAMessageCanBe) {
  message_style style;
  style.flags = 0x8000;
  for (int i = 0; i < 5900; ++i)
    style.answers.push_back(record(name(""), 5, {}));
  EXPECT_EQ(part_of(message(style))["answers"].size(), 5900u);
}

} // namespace
} // namespace remora::traffic
