#include <gmock/gmock.h>

#include "cluster_fixture.hpp"

namespace remora::hub {
namespace {

using test::memory_worker;
using test::must;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HubActions : public test::ClusterTest {
 protected:
  void say(memory_worker& worker, const std::string& action) {
    must(worker.talk().send(protocol::hub_action{"s", action, "[1]"}, now));
    settle();
  }
  static std::vector<std::string> heard(const memory_worker& worker) {
    std::vector<std::string> all;
    for (const auto& one : worker.got<protocol::action_delivery>())
      all.push_back(one.action + one.argument_json);
    return all;
  }
};

TEST_F(HubActions, ReachTheNodeOfTheHubsOwnScriptsAndNoOther) {
  auto& own = start_worker("hub");
  auto& worker = start_worker("n1");
  say(worker, "merge");
  EXPECT_THAT(heard(own), ElementsAre("merge[1]"));
  EXPECT_THAT(heard(worker), IsEmpty());
  EXPECT_EQ(core->actions().passed(), 1u);
}

TEST_F(HubActions, OfTheHubsOwnScriptsReachThemToo) {
  auto& own = start_worker("hub");
  say(own, "merge");
  EXPECT_THAT(heard(own), ElementsAre("merge[1]"));
}

TEST_F(HubActions, WaitUntilThatNodeIsThere) {
  auto& worker = start_worker("n1");
  say(worker, "a");
  say(worker, "b");
  EXPECT_THAT(heard(start_worker("hub")), ElementsAre("a[1]", "b[1]"));
}

TEST_F(HubActions, BeyondWhatMayWaitAreDroppedTheOldestFirst) {
  std::vector<std::string> sent;
  bool there = false;
  action_relay relay{[&](const protocol::message& what) -> result<void> {
    if (!there) return fail(errc::not_found, "away");
    sent.push_back(std::get<protocol::action_delivery>(what).action);
    return {};
  }};
  for (std::size_t i = 0; i < action_relay::most_waiting + 2; ++i)
    relay.pass({"s", std::to_string(i), ""});
  EXPECT_EQ(relay.dropped(), 2u);
  there = true;
  relay.go_on();
  ASSERT_EQ(sent.size(), action_relay::most_waiting);
  EXPECT_EQ(sent.front(), "2");
}

TEST_F(HubActions, StopAtAFullWindowAndGoOnWhenThereIsRoom) {
  int room = 1;
  std::vector<std::string> sent;
  action_relay relay{[&](const protocol::message& what) -> result<void> {
    if (room-- <= 0) return fail(errc::window_full, "full");
    sent.push_back(std::get<protocol::action_delivery>(what).action);
    return {};
  }};
  relay.pass({"s", "a", ""});
  relay.pass({"s", "b", ""});
  EXPECT_THAT(sent, ElementsAre("a"));
  room = 5;
  relay.go_on();
  EXPECT_THAT(sent, ElementsAre("a", "b"));
}

TEST_F(HubActions, TheNodeOfTheHubsOwnScriptsIsNeitherListedNorCounted) {
  start_worker("hub");
  start_worker("n1");
  ASSERT_EQ(core->nodes().size(), 1u);
  EXPECT_EQ(core->nodes().front().name, "n1");
  EXPECT_EQ(core->nodes_up(), 1u);
}

TEST_F(HubActions, TheNodeOfTheHubsOwnScriptsSaysHowEachScriptFaresThere) {
  put_script("Dns", "var a = 1;");
  start_worker("hub");
  const auto all = core->script_status("Dns");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.front().node, "hub");
}

} // namespace
} // namespace remora::hub
