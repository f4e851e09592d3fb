#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

using ::testing::Test;

class Loading : public script_test {};

TEST_F(Loading, RunsTheTopLevelOnce) {
  load("console.log('hello');");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"hello"});
}

TEST_F(Loading, FindsHooksDeclaredAndAssigned) {
  EXPECT_TRUE(load("function onPacketCaptured(i) {}")->has(hook::packet_captured));
  EXPECT_TRUE(load("var onItemCaptured = function (d) {};")->has(hook::item_captured));
  EXPECT_TRUE(load("onJobPassed = function () {};")->has(hook::job_passed));
  EXPECT_FALSE(load("var onPacketCaptured = 5;")->has(hook::packet_captured));
  EXPECT_FALSE(load("function other() { function onPacketCaptured() {} }")->has(hook::packet_captured));
}

TEST_F(Loading, AnEarlyReturnRegistersNoHooks) {
  auto vm = load("console.log('in'); return; function onPacketCaptured() {}");
  EXPECT_FALSE(vm->has(hook::packet_captured));
  EXPECT_EQ(console.lines.size(), 1u);
}

TEST_F(Loading, NamesLineAndColumnOfASyntaxError) {
  EXPECT_EQ(load_error("var a = 1;\nvar b = = 2;"), "test.js:2:9: SyntaxError: Unexpected token");
}

TEST_F(Loading, SaysThatLetAndArrowFunctionsAreNotEs5) {
  EXPECT_EQ(load_error("var a;\nlet b = 1;"),
            "test.js:2:1: let: scripts are ECMAScript 5 (ES5), which does not have it; use var");
  EXPECT_EQ(load_error("var f = x => x;"),
            "test.js:1:9: arrow functions: scripts are ECMAScript 5 (ES5), which does not have this");
}

TEST_F(Loading, NamesTheLineOfAnExceptionAtTheTopLevel) {
  EXPECT_EQ(load_error("var a;\na.b.c;").substr(0, 20), "test.js:2: TypeError");
}

TEST_F(Loading, ReportsThrownValuesThatAreNoErrors) {
  EXPECT_EQ(load_error("if (utils.nodeName() !== 'hub') throw 'hub only';"), "test.js: hub only");
}

TEST_F(Loading, TakesThrownTextForTheWishNotToRunHere) {
  EXPECT_EQ(try_load("throw 'hub only';").error().code, errc::script_declined);
  EXPECT_EQ(try_load("throw new Error('hub only');").error().code, errc::script_threw);
  EXPECT_EQ(try_load("throw {why: 'hub only'};").error().code, errc::script_threw);
}

TEST_F(Loading, AcceptsAnEmptyScript) { EXPECT_NE(load(""), nullptr); }

TEST_F(Loading, RefusesNulBytesWithTheirPlace) {
  EXPECT_EQ(load_error(std::string{"var a;\nvar \0b;", 14}),
            "test.js:2:5: a NUL byte; this is not a text file");
}

TEST_F(Loading, RefusesInvalidUtf8WithItsPlace) {
  EXPECT_EQ(load_error("var a = '\xFF';"),
            "test.js:1:10: this is not UTF-8; save the file as UTF-8 and try again");
}

TEST_F(Loading, RefusesFiveMegabytesOfSource) {
  EXPECT_NE(load_error(std::string(5'000'000, ' ')).find("5000000 bytes"), std::string::npos);
}

TEST_F(Loading, IgnoresAByteOrderMark) {
  load(
      "\xEF\xBB\xBF"
      "console.log(1);");
  EXPECT_EQ(console.lines.size(), 1u);
}

TEST_F(Loading, AcceptsWhatPublishedScriptsContain) {
  load("// title\n'use strict';\nvar s = '\\x1b[34m';");
  load("var s = \"\\033[34m\";");
  load("var s = '\x1b[0m';");
  load("if (true) { function f() { return 1; } }\nconsole.log(f());");
  load("later(); function later() {}");
}

TEST_F(Loading, UndeclaredNamesBecomeScriptScope) {
  auto vm = load(
      "counter = 1; function onPacketCaptured() { counter++; console.log(counter, 'counter' in this); }");
  deliver_all(*vm, {packet(start_ns)});
  EXPECT_EQ(console.texts(), std::vector<std::string>{"2 false"});
  EXPECT_EQ(scope.commits, 0);
}

TEST_F(Loading, GivesEnvWithItsTypes) {
  env_json = R"({"N":5,"T":true,"S":"x","L":[1],"M":{"a":null},"VAR-1":"d"})";
  load("console.log(env.N + 1, env.T, env.S, env.L, env.M, env['VAR-1'], env.none);");
  EXPECT_EQ(console.lines.at(0).text, R"(6 true x 1 {"a":null} d undefined)");
}

TEST_F(Loading, GivesBareNamesAndConstsToScriptsThatReadThem) {
  env_json = R"({"SLACK_TOKEN":"t","OTHER":1})";
  load("console.log(SLACK_TOKEN, CONSTS, typeof NOT_THERE);");
  EXPECT_EQ(console.lines.at(0).text, "t SLACK_TOKEN,OTHER undefined");
}

TEST_F(Loading, AScriptMayDeclareTheNameOfAnEnvKey) {
  env_json = R"({"URL_X":"a"})";
  load("var URL_X = env.URL_X || 'default'; console.log(URL_X);");
  EXPECT_EQ(console.lines.at(0).text, "a");
}

TEST_F(Loading, HelpersCannotBeReplacedThroughThis) {
  load(
      "this.console = 1; this.env = 2; this.jobs = 3; console.log(typeof console, typeof env, typeof jobs);");
  EXPECT_EQ(console.lines.at(0).text, "object object object");
}

TEST_F(Loading, HelpersMayBeShadowedByAVariable) {
  load("var utils = {mine: true}; console.log(utils);");
  EXPECT_EQ(console.lines.at(0).text, R"({"mine":true})");
}

TEST_F(Loading, HidesTheEnginesInsides) {
  load("console.log(typeof Duktape, typeof CBOR, typeof performance, typeof require);");
  EXPECT_EQ(console.lines.at(0).text, "undefined undefined undefined undefined");
}

TEST_F(Loading, DateFollowsTheCaptureClock) {
  load("console.log(new Date().toISOString(), Date.now());");
  EXPECT_EQ(console.lines.at(0).text, "2023-11-14T22:13:20.000Z 1700000000000");
}

TEST_F(Loading, MathRandomIsTheSameInTwoRunsOverACapture) {
  const std::string first = logged("Math.random()");
  EXPECT_EQ(logged("Math.random()"), first);
}

TEST_F(Loading, KnowsItsNode) { EXPECT_EQ(logged("utils.nodeName()"), "node-1"); }

} // namespace
} // namespace remora::script
