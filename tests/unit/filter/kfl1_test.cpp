#include "tests/unit/filter/support.hpp"

// What KFL1 promises beyond its conformance rows. `or nosuch` marks a query as KFL1 without changing it.

namespace remora::filter {
namespace {

using namespace test;

bool says(const std::string& query, const json& item) { return matches("(" + query + ") or nil", item); }

TEST(Kfl1Values, AreTrueByTheirContent) {
  const json item = {{"yes", true}, {"no", false},           {"zero", 0},           {"some", 0.5},
                     {"less", -1},  {"empty", ""},           {"text", "x"},         {"nothing", nullptr},
                     {"list", {1}}, {"bare", json::array()}, {"object", {{"a", 1}}}};
  for (const char* name : {"yes", "some", "text", "list", "object"})
    EXPECT_TRUE(says(name, item)) << name;
  for (const char* name : {"no", "zero", "less", "empty", "nothing", "bare", "missing"}) {
    EXPECT_FALSE(says(name, item)) << name;
    EXPECT_TRUE(says(std::string("!") + name, item)) << name;
  }
}

TEST(Kfl1Equality, ComparesDifferentTypesAsText) {
  const json item = {{"n", 8080}, {"s", "8080"}, {"f", 0.5}, {"b", true}, {"e", nullptr}, {"big", 1e20}};
  EXPECT_TRUE(says("n == s", item));
  EXPECT_TRUE(says("f == '0.5'", item));
  EXPECT_TRUE(says("b == 'true'", item));
  EXPECT_TRUE(says("e == 'null'", item));
  EXPECT_TRUE(says("e == nil", item));
  EXPECT_TRUE(says("big == '100000000000000000000'", item)) << "whole numbers have no exponent";
  EXPECT_FALSE(says("n == '8080.0'", item));
  EXPECT_TRUE(says("8080.0 == n", item));
}

TEST(Kfl1Equality, ComparesListsByElementAndTreesByContent) {
  const json item = {{"l", {1, 2, "x"}},         {"same", {1.0, 2, "x"}},
                     {"other", {2, 1, "x"}},     {"o", {{"a", {{"b", 1}}}}},
                     {"p", {{"a", {{"b", 1}}}}}, {"nested", json::array({{1, 2}, {3}})}};
  EXPECT_TRUE(says("l == 2", item));
  EXPECT_TRUE(says("'x' == l", item));
  EXPECT_FALSE(says("l != 2", item));
  EXPECT_TRUE(says("l == same", item));
  EXPECT_FALSE(says("l == other", item));
  EXPECT_TRUE(says("l == r'^x$'", item));
  EXPECT_TRUE(says("nested == 3", item)) << "an element may be a list";
  EXPECT_TRUE(says("o == p", item));
  EXPECT_FALSE(says("o == 'a'", item));
  EXPECT_TRUE(says("o != 'a'", item));
}

TEST(Kfl1Equality, OfAnAbsentSideIsNeverTrue) {
  EXPECT_FALSE(says("a == a", {}));
  EXPECT_FALSE(says("a != a", {}));
  EXPECT_FALSE(says("a == nil", {}));
}

TEST(Kfl1Ordering, IsNumeric) {
  const json item = {{"n", 5}, {"s", "4.5"}, {"t", "abc"}, {"b", true}, {"l", {1, 9}}, {"m", {10, 11}}};
  EXPECT_TRUE(says("n > s", item));
  EXPECT_TRUE(says("t < 1", item)) << "text that is no number counts as 0";
  EXPECT_TRUE(says("t >= 0", item));
  EXPECT_TRUE(says("b >= 1", item));
  EXPECT_TRUE(says("l > 8", item)) << "some element";
  EXPECT_FALSE(says("l > 9", item));
  EXPECT_TRUE(says("l < m", item)) << "every pair";
  EXPECT_FALSE(says("l > m", item));
  EXPECT_FALSE(says("missing < 1", item));
  EXPECT_FALSE(says("'1 ' > 0", item)) << "a blank is no part of a number";
}

TEST(Kfl1Chains, AssociateToTheRight) {
  EXPECT_TRUE(says("false == 1 == 2", {}));
  EXPECT_TRUE(says("5 >= 4 > 3", {})) << "5 >= true";
  EXPECT_TRUE(matches("true or false and false", {}));
  EXPECT_FALSE(matches("(true or false) and false", {}));
}

TEST(Kfl1Prefixes, ApplyFromTheInside) {
  const json item = {{"n", 5}};
  EXPECT_TRUE(says("-n == -5", item));
  EXPECT_TRUE(says("--n == 5", item));
  EXPECT_TRUE(says("!!n", item));
  EXPECT_FALSE(says("-n", item));
  EXPECT_TRUE(says("-'x' == 'x'", item)) << "only numbers are negated";
}

TEST(Kfl1Selectors, TakeEveryStep) {
  const json item = {{"a", {{"k-1", {{{"x", 1}}, {{"x", 2}}}}, {"and", 7}}}, {"deep", {{{"x", {{"x", 3}}}}}}};
  EXPECT_TRUE(says("a['k-1'][1].x == 2", item));
  EXPECT_TRUE(says("a[\"k-1\"].*.x == 1", item));
  EXPECT_TRUE(says("a['k-1'][*].x > 1", item));
  EXPECT_TRUE(says("a.and == 7", item)) << "words are free after a dot";
  EXPECT_TRUE(says("a.*.* > 0 or a.* == 7", item));
  EXPECT_TRUE(says("deep..x == 3", item)) << "at any depth";
  EXPECT_FALSE(says("a['k-1'].x", item)) << "a list has no members";
  EXPECT_FALSE(says("a.and.b", item));
  EXPECT_FALSE(says("a[0]", item)) << "an object has no elements";
}

TEST(Kfl1Selectors, GiveOneValueAsItself) {
  const json item = {{"l", {5}}, {"bare", json::array()}};
  EXPECT_TRUE(says("l.* == 5", item));
  EXPECT_FALSE(says("l.*", {{"l", {-1}}}));
  EXPECT_TRUE(says("bare == bare", item)) << "a list found by name is there, empty or not";
  EXPECT_FALSE(says("bare.* != 1", item)) << "nothing selected is absent";
}

TEST(Kfl1Selectors, FindHeadersInAnyCaseUnlessOneFitsExactly) {
  const json item = {{"request", {{"headers", {{"User-Agent", "a"}, {"user-agent", "b"}, {"Host", "h"}}}}},
                     {"Host", "not a header"}};
  EXPECT_TRUE(says("request.headers['User-Agent'] == 'a'", item));
  EXPECT_TRUE(says("request.headers['user-agent'] == 'b'", item));
  EXPECT_TRUE(says("request.headers.hOST == 'h'", item));
  EXPECT_TRUE(says("request.*.hOST == nil or request..Host == 'h'", item));
  EXPECT_TRUE(says("a..headers.hOST == 'h'", {{"a", item}})) << "behind a descent too";
  EXPECT_FALSE(says("host", item)) << "other names have their case";
}

TEST(Kfl1Selectors, TryAnAliasWhenTheNameIsNotThere) {
  const json item = {{"request", {{"postData", {{"text", "{\"a\":1}"}}}, {"queryString", {{"q", "1"}}}}},
                     {"dst",
                      {{"pod", {{"metadata", {{"name", "p"}}}}},
                       {"service", {{"name", "own"}, {"metadata", {{"name", "s"}}}}}}}};
  EXPECT_TRUE(says("request.body.json().a == 1", item));
  EXPECT_TRUE(says("request.query.q == 1", item));
  EXPECT_TRUE(says("dst.pod.name == 'p'", item));
  EXPECT_TRUE(says("dst.service.name == 'own'", item)) << "what is there wins";
}

TEST(Kfl1Strings, ResolveTheirEscapes) {
  const json item = {{"s", "a\"'\\/\n\t\u00e9\U0001F600"}, {"raw", "\\d"}};
  EXPECT_TRUE(says(R"(s == "a\"\'\\\/\n\té\ud83d\ude00")", item));
  EXPECT_TRUE(says(R"(raw == "\d")", item)) << "an unknown pair stays";
  EXPECT_TRUE(says(R"(raw == `\d`)", item));
  EXPECT_TRUE(says("s == \"\"\"a\"'\\\\/\n\\té\xF0\x9F\x98\x80\"\"\"", item)) << "over several lines";
}

TEST(Kfl1Regexes, AreRawAndUnanchored) {
  const json item = {{"s", "say \"hi\" 12"}};
  EXPECT_TRUE(says(R"(s == r"\d+")", item));
  EXPECT_TRUE(says(R"(s == r"\"hi\"")", item));
  EXPECT_TRUE(says(R"(r'^say' == s)", item));
  EXPECT_FALSE(says(R"(s == r'^\d')", item));
  EXPECT_FALSE(says("r'x'", item)) << "a regex by itself is never true";
  EXPECT_TRUE(says("r == 1", {{"r", 1}})) << "without a string it is a name";
}

TEST(Kfl1Syntax, AllowsSpaceWithinOperatorsAndTags) {
  EXPECT_TRUE(matches("1 = = 1 and 1 < = 1", {}));
  EXPECT_TRUE(matches("1 === 1 and 1 !== 2", {}));
  EXPECT_TRUE(matches("s.startsWith(prefix: 'a') and /* all */ true // yes", {{"s", "abc"}}));
}

TEST(Kfl1TextTests, TakeTextsAndLists) {
  const json item = {{"s", "abc"}, {"n", 503}, {"o", {{"a", 1}}}, {"l", {"xx", "abc"}}};
  EXPECT_TRUE(says("s.startsWith('ab')", item));
  EXPECT_TRUE(says("s.endsWith('bc')", item));
  EXPECT_FALSE(says("s.contains('B')", item)) << "with case";
  EXPECT_TRUE(says("n.contains(0)", item));
  EXPECT_TRUE(says("l.startsWith('ab')", item));
  EXPECT_FALSE(says("o.contains('a')", item));
  EXPECT_FALSE(says("s.startsWith()", item));
  EXPECT_FALSE(says("s.startsWith(missing)", item));
  EXPECT_TRUE(says("!missing.startsWith('')", item));
  EXPECT_EQ(compile_text("s.contains('a').b and true").substr(0, 26), "1:16: unexpected token \".\"");
}

TEST(Kfl1Macros, AreWholeTokensAlone) {
  const json item = {{"protocol", {{"name", "http"}}}, {"newshttp", "n"}, {"a", {{"http", "m"}}}};
  EXPECT_TRUE(says("http == true", item));
  EXPECT_TRUE(says("newshttp == 'n' and a.http == 'm' and 'http' == 'http'", item));
  EXPECT_FALSE(says("http.x", item)) << "with a step it is a path";
}

TEST(Kfl1Calls, ThatNobodyKnowsAreAbsent) {
  EXPECT_FALSE(says("foo(1).bar == 1", {}));
  EXPECT_FALSE(says("a.foo(1) != 1", {{"a", 2}}));
  EXPECT_FALSE(says("now().x", {}));
}

} // namespace
} // namespace remora::filter
