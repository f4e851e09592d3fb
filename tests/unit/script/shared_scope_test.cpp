#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

class SharedScope : public script_test {};

TEST_F(SharedScope, CarriesValuesAndFunctionsFromScriptToScript) {
  auto first = load("this.limitKB = 500; this.kb = function (bytes) { return bytes / 1000; };");
  auto second = load("console.log(this.limitKB, limitKB, this.kb(2500));");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"500 500 2.5"});
}

TEST_F(SharedScope, NoticesNestedChangesAndDeletions) {
  auto writer = load(
      "this.m = {a: 1, list: []}; this.gone = 1; function onPacketCaptured() { this.m.list.push('x'); delete "
      "this.gone; }");
  deliver_all(*writer, {packet(start_ns)});
  load("console.log(this.m, typeof gone);");
  EXPECT_EQ(console.texts(), std::vector<std::string>{R"({"a":1,"list":["x"]} undefined)"});
}

TEST_F(SharedScope, BringsChangesOfOthersInAtTheNextTurn) {
  auto reader = load("function onPacketCaptured() { console.log(this.n); }");
  auto writer = load("this.n = 1; function onPacketCaptured() { this.n++; }");
  deliver_all(*reader, {packet(start_ns)});
  deliver_all(*writer, {packet(start_ns)});
  deliver_all(*reader, {packet(start_ns)});
  EXPECT_EQ(console.texts(), (std::vector<std::string>{"1", "2"}));
}

TEST_F(SharedScope, ShowsOnlySharedNamesToEnumeration) {
  load(
      "this.a = 1; var own = 2; undeclared = 3; console.log(Object.keys(this)); for (var k in this) "
      "console.log(k);");
  EXPECT_EQ(console.texts(), (std::vector<std::string>{"a", "a"}));
}

TEST_F(SharedScope, ScriptVariablesDoNotMeet) {
  load("var counts = 1; shared = 1;");
  load("console.log(typeof counts, typeof shared);");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"undefined undefined"});
}

TEST_F(SharedScope, AScriptThatNeverSaysThisCommitsNothing) {
  auto vm = load("var n = 0; function onPacketCaptured() { n++; }");
  deliver_all(*vm, {packet(start_ns)});
  EXPECT_EQ(scope.commits, 0);
}

TEST_F(SharedScope, RefusesCyclesAndKeepsTheRest) {
  load("this.ok = 1; this.bad = {}; this.bad.self = this.bad;");
  EXPECT_EQ(scope.now->values.count("ok"), 1u);
  EXPECT_EQ(scope.now->values.count("bad"), 0u);
  ASSERT_EQ(console.lines.size(), 1u);
  EXPECT_EQ(console.lines[0].text,
            "this.bad cannot be shared: it is not JSON-like data (a cycle, perhaps) (loading)");
}

TEST_F(SharedScope, SharesWhatPlainNestedCallsSet) {
  load("function f() { this.fromNested = 7; } f();");
  EXPECT_EQ(scope.now->values.at("fromNested").text, "7");
}

} // namespace
} // namespace remora::script
