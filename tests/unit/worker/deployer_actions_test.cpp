// hub.action() as it reaches the scripts on the hub.
#include "deployer_fixture.hpp"

namespace remora::worker::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class DeployerActions : public deployer_test {
 protected:
  void call(const std::string& action, const std::string& json) {
    caf::anon_send(actor, std::make_shared<const actors::hub_call>(actors::hub_call{action, json, 0}));
    work();
  }
  std::vector<std::string> printed() const {
    std::vector<std::string> all;
    for (const auto& line : sink.lines)
      all.push_back(line.script + ": " + line.text);
    return all;
  }
  static std::string hears(const std::string& as) {
    return "function onHubAction(action, object) { console.log('" + as +
           "', action, JSON.stringify(object)); }";
  }
};

TEST_F(DeployerActions, ReachEveryScriptThatHasTheHook) {
  want({{"s", hears("1")}, {"t", hears("2")}, {"none", counts}});
  call("x", "[1]");
  EXPECT_THAT(printed(), UnorderedElementsAre("s: 1 x [1]", "t: 2 x [1]"));
}

TEST_F(DeployerActions, ReachAScriptInTheOrderTheyCame) {
  want({{"s", hears("")}});
  for (const char* action : {"a", "b", "c"})
    call(action, "");
  EXPECT_THAT(printed(), ElementsAre("s:  a undefined", "s:  b undefined", "s:  c undefined"));
}

TEST_F(DeployerActions, ReachTheNewVersionAfterAnEditAndNoneTwice) {
  want({{"s", hears("old")}});
  call("a", "");
  want({{"s", hears("new")}});
  call("b", "");
  EXPECT_THAT(printed(), ElementsAre("s: old a undefined", "s: new b undefined"));
}

TEST_F(DeployerActions, ReachNobodyOnceTheScriptIsGone) {
  want({{"s", hears("")}, {"other", counts}});
  want({{"other", counts}});
  call("a", "");
  EXPECT_THAT(printed(), IsEmpty());
}

TEST_F(DeployerActions, BeyondAThousandThatWaitAreDroppedAndTheScriptIsTold) {
  want({{"s", "var n = 0; function onHubAction(action) { ++n; if (action === 'last') console.log(n); }"}});
  constexpr int sent = 1'200;
  for (int i = 0; i < sent; ++i) // nobody works meanwhile
    caf::anon_send(actor, std::make_shared<const actors::hub_call>(actors::hub_call{"x", "", 0}));
  // The deployer takes them all before the script takes one: its answers come behind them.
  work(20'000);
  call("last", "");
  work(20'000);
  ASSERT_FALSE(sink.lines.empty());
  EXPECT_EQ(sink.lines.back().text, "1001");
  EXPECT_EQ(sink.lines.front().text, "onHubAction is too slow: 200 calls of hub.action() were dropped");
}

} // namespace
} // namespace remora::worker::test
