#include <ostream>

#include <nlohmann/json.hpp>

#include "script/filters.hpp"
#include "tests/support/filter_items.hpp"
#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

/// Scripts that have the item I1 of the conformance table, which is HTTP.
class KflHelper : public script_test {
 protected:
  std::string with_item(const std::string& code) {
    return "var I1 = " + test::filter_data("I1").dump() + "; " + code;
  }
  /// What `console.log` prints of an expression with I1.
  std::string answer(const std::string& expression) {
    console.lines.clear();
    load(with_item("console.log(" + expression + ");"));
    return console.lines.empty() ? "(nothing)" : console.lines.back().text;
  }
  /// What an expression with I1 throws, as String() has it.
  std::string thrown(const std::string& expression) {
    return answer("(function () { try { " + expression + "; } catch (e) { return String(e); } }())");
  }
};

// The rows of the conformance table that call the helpers.

struct script_row {
  unsigned number;
  const char* code; ///< An expression.
  const char* printed;
};
void PrintTo(const script_row& r, std::ostream* out) { *out << "row " << r.number; }

class KflConformance : public KflHelper, public testing::WithParamInterface<script_row> {};

TEST_P(KflConformance, AgreesWithTheTable) {
  EXPECT_EQ(answer(GetParam().code), GetParam().printed) << GetParam().code;
  EXPECT_EQ(console.lines.size(), 1u) << "something was logged";
}

#define REMORA_THROWN(code) "(function () { try { " code " } catch (e) { return String(e); } }())"
constexpr script_row rows[] = {
    {182, "kfl.match('', I1)", "true"},
    {183, "kfl.match(undefined, I1)", "false"},
    {184, REMORA_THROWN("kfl.match('http', null);"), "Error: kfl.match: data must be an object"},
    {185, "kfl.match(I1, 'http')", "true"},
    {186, REMORA_THROWN("kfl.match('htt ??? a : p', I1);"), "Error: 1:5: unexpected token \"?\""},
    {187, "kfl.match('redact(\"request.path\")', I1) && I1.request.path", "/v2/prices"},
    {188,
     "(function () { var d = JSON.parse(JSON.stringify(I1)); d.passed = true; "
     "return kfl.match('passed and http', d); }())",
     "true"},
    {189, "[kfl.match('http and limit(0)', I1), kfl.match('http and limit(0)', I1)]", "true,true"},
    {190, "kfl.validate('')", "true"},
    {191, "kfl.validate('http and response.status == 500')", "true"},
    {192, "kfl.validate('http && status_code == 500')", "true"},
    {194, "kfl.validate('a b', true)", "false"},
};
#undef REMORA_THROWN

INSTANTIATE_TEST_SUITE_P(Row, KflConformance, testing::ValuesIn(rows),
                         [](const auto& row) { return std::to_string(row.param.number); });

TEST_F(KflHelper, WritesWhyAFilterIsNoneToTheErrorConsole) { // row 193
  load("console.log(kfl.validate('a b'));");
  ASSERT_EQ(console.texts(), (std::vector<std::string>{"1:3: unexpected token \"b\"", "false"}));
  EXPECT_EQ(console.lines[0].level, console_level::error);
}

TEST_F(KflHelper, FindsThatARegularExpressionIsNone) { // row 195
  EXPECT_EQ(answer("kfl.validate('x == r\"(\"')"), "false");
  EXPECT_EQ(console.lines[0].text.rfind("1:6: invalid regular expression", 0), 0u) << console.lines[0].text;
}

// The acceptance examples of the scripting API.

TEST_F(KflHelper, MatchesAnyObject) {
  const std::string data =
      "{protocol:{name:'http',abbr:'HTTP'},dst:{port:'8080',name:'cart'},"
      "response:{status:503},tags:['a','b'],n:[3]}";
  const auto match = [&](const std::string& query) {
    return logged("kfl.match('" + query + "', " + data + ")");
  };
  EXPECT_EQ(match("http"), "true");
  EXPECT_EQ(match("http and response.status == 503"), "true");
  EXPECT_EQ(match("response.status == r\"5..\""), "true");
  EXPECT_EQ(match("dst.port > 1024 and dst.name.startsWith(\"ca\")"), "true");
  EXPECT_EQ(match("tags.* == \"b\""), "true");
  EXPECT_EQ(match("n.* > 5"), "false");
  EXPECT_EQ(match(""), "true");
  EXPECT_EQ(logged("kfl.validate('http and ?', 1)"), "false");
}

TEST_F(KflHelper, AnswersWithABooleanAndNothingElse) {
  EXPECT_EQ(answer("kfl.match('request.path', I1) === true"), "true");
  EXPECT_EQ(answer("kfl.match('nosuch', I1) === false"), "true");
}

TEST_F(KflHelper, MakesTextOfTheQuery) {
  EXPECT_EQ(answer("kfl.match({toString: function () { return 'dns'; }}, I1)"), "false");
  EXPECT_EQ(answer("kfl.match(new String('http'), I1)"), "true");
  EXPECT_EQ(answer("kfl.match(true, I1)"), "true");
  EXPECT_EQ(answer("kfl.match(null, I1)"), answer("kfl.match('null', I1)"));
  EXPECT_EQ(thrown("kfl.match({toString: function () { throw 'mine'; }}, I1)"), "mine");
}

TEST_F(KflHelper, RefusesDataThatIsNoObject) {
  for (const char* data :
       {"'text'", "undefined", "3", "true", "function () {}", "{toJSON: function () {}}", "new Date(0)"}) {
    EXPECT_EQ(thrown(std::string{"kfl.match('http', "} + data + ")"),
              "Error: kfl.match: data must be an object")
        << data;
  }
  EXPECT_EQ(thrown("kfl.match('http')"), "Error: kfl.match: data must be an object");
  EXPECT_EQ(thrown("kfl.match()"), "Error: kfl.match: data must be an object");
}

