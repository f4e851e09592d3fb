#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

class Console : public script_test {};

TEST_F(Console, JoinsArgumentsWithOneSpace) {
  load("console.log('a', 1, true, null, undefined, -0.5);");
  EXPECT_EQ(console.lines.at(0).text, "a 1 true null undefined -0.5");
}

TEST_F(Console, PrintsEachLevelAsItself) {
  load("console.log(1);console.error(2);console.warn(3);console.info(4);console.debug(5);");
  ASSERT_EQ(console.lines.size(), 5u);
  EXPECT_EQ(console.lines[0].level, console_level::log);
  EXPECT_EQ(console.lines[1].level, console_level::error);
  EXPECT_EQ(console.lines[2].level, console_level::warn);
  EXPECT_EQ(console.lines[3].level, console_level::info);
  EXPECT_EQ(console.lines[4].level, console_level::debug);
}

TEST_F(Console, PassesClearOn) {
  load("console.clear();");
  EXPECT_EQ(console.clears, 1);
}

TEST_F(Console, RendersNumbersAsJavaScriptDoes) {
  EXPECT_EQ(logged("NaN"), "NaN");
  EXPECT_EQ(logged("1/0"), "Infinity");
  EXPECT_EQ(logged("1e21"), "1e+21");
}

TEST_F(Console, RendersObjectsAsJson) {
  EXPECT_EQ(logged("{b: 1, a: [1, {c: null}]}"), R"({"b":1,"a":[1,{"c":null}]})");
  EXPECT_EQ(logged("[{a: 1}]"), R"([{"a":1}])");
}

TEST_F(Console, RendersArraysOfPrimitivesWithCommas) {
  EXPECT_EQ(logged("[1, 'a', null, true]"), "1,a,,true");
  EXPECT_EQ(logged("[]"), "");
}

TEST_F(Console, RendersErrorsWithNameMessageAndPlace) {
  EXPECT_EQ(logged("new Error('boom')"), "Error: boom (test.js:1)");
  EXPECT_EQ(logged("(function () { try { null.x; } catch (e) { return e.name; } })()"), "TypeError");
}

TEST_F(Console, RendersDatesInIsoForm) {
  EXPECT_EQ(logged("new Date(0)"), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(logged("new Date(NaN)"), "Invalid Date");
}

TEST_F(Console, RendersCyclesWithAMark) {
  EXPECT_EQ(logged("(function () { var a = {n: 1}; a.self = a; a.list = [a]; return a; })()"),
            R"({"n":1,"self":"[Circular]","list":["[Circular]"]})");
}

TEST_F(Console, DoesNotMarkAnObjectThatMerelyComesTwice) {
  EXPECT_EQ(logged("(function () { var b = {}; var a = {x: b, y: b}; a.a = a; return a; })()"),
            R"({"x":{},"y":{},"a":"[Circular]"})");
}

TEST_F(Console, RendersFunctionsAsTheirSource) {
  EXPECT_EQ(logged("function add(a, b) { return a + b; }"), "function add(a, b) { return a + b; }");
}

TEST_F(Console, RendersRegularExpressions) { EXPECT_EQ(logged("/a+/g"), "/a+/g"); }

TEST_F(Console, SurvivesObjectsThatThrowWhenTheyAreRead) {
  EXPECT_EQ(logged("{toJSON: function () { throw 1; }, toString: function () { throw 2; }}"), "[object]");
  EXPECT_EQ(logged("Object.create(null)"), "{}");
}

TEST_F(Console, KeepsTextBeyondTheBasicPlane) {
  EXPECT_EQ(logged("'\xC2\xB5 \xF0\x9F\x98\x80'"), "\xC2\xB5 \xF0\x9F\x98\x80");
  EXPECT_EQ(logged("'\xF0\x9F\x98\x80'.length"), "2");
  EXPECT_EQ(logged("'\\ud800'"), "\xEF\xBF\xBD") << "half a character";
}

TEST_F(Console, CutsMessagesOver64KiB) {
  const std::string text = logged("new Array(70001).join('x')");
  EXPECT_EQ(text.size(), 65'536u + std::string{" [cut: 70000 bytes]"}.size());
  EXPECT_EQ(text.substr(65'536), " [cut: 70000 bytes]");
}

} // namespace
} // namespace remora::script
