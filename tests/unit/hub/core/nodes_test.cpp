#include <gmock/gmock.h>

#include "cluster_fixture.hpp"

namespace remora::hub {
namespace {

using test::at_second;

class HubNodes : public test::ClusterTest {
 protected:
  node_view node(const std::string& name) {
    for (auto& one : core->nodes())
      if (one.name == name) return one;
    ADD_FAILURE() << "no node " << name;
    return {};
  }
};

TEST_F(HubNodes, ListAWorkerOnceItIsWelcome) {
  start_worker("n1");
  const auto one = node("n1");
  EXPECT_EQ(one.condition, node_condition::up);
  EXPECT_EQ(one.version, "9.9.9");
  EXPECT_EQ(one.address, "10.0.0.1:4000");
  EXPECT_EQ(one.interfaces, std::vector<std::string>{"eth0"});
  EXPECT_EQ(one.up_since, at_second(0));
  EXPECT_EQ(core->nodes_up(), 1U);
}

TEST_F(HubNodes, ShowALostOneAsLostWithinThreeHeartbeats) {
  auto& worker = start_worker("n1");
  pass(std::chrono::seconds{4});
  EXPECT_EQ(node("n1").condition, node_condition::up);
  worker.talk().disconnected(); // nothing of it is heard any more, and no connection ends
  worker.out.clear();
  pass(std::chrono::seconds{7});
  EXPECT_EQ(node("n1").condition, node_condition::lost);
  EXPECT_EQ(core->nodes_up(), 0U);
}

TEST_F(HubNodes, KeepListingOneThatWentAway) {
  disconnect(start_worker("n1"));
  settle();
  EXPECT_EQ(node("n1").condition, node_condition::lost);
}

TEST_F(HubNodes, TellAStoppedOneFromALostOne) {
  auto& worker = start_worker("n1");
  worker.talk().say(protocol::goodbye{"stopped"}, now);
  settle();
  disconnect(worker);
  EXPECT_EQ(node("n1").condition, node_condition::stopped);
}

TEST_F(HubNodes, ShowWhatHeartbeatsSay) {
  auto& worker = start_worker("n1");
  worker.stats.packets = 1'000;
  worker.stats.uptime = std::chrono::seconds{10};
  pass(std::chrono::seconds{3});
  worker.stats.packets = 3'000;
  worker.stats.uptime = std::chrono::seconds{12};
  worker.clock += std::chrono::seconds{5};
  pass(std::chrono::seconds{2});
  const auto one = node("n1");
  EXPECT_EQ(one.stats.packets, 3'000U);
  EXPECT_DOUBLE_EQ(one.packets_per_second, 1'000);
  EXPECT_EQ(one.clock_offset, std::chrono::seconds{5});
}

TEST_F(HubNodes, ComeBackAfterAHubWasAway) {
  auto& worker = start_worker("n1");
  stop_hub();
  start_hub();
  EXPECT_TRUE(core->nodes().empty());
  connect(worker);
  EXPECT_EQ(node("n1").condition, node_condition::up);
  EXPECT_EQ(worker.new_lives_of_hub, 2) << "it is to say again what stands";
}

} // namespace
} // namespace remora::hub