TEST_F(KflHelper, SeesDataAsJsonHasIt) {
  EXPECT_EQ(answer("kfl.match('x == nil', {x: NaN})"), "true");
  EXPECT_EQ(answer("kfl.match('x', {x: function () { return 1; }})"), "false");
  EXPECT_EQ(answer("kfl.match('x == \"a\"', {toJSON: function () { return {x: 'a'}; }})"), "true");
  EXPECT_EQ(answer("kfl.match('x == \"\\u00b5\\ud83d\\ude00\"', {x: '\\u00b5\\ud83d\\ude00'})"), "true");
  EXPECT_EQ(answer("kfl.match('x == 9007199254740991', {x: 9007199254740991})"), "true");
  EXPECT_EQ(answer("kfl.match('x > 1 and http', {x: 1e300, protocol: {name: 'http'}})"), "true");
}

TEST_F(KflHelper, ThrowsWhatJsonThrowsOfACircle) {
  EXPECT_EQ(thrown("I1.self = I1; kfl.match('http', I1)").rfind("TypeError", 0), 0u);
}

TEST_F(KflHelper, RefusesDataThatIsVeryLong) {
  EXPECT_EQ(thrown("var s = 'x'; while (s.length < 9e6) s += s; kfl.match('http', {s: s})"),
            "Error: kfl.match: data is longer than 8 MiB as JSON");
}

TEST_F(KflHelper, TakesDeepDataAsFarAsJsonDoes) {
  const std::string deep = "var d = {}; for (var i = 0; i < 900; ++i) d = {d: d, last: i}; ";
  EXPECT_EQ(thrown(deep + "return kfl.match('d..last == 3', d)"), "true");
  EXPECT_EQ(thrown(deep + "return kfl.match('redact(\"last\")', d)"), "false");
}

TEST_F(KflHelper, NeverChangesTheObject) {
  EXPECT_EQ(answer("(function () { var before = JSON.stringify(I1);"
                   "kfl.match('http and redact(\"request.path\", \"..name\") and record(\"a\")', I1);"
                   "return JSON.stringify(I1) === before; }())"),
            "true");
}

TEST_F(KflHelper, TakesARuntimeErrorAsFalseAndCountsIt) {
  auto vm =
      load(with_item("console.log(kfl.match('http && request.headers[\"none\"] == \"a\"', I1));"
                     "console.log(kfl.match('1 / (status_code - 503) == 1', I1));"
                     "console.log(kfl.match('http', I1));"));
  EXPECT_EQ(console.texts(), (std::vector<std::string>{"false", "false", "true"}));
  EXPECT_EQ(vm->counters().undecided_filters, 2u);
  EXPECT_EQ(vm->counters().errors, 0u);
}

TEST_F(KflHelper, TakesTheTimeOfTheRun) {
  EXPECT_EQ(answer("kfl.match('t == now()', {t: Date.now()})"), "true");
  EXPECT_EQ(answer("kfl.match('t < seconds(1) and t > seconds(-1)', {t: Date.now()})"), "true");
}

TEST_F(KflHelper, DoesNotSwapArgumentsThatStandRight) {
  EXPECT_EQ(answer("kfl.match('dns', I1)"), "false");
  EXPECT_EQ(thrown("kfl.match('http', 'http')"), "Error: kfl.match: data must be an object");
}

TEST_F(KflHelper, NamesTheLineOfTheScriptWhenAFilterIsWrong) {
  EXPECT_EQ(load_error("\nkfl.match('http and', {});"), "test.js:2: Error: 1:9: unexpected token \"<EOF>\"");
}

TEST_F(KflHelper, RefusesAQueryThatIsTooLong) {
  const std::string grow = "var q = 'true '; while (q.length < 70000) q += q; ";
  EXPECT_EQ(thrown(grow + "kfl.match(q, I1)"), "Error: 1:1: query too long");
  EXPECT_EQ(thrown(grow + "return kfl.validate(q, true)"), "false");
}

TEST_F(KflHelper, NeverThrowsFromValidate) {
  EXPECT_EQ(logged("kfl.validate({toString: function () { throw new Error('mine'); }})"), "false");
  EXPECT_EQ(console.lines[0].text, "Error: mine");
  EXPECT_EQ(logged("kfl.validate(Object.create(null), true)"), "false");
  EXPECT_EQ(logged("kfl.validate()"), "true"); // the text "undefined" is a filter
}

TEST_F(KflHelper, EndsAScriptThatLoopsInATextOfItsOwn) {
  limit.load = std::chrono::milliseconds{50};
  const auto loaded = try_load("kfl.validate({toString: function () { for (;;) {} }}); for (;;) {}");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error(), errc::script_budget);
}

TEST_F(KflHelper, KnowsTheMacrosOfTheConfiguration) {
  filters own;
  own.macros = *filter::macro_table::make({{"slow", "elapsedTime > 12000"}});
  kfl = &own;
  EXPECT_EQ(answer("kfl.match('slow and http', I1)"), "true");
  kfl = nullptr;
  EXPECT_EQ(answer("kfl.match('slow and http', I1)"), "false");
}

TEST_F(KflHelper, CompilesAFilterOnce) {
  filters own;
  kfl = &own;
  load(with_item("for (var i = 0; i < 50; ++i) kfl.match('http and response.status == 503', I1);"));
  EXPECT_EQ(own.cache.size(), 1u);
}

} // namespace
} // namespace remora::script
