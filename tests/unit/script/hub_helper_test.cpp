#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

class HubHelper : public script_test {
 protected:
  /// What `hub.action('a', expression)` hands over as JSON.
  std::string sent(const std::string& expression) {
    hub.actions.clear();
    load("hub.action('a', " + expression + ");");
    return hub.actions.empty() ? "(nothing)" : hub.actions.back().argument_json;
  }
};

TEST_F(HubHelper, HandsOverTheActionAndTheObjectAsJson) {
  load("hub.action('merge-7', {n: 1, list: ['\u00b5', null]});");
  ASSERT_EQ(hub.actions.size(), 1u);
  EXPECT_EQ(hub.actions[0].action, "merge-7");
  EXPECT_EQ(hub.actions[0].argument_json, "{\"n\":1,\"list\":[\"\u00b5\",null]}");
}

TEST_F(HubHelper, ReturnsUndefined) { EXPECT_EQ(logged("hub.action('a', 1)"), "undefined"); }

TEST_F(HubHelper, HandsOverWhatJsonCannotHoldAsUndefined) {
  EXPECT_EQ(sent("undefined"), "");
  EXPECT_EQ(sent("function () {}"), "");
  load("hub.action('alone');");
  EXPECT_EQ(hub.actions.back().argument_json, "");
}

TEST_F(HubHelper, HandsOverPrimitives) {
  EXPECT_EQ(sent("null"), "null");
  EXPECT_EQ(sent("3.5"), "3.5");
  EXPECT_EQ(sent("'text'"), "\"text\"");
}

TEST_F(HubHelper, ThrowsForACircle) {
  EXPECT_NE(load_error("var a = {}; a.a = a; hub.action('a', a);").find("TypeError"), std::string::npos);
  EXPECT_TRUE(hub.actions.empty());
}

TEST_F(HubHelper, ThrowsWithoutAnAction) {
  EXPECT_EQ(load_error("hub.action();"),
            "test.js:1: TypeError: hub.action: argument 1 (action) must be a string");
}

TEST_F(HubHelper, ThrowsWhenTheHubDeskRefuses) {
  EXPECT_EQ(load_error("hub.action('refuse', 1);"), "test.js:1: Error: hub.action: no room");
}

TEST_F(HubHelper, CallsTheHookWithACopyOfTheObject) {
  auto vm =
      load("function onHubAction(action, object) { console.log(action, object.n + 1, this === undefined); }");
  vm->call_hub_action("merge", R"({"n":41})");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"merge 42 false"});
  EXPECT_EQ(vm->counters().hook_calls, 1u);
}

TEST_F(HubHelper, CallsTheHookWithUndefinedForNoObject) {
  auto vm = load("function onHubAction(action, object) { console.log(typeof object); }");
  vm->call_hub_action("merge", "");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"undefined"});
}

TEST_F(HubHelper, PassesOverAScriptWithoutTheHook) {
  auto vm = load("var a = 1;");
  vm->call_hub_action("merge", "1");
  EXPECT_EQ(vm->counters().hook_calls, 0u);
}

TEST_F(HubHelper, ReportsAnExceptionOfTheHook) {
  auto vm = load("function onHubAction() { throw new Error('boom'); }");
  vm->call_hub_action("merge", "1");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"Error: boom (test.js:1, onHubAction)"});
  EXPECT_FALSE(vm->broken());
}

TEST_F(HubHelper, ReportsAnObjectThatIsNoJsonWithoutCallingTheHook) {
  auto vm = load("function onHubAction() { console.log('called'); }");
  vm->call_hub_action("merge", "{\"n\":");
  ASSERT_EQ(console.lines.size(), 1u);
  EXPECT_EQ(console.lines[0].level, console_level::error);
  EXPECT_EQ(vm->counters().errors, 1u);
}

} // namespace
} // namespace remora::script
