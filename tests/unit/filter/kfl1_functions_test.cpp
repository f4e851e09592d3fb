#include "filter/kfl1/functions.hpp"
#include "tests/unit/filter/support.hpp"

namespace remora::filter {
namespace {

using namespace test;
using kfl1::read_datetime;

query_ptr compiled_query(std::string_view text) { return compile(text, default_macros()).value(); }

TEST(DateTime, ReadsAmericanDatesInUtc) {
  EXPECT_EQ(read_datetime("10/9/2025, 8:53:20.250 AM"), 1'760'000'000'250.0);
  EXPECT_EQ(read_datetime("10/09/2025, 08:53:20 AM"), 1'760'000'000'000.0);
  EXPECT_EQ(read_datetime("1/1/1970, 12:00:00.000 AM"), 0.0);
  EXPECT_EQ(read_datetime("1/1/1970, 12:00:01 PM"), 43'201'000.0);
  EXPECT_EQ(read_datetime("2/29/2024, 11:59:59.999 PM"), 1'709'251'199'999.0);
}

TEST(DateTime, RefusesEverythingElse) {
  for (const char* text :
       {"", "bad", "2/30/2024, 1:00:00 AM", "13/1/2024, 1:00:00 AM", "1/1/2024, 13:00:00 PM",
        "1/1/2024, 0:00:00 AM", "1/1/2024, 1:60:00 AM", "1/1/24, 1:00:00 AM", "1/1/2024, 1:00:00.5 AM",
        "1/1/2024, 1:00:00", "1/1/2024, 1:00:00 AM "})
    EXPECT_FALSE(read_datetime(text)) << text;
}

TEST(Kfl1Time, CountsFromTheTimeBase) {
  const timestamp base = from_unix_ns(1'000'000'500'999'999);
  EXPECT_TRUE(matches("now() == 1000000500 and true", {}, from_unix_ns(1'000'000'500'999'999)))
      << "whole milliseconds";
  for (const char* query :
       {"seconds(2) == 1000002500", "minutes(1) == 1000060500", "hours(1) == 1003600500",
        "days(1) == 1086400500", "weeks(1) == 1604800500", "months(1) == 3592000500",
        "years(1) == 32536000500", "seconds(-1.9) == 999999500", "seconds('3') == 1000003500"})
    EXPECT_TRUE(matches(query, {}, base)) << query;
  EXPECT_FALSE(matches("seconds() or days(missing)", {}, base)) << "no argument: absent";
  EXPECT_FALSE(matches("now == now or false", {}, base)) << "without parentheses it is a member";
}

TEST(Kfl1Limit, IsTheFirstInTheText) {
  EXPECT_EQ(compiled_query("http and limit(10) and limit(3)")->limit(), 10);
  EXPECT_EQ(compiled_query("limit(2.9)")->limit(), 2);
  EXPECT_EQ(compiled_query("limit('7')")->limit(), 7);
  for (const char* text : {"limit(0)", "limit(-5) and limit(3)", "limit()", "limit(a)", "http and true"})
    EXPECT_FALSE(compiled_query(text)->limit()) << text;
}

TEST(Kfl1Limit, IsTrueWhenEvaluated) { EXPECT_TRUE(matches("limit(0) and rlimit(1) and leftOff('x')", {})); }

TEST(Kfl1Record, ComparesTheNameOfTheRecording) {
  EXPECT_TRUE(matches("record('night')", {{"record", "night"}}));
  EXPECT_FALSE(matches("record('night')", {{"record", ""}}));
  EXPECT_FALSE(matches("record()", {{"record", ""}}));
  const auto query = compiled_query("record('a') or record('b') or record('a') or record(x)");
  EXPECT_EQ(query->recordings(), (std::vector<std::string>{"a", "b"}));
}

TEST(Kfl1Json, ReadsPlainAndEncodedBodies) {
  const json item = {{"plain", R"({"a":[{"b":1}]})"},
                     {"coded", "eyJhIjoyfQ=="},
                     {"n", 5},
                     {"bad", "{"},
                     {"inner", R"({"j":"{\"k\":3}"})"},
                     {"many", {R"({"x":1})", "no", R"({"x":2})"}}};
  EXPECT_TRUE(matches("plain.json().a[0].b == 1 and coded.json().a == 2", item));
  EXPECT_TRUE(matches("inner.json().j.json().k == 3", item));
  EXPECT_TRUE(matches("many.*.json().x == 2", item));
  EXPECT_TRUE(matches("n.json() == 5", item));
  EXPECT_TRUE(matches("plain.json()..b == 1", item));
  EXPECT_FALSE(matches("bad.json() or plain.json().z or missing.json()", item));
}

TEST(Kfl1Json, IsAbsentForABodyThatIsNestedTooDeeply) {
  const json item = {{"deep", std::string(100'000, '[') + std::string(100'000, ']')},
                     {"fine", std::string(200, '[') + std::string(200, ']')}};
  EXPECT_FALSE(matches("deep.json() == deep.json()", item));
  EXPECT_TRUE(matches("fine.json()", item));
}

TEST(Kfl1Xml, WalksElementsAttributesAndText) {
  const json item = {
      {"x", R"(<?xml version="1.0"?><!-- c --><o:order id="7"><item sku="a">first</item><item>2</item>)"
            R"(<note> hi </note><total cur="EUR">12.5</total><empty/></o:order>)"}};
  const std::string root = "x.xml()['o:order']";
  EXPECT_TRUE(matches(root + "['-id'] == 7", item));
  EXPECT_TRUE(matches(root + ".item[1] == 2", item));
  EXPECT_TRUE(matches(root + ".item[0]['-sku'] == 'a'", item));
  EXPECT_TRUE(matches(root + ".item == 'first'", item)) << "an element compared with a scalar is its text";
  EXPECT_TRUE(matches(root + ".note == ' hi '", item));
  EXPECT_TRUE(matches(root + ".total == 12.5 and " + root + ".total > 12", item));
  EXPECT_TRUE(
      matches(root + ".total['#text'].startsWith('12') and " + root + ".total.startsWith('12')", item));
  EXPECT_TRUE(matches(root + ".empty == ''", item));
  EXPECT_FALSE(matches(root + ".none or x.xml().other", item));
}

TEST(Kfl1Xml, ReadsEncodedBodies) {
  EXPECT_TRUE(matches("x.xml().a.b == 1", {{"x", "PGE+PGI+MTwvYj48L2E+"}}));
}

TEST(Kfl1Xml, IsAbsentForAnythingElse) {
  std::string deep;
  for (int i = 0; i < 300; ++i)
    deep += "<a>";
  const json texts = {"",
                      "plain",
                      "<a>",
                      "<a></b>",
                      "<a/><b/>",
                      deep,
                      "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>",
                      "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>"};
  for (const auto& text : texts)
    EXPECT_FALSE(matches("x.xml()", {{"x", text}})) << text;
}

} // namespace
} // namespace remora::filter
