#include "tests/unit/filter/support.hpp"

// What KFL2 promises beyond its conformance rows.

namespace remora::filter {
namespace {

using namespace test;

/// `&& true` marks a query as KFL2 without changing it.
bool says(const std::string& query, const json& item = json::object()) {
  return matches("(" + query + ") && true", item);
}

TEST(Kfl2Arithmetic, FollowsTheLevels) {
  EXPECT_TRUE(says("1 + 2 * 3 == 7"));
  EXPECT_TRUE(says("(1 + 2) * 3 == 9"));
  EXPECT_TRUE(says("10 - 4 - 3 == 3"));
  EXPECT_TRUE(says("-7 / 2 == -3 && -7 % 2 == -1"));
  EXPECT_TRUE(says("7u / 2u == 3u && 0x10 == 16 && 0x10u == 16u"));
  EXPECT_TRUE(says("1.5 + .5 == 2.0 && 1e3 == 1000.0 && --2 == 2"));
  EXPECT_TRUE(says("'a' + \"b\" == 'ab' && b'a' + b'\\xff' == b'a\\377'"));
  EXPECT_TRUE(says("[1] + [2, 3] == [1, 2, 3]"));
  EXPECT_TRUE(says("-9223372036854775808 < 0"));
}

TEST(Kfl2Arithmetic, StopsAtTheEndsOfTheNumbers) {
  for (const char* query :
       {"9223372036854775807 + 1 > 0", "-9223372036854775808 - 1 > 0", "9223372036854775807 * 2 > 0",
        "-(-9223372036854775808) > 0", "-9223372036854775808 / -1 > 0", "0u - 1u > 0u", "1 / 0 > 0",
        "1 % 0 > 0", "1u / 0u > 0u", "1.0 / 0.0 > 0.0", "int(1e19) > 0", "uint(-1) > 0u", "int('x') > 0",
        "timestamp('9999-12-31T23:59:59Z') + duration('1s') > now()", "[1][1] == 1", "{'a': 1}['b'] == 1",
        "timestamp('yesterday') < now()", "duration('5 minutes') > duration('1s')", "string(b'\\xff') == ''"})
    EXPECT_NE(failure(std::string(query) + " && true", {}), "") << query;
}

TEST(Kfl2Logic, AbsorbsErrorsOnEitherSide) {
  EXPECT_TRUE(matches("1 / 0 > 0 || true", {}));
  EXPECT_TRUE(matches("true || 1 / 0 > 0", {}));
  EXPECT_FALSE(matches("1 / 0 > 0 && false", {}));
  EXPECT_FALSE(matches("true && false && 1 / 0 > 0", {}));
  EXPECT_NE(failure("1 / 0 > 0 || false", {}), "");
  EXPECT_NE(failure("1 / 0 > 0 && true", {}), "");
  EXPECT_NE(failure("1 / 0 > 0 ? true : true || false", {}), "");
  EXPECT_TRUE(says("false ? 1 / 0 > 0 : true")) << "the other branch is not evaluated";
}

TEST(Kfl2Ordering, IsDefinedWithinATypeAndByCodePoint) {
  EXPECT_TRUE(says("'a' < 'b' && 'Z' < 'a' && '\\u00e9' < '\\U0001F600'"));
  EXPECT_TRUE(says("false < true && b'a' <= b'a' && 2u >= 1u"));
  EXPECT_TRUE(says("timestamp(1) < timestamp(2) && duration('1s') < duration('1m')"));
  EXPECT_TRUE(says("dyn(1) == 1.0 && dyn(2u) > dyn(1) && dyn(9007199254740993) != 9007199254740992.0"));
  EXPECT_FALSE(says("dyn(1) == dyn('1')"));
  EXPECT_NE(failure("dyn(1) < dyn('1') && true", {}), "");
}

TEST(Kfl2Strings, HaveTheEscapesOfCel) {
  EXPECT_TRUE(says(R"(size("\\\?\"\'\`\a\b\f\n\r\t\v") == 12)"));
  EXPECT_TRUE(says(R"("\x41\101\u0041\U00000041" == 'AAAA')"));
  EXPECT_TRUE(says(R"(size(r"\d\n") == 4 && size('''a
b''') == 3)"));
}

TEST(Kfl2Lists, AndMapsAreLiterals) {
  EXPECT_TRUE(says("2 in [1, 2,] && !(3 in [1, 2]) && size([]) == 0"));
  EXPECT_TRUE(says("{'a': 1, 'b': 2,}.b == 2 && 'a' in {'a': 1} && size({}) == 0"));
  EXPECT_TRUE(says("{1: 'x'}[1] == 'x' && has({'a': 1}.a) && !has({'a': 1}.b)"));
  EXPECT_TRUE(says("{'a': [1]} == {'a': [1]} && [[1], [2]] != [[1], [3]]"));
  EXPECT_TRUE(says("map_get({'a': 1}, 'a', 0) == 1 && map_get({'a': 1}, 'b', 7) == 7"));
  EXPECT_NE(failure("{'a': 1, 'a': 2}.a == 1 && true", {}), "");
}

TEST(Kfl2Folds, GoOverListsAndKeys) {
  EXPECT_TRUE(says("[1, 2].exists(x, x == 2) && ![1, 2].exists(x, x == 3)"));
  EXPECT_TRUE(says("[1, 2].all(x, x > 0) && [].all(x, false) && ![].exists(x, true)"));
  EXPECT_TRUE(says("[1, 2, 2].exists_one(x, x == 1) && ![1, 2, 2].exists_one(x, x == 2)"));
  EXPECT_TRUE(says("[1, 2, 3].filter(x, x > 1) == [2, 3] && [1, 2].map(x, x * 2) == [2, 4]"));
  EXPECT_TRUE(says("[1, 2, 3].map(x, x > 1, x * 2) == [4, 6]"));
  EXPECT_TRUE(says("{'a': 1, 'b': 2}.exists(k, k == 'b')"));
  EXPECT_TRUE(says("[[1, 2], [3]].exists(x, x.exists(y, y == 3 && size(x) == 1))"));
  EXPECT_TRUE(says("[0, 1].exists(x, 1 / x == 1)")) << "an error elsewhere is absorbed";
  EXPECT_NE(failure("[0, 2].exists(x, 1 / x == 1) && true", {}), "");
  EXPECT_TRUE(says("['http'].exists(http, http == 'http')")) << "the variable hides what has its name";
}

TEST(Kfl2Headers, HaveNoCase) {
  const json item = {{"protocol", {{"name", "http"}}},
                     {"request", {{"headers", {{"X-A", "1"}, {"Via", "v"}}}}}};
  EXPECT_TRUE(says("request.headers['x-a'] == '1' && request.headers.via == 'v'", item));
  EXPECT_TRUE(says("has(request.headers.VIA) && 'X-a' in request.headers", item));
  EXPECT_TRUE(says("map_get(request.headers, 'VIA', '') == 'v'", item));
  EXPECT_TRUE(says("request.headers.exists(h, h == 'x-a')", item)) << "lower case when iterated";
}

TEST(Kfl2Names, MayStartWithADot) { EXPECT_TRUE(says("[1].exists(http, .http == false)")); }

TEST(Kfl2Work, IsLimited) {
  std::string query = "true";
  for (int i = 0; i < 12; ++i)
    query = "[0,1,2,3,4,5,6,7].all(x" + std::to_string(i) + ", " + query + ")";
  EXPECT_NE(failure(query, {}), "") << "eight to the power of twelve elements";
  std::string doubled = "['0123456789abcdef']";
  for (int i = 0; i < 60; ++i)
    doubled += ".map(s, s + s)";
  EXPECT_NE(failure("size(" + doubled + ") == 1", {}), "") << "a text of 2^64 bytes";
  EXPECT_NE(failure("size(" + doubled + ") == 1 || true", {}), "") << "and nothing absorbs that";
}

TEST(Kfl2Functions, OnText) {
  EXPECT_TRUE(says("'abc'.contains('b') && 'abc'.startsWith('ab') && 'abc'.endsWith('bc')"));
  EXPECT_TRUE(says("'a12'.matches('[0-9]+$') && matches('abc', 'b') && !'abc'.matches('^b')"));
  EXPECT_TRUE(says("'x1'.matches('x' + string(1))")) << "a pattern made at run time";
  EXPECT_NE(failure("'x'.matches('(' + string(1)) && true", {}), "");
  EXPECT_TRUE(says("size('\\u00e9x') == 2 && 'abc'.size() == 3 && size(b'\\xc3\\xa9') == 2"));
}

TEST(Kfl2Functions, Convert) {
  EXPECT_TRUE(says("int('-5') == -5 && int(2.9) == 2 && int(7u) == 7 && int(timestamp(9)) == 9"));
  EXPECT_TRUE(says("uint(5) == 5u && uint('6') == 6u && double('1.5') == 1.5 && double(2) == 2.0"));
  EXPECT_TRUE(
      says("string(1) == '1' && string(1.5) == '1.5' && string(true) == 'true' && string(2u) == '2'"));
  EXPECT_TRUE(says("string(b'ab') == 'ab' && bytes('ab') == b'ab' && bool('true') && !bool('0')"));
  EXPECT_TRUE(says("string(duration('90m')) == '5400s' && string(duration('-250ms')) == '-0.25s'"));
  EXPECT_TRUE(says("type(1) == int && type('') == string && type([]) == list && type(type(1)) == type"));
  EXPECT_TRUE(says("timestamp(timestamp(5)) == timestamp('1970-01-01T00:00:05Z')"));
}

TEST(Kfl2Times, ReadAndWriteRfc3339) {
  EXPECT_TRUE(says("timestamp('2025-10-09T10:53:20.25+02:00') == timestamp('2025-10-09T08:53:20.250Z')"));
  EXPECT_TRUE(says("string(timestamp('2025-10-09T08:53:20.250Z')) == '2025-10-09T08:53:20.25Z'"));
  EXPECT_TRUE(says("timestamp('9999-12-31T23:59:59Z') > timestamp('0001-01-01T00:00:00Z')"));
  EXPECT_TRUE(
      says("timestamp('2024-03-01T00:00:00Z') - timestamp('2024-02-29T00:00:00Z') == duration('24h')"));
  EXPECT_TRUE(says("timestamp(0) - duration('1ms') == timestamp('1969-12-31T23:59:59.999Z')"));
  EXPECT_TRUE(says("duration('1h') + timestamp(0) == timestamp(3600)"));
  EXPECT_TRUE(says("now() == timestamp('2026-01-02T03:04:05.006Z')"));
}

TEST(Kfl2Durations, AddUpTheirUnits) {
  EXPECT_TRUE(says("duration('1h30m') == duration('90m') && duration('-1.5s') == duration('-1500ms')"));
  EXPECT_TRUE(says("duration('1us') == duration('1000ns') && duration('0') == duration('0s')"));
  EXPECT_TRUE(says("duration('0.000000001s') == duration('1ns') && duration('.5h') == duration('30m')"));
  for (const char* text : {"", "5", "s", "1x", "1h 1m", "-", "99999999999h", "1.2.3s"})
    EXPECT_NE(failure("duration('" + std::string(text) + "') == duration('0') && true", {}), "") << text;
}

TEST(Kfl2Times, HaveTheirParts) {
  const std::string t = "timestamp('2024-12-31T23:59:58.765Z')"; // a Tuesday
  EXPECT_TRUE(says(t + ".getFullYear() == 2024 && " + t + ".getMonth() == 11 && " + t + ".getDate() == 31"));
  EXPECT_TRUE(
      says(t + ".getDayOfMonth() == 30 && " + t + ".getDayOfWeek() == 2 && " + t + ".getDayOfYear() == 365"));
  EXPECT_TRUE(says(t + ".getHours() == 23 && " + t + ".getMinutes() == 59 && " + t + ".getSeconds() == 58"));
  EXPECT_TRUE(says(t + ".getMilliseconds() == 765"));
  EXPECT_TRUE(says(t + ".getFullYear('Europe/Berlin') == 2025 && " + t + ".getHours('-02:30') == 21"));
  EXPECT_TRUE(says("timestamp('2024-07-01T00:00:00Z').getHours('America/New_York') == 20")) << "in summer";
  EXPECT_NE(failure(t + ".getHours('Moon/Base') == 1 && true", {}), "");
  EXPECT_TRUE(says("duration('90m').getHours() == 1 && duration('90m').getMinutes() == 90"));
  EXPECT_TRUE(says("duration('90s').getSeconds() == 90 && duration('1.25s').getMilliseconds() == 250"));
}

} // namespace
} // namespace remora::filter
