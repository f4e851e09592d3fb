#include <gmock/gmock.h>

#include "cluster_fixture.hpp"

namespace remora::hub {
namespace {

using protocol::job_action;
using test::at_second;
using test::memory_worker;
using test::must;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

scheduled_job job(const std::string& tag, std::int64_t next = 60) {
  scheduled_job made;
  made.tag = tag;
  made.cron = "0 * * * * *";
  made.next = at_second(next);
  return made;
}

class HubJobs : public test::ClusterTest {
 protected:
  void SetUp() override {
    ClusterTest::SetUp();
    put_script("Dns", "var a = 1;");
    put_script("Http", "var b = 1;");
  }
  void has(memory_worker& worker, const std::string& script, std::vector<scheduled_job> jobs) {
    must(worker.talk().send(protocol::jobs_changed{script, std::move(jobs)}, now));
    settle();
  }
  /// What a worker was told to do, as "run Dns/report".
  static std::vector<std::string> orders(const memory_worker& worker) {
    std::vector<std::string> all;
    for (const auto& order : worker.got<protocol::job_order>())
      all.push_back(std::string{to_string(order.what)} + ' ' + order.script + '/' + order.tag);
    return all;
  }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& one : core->jobs())
      all.push_back(one.script + '/' + one.tag);
    return all;
  }
};

TEST_F(HubJobs, AreListedWithTheirNodes) {
  has(start_worker("n1"), "Dns", {job("report", 60)});
  has(start_worker("n2"), "Dns", {job("report", 61)});
  const auto all = core->jobs();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().tag, "report");
  EXPECT_EQ(all.front().script, "Dns");
  EXPECT_EQ(all.front().cron, "0 * * * * *");
  EXPECT_EQ(all.front().next, at_second(60));
  EXPECT_EQ(all.front().nodes.size(), 2U);
}

TEST_F(HubJobs, WithOneTagInTwoScriptsAreTwo) {
  auto& worker = start_worker("n1");
  has(worker, "Dns", {job("report")});
  has(worker, "Http", {job("report")});
  EXPECT_THAT(names(), ElementsAre("Dns/report", "Http/report"));
}

TEST_F(HubJobs, RunOnEveryNodeThatHasThemWhenAskedFor) {
  auto& one = start_worker("n1");
  auto& two = start_worker("n2");
  auto& other = start_worker("n3");
  has(one, "Dns", {job("report")});
  has(two, "Dns", {job("report")});
  has(other, "Http", {job("other")});
  const auto sent = must(core->order(job_action::run, {"report", "", false}));
  settle();
  EXPECT_THAT(sent.nodes, ElementsAre("n1", "n2"));
  EXPECT_THAT(orders(one), ElementsAre("run Dns/report"));
  EXPECT_THAT(orders(two), ElementsAre("run Dns/report"));
  EXPECT_THAT(orders(other), IsEmpty());
}

TEST_F(HubJobs, OnNodesThatAreAwayAreNamed) {
  auto& one = start_worker("n1");
  auto& two = start_worker("n2");
  has(one, "Dns", {job("report")});
  has(two, "Dns", {job("report")});
  disconnect(two);
  const auto sent = must(core->order(job_action::run, {"report", "", false}));
  EXPECT_THAT(sent.nodes, ElementsAre("n1"));
  EXPECT_THAT(sent.missing, ElementsAre("n2"));
}

TEST_F(HubJobs, ThatNobodyHasAreAnErrorThatNamesTheNearest) {
  has(start_worker("n1"), "Dns", {job("report")});
  const auto sent = core->order(job_action::run, {"reprot", "", false});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, errc::not_found);
  EXPECT_THAT(sent.error().message, HasSubstr("did you mean \"report\"?"));
}

TEST_F(HubJobs, ArePausedByADeploymentSoThatLateNodesHearOfIt) {
  auto& one = start_worker("n1");
  has(one, "Dns", {job("report")});
  const auto names = must(core->find_jobs({"report", "", false}));
  must(disk->ask([&](stores&) { return desk->set_paused(names, true); }));
  settle();
  EXPECT_EQ(core->jobs().front().condition, job_condition::paused);
  auto& late = start_worker("n2");
  late.talk().say(protocol::fetch_deployment{}, now);
  settle();
  const auto paused = late.got<protocol::deployment>().back().manifest.paused;
  ASSERT_EQ(paused.size(), 1U);
  EXPECT_EQ(paused.front().script, "Dns");
  EXPECT_EQ(paused.front().tag, "report");
}

TEST_F(HubJobs, StayPausedOverTheHubsLives) {
  auto& one = start_worker("n1");
  has(one, "Dns", {job("report")});
  must(disk->ask([&](stores&) { return desk->set_paused({{"Dns", "report"}}, true); }));
  settle();
  stop_hub();
  start_hub();
  ASSERT_EQ(core->jobs().size(), 1U) << "what the node had is known while it is away";
  EXPECT_EQ(core->jobs().front().condition, job_condition::paused);
  EXPECT_FALSE(core->jobs().front().nodes.front().node_up);
}

TEST_F(HubJobs, OfARemovedScriptDisappear) {
  auto& worker = start_worker("n1");
  has(worker, "Dns", {job("report")});
  must(disk->ask([&](stores&) { return desk->remove("Dns", {}); }));
  settle();
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_TRUE(must(disk->ask([](stores& in) { return in.jobs.list(); })).empty());
}

TEST_F(HubJobs, OfANodesEarlierLifeAreForgotten) {
  auto& worker = start_worker("n1", 1);
  has(worker, "Dns", {job("report")});
  disconnect(worker);
  start_worker("n1", 2);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(HubJobs, ThatAScriptAsksForRunOnTheOtherNodes) {
  auto& one = start_worker("n1");
  auto& two = start_worker("n2");
  has(one, "Dns", {job("report")});
  has(two, "Dns", {job("report")});
  has(two, "Http", {job("report")});
  must(one.talk().send(protocol::job_request{"Dns", job_action::run, "report", false, true}, now));
  settle();
  EXPECT_THAT(orders(one), IsEmpty()) << "it has done so already";
  EXPECT_THAT(orders(two), ElementsAre("run Dns/report")) << "its own job, not another script's of that tag";
}

TEST_F(HubJobs, OfOtherScriptsAreMeantByAScriptThatHasNoneOfThatTag) {
  auto& one = start_worker("n1");
  auto& two = start_worker("n2");
  has(two, "Http", {job("report")});
  must(one.talk().send(protocol::job_request{"Dns", job_action::remove, "report", false}, now));
  settle();
  EXPECT_THAT(orders(two), ElementsAre("remove Http/report"));
}

} // namespace
} // namespace remora::hub
