#include "filter/body/base64.hpp"
#include "tests/unit/filter/support.hpp"

namespace remora::filter {
namespace {

using namespace test;

TEST(Redact, ReplacesWhatThePathFinds) {
  const json item = {{"a", {{"b", "secret"}, {"k-1", {1, {{"t", 2}}}}}}, {"t", 3}, {"deep", {{"t", {4}}}}};
  EXPECT_EQ(altered("redact('a.b')", item)["a"]["b"], "[REDACTED]");
  EXPECT_EQ(altered("redact('a[\"k-1\"][0]')", item)["a"]["k-1"][0], "[REDACTED]");
  EXPECT_EQ(altered("redact('a.*')", item)["a"], (json{{"b", "[REDACTED]"}, {"k-1", "[REDACTED]"}}));
  const json everywhere = altered("redact('..t')", item);
  EXPECT_EQ(everywhere["t"], "[REDACTED]");
  EXPECT_EQ(everywhere["deep"]["t"], "[REDACTED]");
  EXPECT_EQ(everywhere["a"]["k-1"][1]["t"], "[REDACTED]");
  EXPECT_EQ(everywhere["a"]["b"], "secret") << "the rest stays";
  const json two = altered("redact('a.b', 't')", item);
  EXPECT_EQ(two["a"]["b"], "[REDACTED]");
  EXPECT_EQ(two["t"], "[REDACTED]");
}

TEST(Redact, LeavesTheRecordItselfAlone) {
  const json item = {{"a", "secret"}};
  altered("redact('a')", item);
  EXPECT_EQ(item["a"], "secret");
}

TEST(Redact, SkipsWhatIsNotThere) {
  EXPECT_TRUE(altered("redact('b.c', '..d', 'a.json().x', 'a.xml().y', 'a[0]')", {{"a", "{}"}}).is_null());
}

TEST(Redact, TakesHeadersInAnyCaseAndAliases) {
  const json item = {
      {"request", {{"headers", {{"Authorization", "Bearer x"}}}, {"postData", {{"text", "body"}}}}}};
  EXPECT_EQ(altered("redact('request.headers.authorization')", item)["request"]["headers"]["Authorization"],
            "[REDACTED]");
  EXPECT_EQ(altered("redact('request.body')", item)["request"]["postData"]["text"], "[REDACTED]");
}

TEST(Redact, IsSeenByWhatFollows) {
  const json item = {{"a", "secret"}, {"b", "x"}};
  EXPECT_FALSE(matches("redact('a') and a == 'secret'", item));
  EXPECT_TRUE(matches("a == 'secret' and redact('a') and a == '[REDACTED]'", item));
  EXPECT_TRUE(matches("b == (redact('b') and b) or a", item)) << "values that were read before stay good";
}

TEST(Redact, DoesNothingInASkippedTermOrARecordThatDoesNotMatch) {
  const json item = {{"a", "secret"}};
  EXPECT_TRUE(altered("true or redact('a')", item).is_null());
  EXPECT_EQ(evaluate("redact('a') and false", item).altered, nullptr);
}

TEST(Redact, ReachesIntoJsonBodies) {
  const json item = {{"plain", R"({"user":"ana","card":{"n":"4111"}})"},
                     {"coded", encode_base64(R"({"user":"ana","card":{"n":"4111"}})")}};
  const json changed = altered("redact('plain.json().card.n', 'coded.json()..n')", item);
  const std::string expected = R"({"card":{"n":"[REDACTED]"},"user":"ana"})";
  EXPECT_EQ(changed["plain"], expected);
  EXPECT_EQ(changed["coded"], encode_base64(expected)) << "base64 stays base64";
  EXPECT_EQ(altered("redact('plain.json()')", item)["plain"], "\"[REDACTED]\"");
}

TEST(Redact, ReachesIntoBodiesWithinBodies) {
  const json item = {{"a", R"({"x":"{\"y\":1}"})"}};
  EXPECT_EQ(altered("redact('a.json().x.json().y')", item)["a"], R"({"x":"{\"y\":\"[REDACTED]\"}"})");
}

TEST(Redact, ReachesIntoXmlBodiesAndLeavesTheirMarkup) {
  const std::string body =
      "<?xml version=\"1.0\"?>\n<!-- kept -->\n<o id='7' k=\"v\"><card t=\"visa\">4111</card>"
      "<i>1</i><i a=\"b\">2</i>x &amp; y<b/>z</o>";
  const json item = {{"plain", body}, {"coded", encode_base64(body)}};
  const auto redacted = [&](const std::string& path) -> std::string {
    return altered("redact('plain.xml()." + path + "')", item)["plain"];
  };
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = body;
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_EQ(redacted("o.card"), with("<card t=\"visa\">4111</card>", "<card>[REDACTED]</card>"));
  EXPECT_EQ(redacted("o.card[\"#text\"]"), with("4111", "[REDACTED]"));
  EXPECT_EQ(redacted("o.card[\"-t\"]"), with("visa", "[REDACTED]"));
  EXPECT_EQ(redacted("o[\"-id\"]"), with("'7'", "'[REDACTED]'"));
  EXPECT_EQ(redacted("o.i[1]"), with("<i a=\"b\">2</i>", "<i>[REDACTED]</i>"));
  EXPECT_EQ(redacted("o.i"), with("<i>1</i><i a=\"b\">2</i>", "<i>[REDACTED]</i><i>[REDACTED]</i>"));
  EXPECT_EQ(redacted("o.b"), with("<b/>", "<b>[REDACTED]</b>"));
  EXPECT_EQ(redacted("o[\"#text\"]"), with("x &amp; y<b/>z", "[REDACTED]<b/>"));
  EXPECT_EQ(altered("redact('coded.xml().o.b')", item)["coded"],
            encode_base64(with("<b/>", "<b>[REDACTED]</b>")));
}

TEST(Redact, ReplacesTheWholeBodyWhenItCannotBeWrittenInPlace) {
  const std::string utf16("\xFE\xFF\0<\0a\0>\0x\0<\0/\0a\0>", 18);
  EXPECT_EQ(altered("redact('a.xml().a')", {{"a", encode_base64(utf16)}})["a"], "[REDACTED]");
}

TEST(Redact, ReadsPathsThatAreKnownOnlyAtRunTime) {
  EXPECT_EQ(altered("redact(p)", {{"p", "a"}, {"a", "secret"}})["a"], "[REDACTED]");
  EXPECT_NE(failure("redact(p)", {{"p", "a["}, {"a", "secret"}}), "")
      << "rather no record than an unredacted one";
}

TEST(Redact, RefusesARecordThatCannotBeCopied) {
  json deep = 1;
  for (int i = 0; i < 2'000; ++i)
    deep = json::array({std::move(deep)});
  EXPECT_NE(failure("redact('a')", {{"a", std::move(deep)}}), "");
}

TEST(Redact, IsKnownBeforeTheQueryRuns) {
  EXPECT_TRUE((*compile("a and redact('a')", default_macros()))->redacts());
  EXPECT_FALSE((*compile("a and b", default_macros()))->redacts());
  const auto table = macro_table::make({{"hide", "redact('a')"}});
  EXPECT_TRUE((*compile("hide && http", *table))->redacts()) << "through a macro, in KFL2 too";
}

} // namespace
} // namespace remora::filter
