#include "tests/unit/filter/support.hpp"

namespace remora::filter {
namespace {

using namespace test;

struct wrong_query {
  std::string text;
  std::string error; ///< How its text begins.
};

TEST(FilterErrors, NameTheFirstPlaceThatIsWrong) {
  const std::vector<wrong_query> queries = {
      {"a and \"x", "1:9: literal not terminated"},
      {"a and \"x\nb", "1:9: literal not terminated"},
      {"a and \"x\\\"", "1:11: literal not terminated"},
      {"a == '''x\ny", "2:2: literal not terminated"},
      {"a == `x", "1:8: literal not terminated"},
      {"a ) /* b", "1:9: comment not terminated"},
      {"a == r'(' and b", "1:6: invalid regular expression: missing ): ("},
      {"'x'.matches('(') && true", "1:13: invalid regular expression"},
      {"redact('a..[') and b", "1:8: unexpected token \"a..[\""},
      {"a == 'x' 'y\\n\"' and b", "1:10: unexpected token \"y\\\\n\\\"\""},
      {"a and 0x1F", "1:7: unexpected token \"0x1F\""},
      {"a and 1e999", "1:7: unexpected token \"1e999\""},
      {"a and b'x'", "1:7: unexpected token \"x\""},
      {"a and (b", "1:9: unexpected token \"<EOF>\""},
      {"a and b[", "1:9: unexpected token \"<EOF>\""},
      {"a and b[-1]", "1:9: unexpected token \"-\""},
      {"a and b.1", "1:8: unexpected token \".1\""},
      {"and http", "1:1: unexpected token \"and\""},
      {"a and \x01", "1:7: unexpected token \"\\x01\""},
      {"a\xFF and b", "1:2: unexpected token \"\xEF\xBF\xBD\""},
      {"'\xC3\xA9\xF0\x9F\x98\x80' \t) and a", "1:7: unexpected token \")\""},
      {"http && (", "1:10: unexpected token \"<EOF>\""},
      {"http & & dns && a", "1:6: unexpected token \"&\""},
      {"http && 99999999999999999999", "1:9: unexpected token \"99999999999999999999\""},
      {"http && -1u == 0u", "1:10: unexpected token \"1u\""},
      {"http && for == 1", "1:9: reserved word \"for\""},
      {"http && namespace == 1", "1:9: reserved word \"namespace\""},
      {"http && src.true", "1:13: unexpected token \"true\""},
      {"http && '\\q' == ''", "1:10: invalid escape \"\\q\""},
      {"http && '\\ud800' == ''", "1:10: invalid escape \"\\u\""},
      {"http && src == 1", "1:9: undeclared name \"src\""},
      {"http && src.nope == 1", "1:9: undeclared name \"src\""},
      {"http && nope(1)", "1:9: undeclared name \"nope\""},
      {"http && path.nope()", "1:14: undeclared name \"nope\""},
      {"http && path.nope", "1:13: type string has no member \"nope\""},
      {"http && has(path.nope)", "1:17: type string has no member \"nope\""},
      {"http && 1", "1:6: no overload for \"&&\" with (bool, int)"},
      {"1 || http || 2", "1:3: no overload for \"||\" with (int, bool)"},
      {"!path && http", "1:1: no overload for \"!\" with (string)"},
      {"http && -path == ''", "1:9: no overload for \"-\" with (string)"},
      {"http && 1 + 1.0 == 2.0", "1:11: no overload for \"+\" with (int, double)"},
      {"http && [1].exists(1, true)", "1:20: unexpected token \"1\""},
      {"http && path.exists(x, true)", "1:20: no overload for \"exists\" with (string)"},
      {"http && [1].exists(x, x)", "1:19: no overload for \"exists\" with (list(int), int)"},
      {"http && [1].exists(x)", "1:20: undeclared name \"x\""},
      {"http && path[0] == ''", "1:13: no overload for \"[]\" with (string, int)"},
      {"http ? 1 : ''", "1:6: unexpected token \"?\""},
      {"status_code > 0 ? 1 : ''", "1:17: no overload for \"?:\" with (bool, int, string)"},
      {"status_code in 5", "1:13: no overload for \"in\" with (int, int)"},
      {"size(dns_answers)", "1:1: query must be bool, got int"},
  };
  for (const wrong_query& q : queries) {
    const std::string text = compile_text(q.text);
    EXPECT_EQ(text.substr(0, q.error.size()), q.error) << q.text;
  }
}

TEST(FilterErrors, AreOneLineWhateverTheQueryHolds) {
  for (const char* query :
       {"a == 'x' '''y\nz'''", "a == r'(\x01\x02' and b", "'x'.matches('''(\n''') && true"}) {
    const std::string text = compile_text(query);
    EXPECT_FALSE(text.empty());
    for (const char c : text)
      EXPECT_GE(static_cast<unsigned char>(c), 0x20u) << query;
  }
}

TEST(FilterErrors, CanBeShownWithACaret) {
  const std::string query = "http and\n\thtt ??? a : p\n";
  const auto failed = compile(query, default_macros()).error();
  EXPECT_EQ(with_caret(query, failed), "2:6: unexpected token \"?\"\n htt ??? a : p\n     ^");
  EXPECT_EQ(failed.line, 2u);
  EXPECT_EQ(failed.column, 6u);
  EXPECT_EQ(to_error(failed).code, errc::invalid_filter);
  EXPECT_EQ(to_error(failed).message, failed.text());
}

TEST(FilterErrors, ShowThePartOfALongLineThatMatters) {
  const std::string query = std::string(500, ' ') + "a b" + std::string(500, ' ');
  const auto failed = compile(query, default_macros()).error();
  const std::string shown = with_caret(query, failed);
  EXPECT_LT(shown.size(), 250u);
  const auto caret_line = shown.substr(shown.rfind('\n') + 1);
  const auto query_line = shown.substr(shown.find('\n') + 1);
  EXPECT_EQ(query_line[caret_line.size() - 1], 'b');
}

TEST(FilterLimits, OfTheText) {
  const std::string most = "true or " + std::string(65'536 - 12, ' ') + "true";
  ASSERT_EQ(most.size(), 65'536u);
  EXPECT_EQ(compile_text(most), "");
  EXPECT_EQ(compile_text(most + " "), "1:1: query too long");
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i)
    out += text;
  return out;
}

TEST(FilterLimits, OfTheDepth) {
  EXPECT_EQ(compile_text(repeated("(", 199) + "true" + repeated(")", 199) + " or nil"), "");
  EXPECT_EQ(compile_text(repeated("(", 200) + "true" + repeated(")", 200) + " or nil"),
            "1:200: query too deep");
  EXPECT_EQ(compile_text(repeated("a(", 200) + "1" + repeated(")", 200) + " or nil"),
            "1:400: query too deep");
  EXPECT_EQ(compile_text(repeated("(", 199) + "true" + repeated(")", 199) + " && true"), "");
  EXPECT_EQ(compile_text(repeated("(", 200) + "true" + repeated(")", 200) + " && true"),
            "1:200: query too deep");
  EXPECT_EQ(compile_text("true && " + repeated("[", 60'000)), "1:208: query too deep");
  EXPECT_NE(compile_text("1" + repeated(" + 1", 300) + " == 1 && true").find("query too deep"),
            std::string::npos);
  EXPECT_NE(compile_text(repeated("true ? true : ", 300) + "true && true").find("query too deep"),
            std::string::npos);
  EXPECT_NE(compile_text("''" + repeated(".size()", 300) + " == 1 && true").find("query too deep"),
            std::string::npos);
}

TEST(FilterLimits, DoNotTouchChains) {
  const json item = {{"a", 1}};
  EXPECT_TRUE(matches(repeated("!", 60'000) + "a or nil", item));
  EXPECT_TRUE(matches("a" + repeated(" and a", 10'000), item));
  EXPECT_FALSE(matches("a" + repeated(" == a", 10'000) + " and a == 2", item));
  EXPECT_TRUE(matches("a" + repeated(" > a", 10'000) + " or nil", item))
      << "1 > 1 is false, 1 > false is true";
  EXPECT_TRUE(matches("true" + repeated(" && true", 8'000), item));
  EXPECT_FALSE(matches("false" + repeated(" || false", 6'000), item));
  EXPECT_TRUE(matches(repeated("!", 60'000) + "true && true", item));
  EXPECT_FALSE(matches("a" + repeated(".a", 30'000) + " and a", item));
  EXPECT_FALSE(matches("a" + repeated("..a", 20'000) + " and a", item));
}

TEST(FilterLimits, EndDescentsThatWouldMultiply) {
  json nested = 1;
  for (int i = 0; i < 400; ++i)
    nested = json{{"b", std::move(nested)}};
  EXPECT_TRUE(matches("a..b..b..b..b..b..b and true", {{"a", nested}})) << "each value once a step";
}

TEST(FilterLimits, EndComparisonsOfListsThatWouldMultiply) {
  const json item = {{"l", json(std::vector<int>(2'000, 1))}};
  EXPECT_NE(failure("l < l or l >= l or nil", item) + failure("l <= l and l <= l", item), "");
}

} // namespace
} // namespace remora::filter
