// What a script says to the hub, and what it hears there.
#include "script_fixture.hpp"

namespace remora::actors::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct noting_outlet final : action_outlet {
  void action(protocol::hub_action what) override { all.push_back(std::move(what)); }
  std::vector<protocol::hub_action> all;
};

class ScriptAndHub : public testing::Test {
 protected:
  script& begin(const std::string& code, remora::script::limits limits = {}) {
    current = std::make_unique<script>(code, 0, nullptr, limits,
                                       [&](script_runner::parts& parts) { parts.actions = outlet; });
    return *current;
  }
  void call(const std::string& action, const std::string& json, std::uint64_t missed = 0) {
    current->runner->take(hub_call{action, json, missed});
  }

  std::shared_ptr<noting_outlet> outlet = std::make_shared<noting_outlet>();
  std::unique_ptr<script> current;
};

TEST_F(ScriptAndHub, SaysWhichScriptCalled) {
  begin("hub.action('x', [1]);");
  ASSERT_THAT(outlet->all, SizeIs(1));
  EXPECT_EQ(outlet->all[0].script, "a");
  EXPECT_EQ(outlet->all[0].action, "x");
  EXPECT_EQ(outlet->all[0].argument_json, "[1]");
}

TEST_F(ScriptAndHub, RefusesWhatNoMessageHolds) {
  script& s = begin(
      "var big = 'y'; while (big.length < 1100000) big += big;"
      "function onPacketCaptured() { try { hub.action('x', big); }"
      "catch (e) { console.log(e.message); } }");
  s.take({1});
  EXPECT_THAT(s.records->all, ElementsAre(HasSubstr("hub.action: what is to be sent has 2097155 bytes")));
  EXPECT_THAT(outlet->all, IsEmpty());
}

TEST_F(ScriptAndHub, SaysOnceThatThereIsNoHub) {
  script s{"hub.action('x', 1); hub.action('y', 2);"};
  EXPECT_THAT(s.records->all,
              ElementsAre("+0 warn: hub.action: there is no hub here; what it is given goes nowhere"));
}

TEST_F(ScriptAndHub, KnowsWhetherTheScriptHasTheHook) {
  EXPECT_FALSE(begin("var a = 1;").runner->wants_actions());
  EXPECT_TRUE(begin("function onHubAction() {}").runner->wants_actions());
}

TEST_F(ScriptAndHub, CallsTheHookAndRunsTheJobItAskedFor) {
  script& s = begin(
      "jobs.schedule('j', '@daily', function () { console.log('job'); });"
      "function onHubAction(action, n) { console.log(action, n); jobs.run('j'); }");
  call("x", "5");
  EXPECT_THAT(s.records->all, ElementsAre("+0 x 5", "+0 job", HasSubstr("job j")));
}

TEST_F(ScriptAndHub, SaysWhatItMissedAndCountsIt) {
  script& s = begin("function onHubAction() {}");
  call("x", "1", 7);
  EXPECT_THAT(s.records->all,
              ElementsAre("+0 error: onHubAction is too slow: 7 calls of hub.action() were dropped"));
  EXPECT_EQ(s.runner->tally().dropped_events, 7u);
}

TEST_F(ScriptAndHub, CountsWhatComesWhileTheScriptIsSuspended) {
  remora::script::limits limits;
  limits.turn = milliseconds{20};
  script& s = begin("function onHubAction(action) { if (action === 'hang') for (;;) {} }", limits);
  for (int i = 0; i < 3; ++i)
    call("hang", ""); // three offences in a row suspend it
  ASSERT_EQ(s.runner->tally().suspensions, 1u);
  call("x", "");
  EXPECT_EQ(s.runner->tally().dropped_events, 1u);
}

// ---- items on their way to who asked for them

TEST_F(ScriptAndHub, ScreensItemsInTheirOrder) {
  script& s =
      begin("function onItemQueried(data, filter) { if (data.n === 2) { data.by = filter; return data; } }");
  EXPECT_TRUE(s.runner->wants_queries());
  const screened out = s.runner->screen({{R"({"n":1})", R"({"n":2})"}, "http"});
  ASSERT_THAT(out.items, SizeIs(2));
  EXPECT_EQ(out.items[0].changed, std::nullopt);
  EXPECT_EQ(out.items[1].changed, R"({"n":2,"by":"http"})");
}

TEST_F(ScriptAndHub, FailsEachItemWhileItIsSuspended) {
  remora::script::limits limits;
  limits.turn = std::chrono::milliseconds{20};
  script& s = begin("function onItemQueried(data) { if (data.n === 1) for (;;) {} }", limits);
  const std::vector<std::string> bad(6,
                                     R"({"n":1})"); // as often as a script may offend before it is suspended
  for (const auto& each : s.runner->screen({bad, ""}).items)
    EXPECT_TRUE(each.failed);
  EXPECT_GT(s.runner->tally().suspensions, 0u);
  EXPECT_TRUE(s.runner->screen({{R"({"n":2})"}, ""}).items.front().failed);
}

} // namespace
} // namespace remora::actors::test
