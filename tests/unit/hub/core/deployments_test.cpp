#include <gmock/gmock.h>

#include "cluster_fixture.hpp"
#include "protocol/script_hash.hpp"

namespace remora::hub {
namespace {

using test::memory_worker;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

script_state state_of(const deployed_script& script, script_condition condition, std::string why = {}) {
  script_state state;
  state.title = script.title;
  state.hash = script.hash;
  state.condition = condition;
  state.error = std::move(why);
  return state;
}

class HubDeployments : public test::ClusterTest {
 protected:
  void fetch(memory_worker& worker, std::vector<script_hash> have = {}) {
    worker.talk().say(protocol::fetch_deployment{std::move(have)}, now);
    settle();
  }
  /// The titles of the newest deployment that a worker was given.
  static std::vector<std::string> titles(const memory_worker& worker) {
    const auto all = worker.got<protocol::deployment>();
    std::vector<std::string> titles;
    if (all.empty()) return titles;
    for (const auto& script : all.back().manifest.scripts)
      titles.push_back(script.title);
    return titles;
  }
};

TEST_F(HubDeployments, AreAnnouncedToEverybody) {
  auto& one = start_worker("n1");
  auto& two = start_worker("n2");
  put_script("Dns", "var a = 1;");
  EXPECT_EQ(one.generations.back(), core->generation());
  EXPECT_EQ(two.generations.back(), core->generation());
}

TEST_F(HubDeployments, ReachAWorkerThatFetchesThem) {
  put_script("Dns", "var a = 1;");
  auto& worker = start_worker("n1");
  fetch(worker);
  ASSERT_EQ(worker.got<protocol::script_code>().size(), 1U);
  EXPECT_EQ(worker.got<protocol::script_code>().front().code, "var a = 1;");
  EXPECT_THAT(titles(worker), ElementsAre("Dns"));
}

TEST_F(HubDeployments, LeaveOutCodeThatTheWorkerHas) {
  put_script("Dns", "var a = 1;");
  put_script("Http", "var b = 2;");
  auto& worker = start_worker("n1");
  fetch(worker);
  const auto first = worker.got<protocol::script_code>();
  ASSERT_EQ(first.size(), 2U);
  put_script("Http", "var b = 3;");
  worker.numbered.clear();
  fetch(worker, {first[0].hash, first[1].hash});
  const auto second = worker.got<protocol::script_code>();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second.front().code, "var b = 3;");
}

TEST_F(HubDeployments, ComeOnceHoweverOftenAWorkerAsksMeanwhile) {
  put_script("Dns", std::string(200'000, ' '));
  auto& worker = start_worker("n1");
  for (int i = 0; i < 3; ++i)
    worker.talk().say(protocol::fetch_deployment{}, now);
  core->tick();
  settle();
  EXPECT_GE(worker.got<protocol::deployment>().size(), 1U);
  EXPECT_LE(worker.got<protocol::script_code>().size(), 3U);
}

TEST_F(HubDeployments, LargerThanTheWindowArriveAsItOpens) {
  for (int i = 0; i < 20; ++i)
    put_script("S" + std::to_string(i),
               "var a = '" + std::string(400'000, static_cast<char>('a' + i)) + "';");
  auto& worker = start_worker("n1");
  fetch(worker);
  pass(std::chrono::seconds{2});
  EXPECT_EQ(worker.got<protocol::script_code>().size(), 20U);
  EXPECT_EQ(titles(worker).size(), 20U);
}

TEST_F(HubDeployments, HoldActiveScriptsOnly) {
  put_script("Dns", "var a = 1;");
  test::must(disk->ask([&](stores&) { return desk->set_active("Dns", false, {}, wall); }));
  settle();
  auto& worker = start_worker("n1");
  fetch(worker);
  EXPECT_THAT(titles(worker), IsEmpty());
}

TEST_F(HubDeployments, ChangeWithTheTermsAlone) {
  const auto before = core->generation();
  deployment_terms other = terms;
  other.env_json = R"({"A":1})";
  test::must(disk->ask([&](stores&) { return desk->set_terms(other); }));
  settle();
  EXPECT_GT(core->generation(), before);
  auto& worker = start_worker("n1");
  fetch(worker);
  EXPECT_EQ(worker.got<protocol::deployment>().back().manifest.env_json, R"({"A":1})");
}

TEST_F(HubDeployments, CarryWhatConcernsFilesAndTheMacrosOfTheFilterLanguage) {
  config::settings settings;
  settings.scripting.limits.file_quota = mib(5);
  settings.scripting.archive_prefix = "mine";
  settings.scripting.redaction_fail_closed = true;
  settings.filter.macros = {{"slow", "elapsedTime > 1000"}};
  test::must(disk->ask([&](stores&) { return desk->set_terms(terms_of(settings)); }));
  settle();
  auto& worker = start_worker("n1");
  fetch(worker);
  const auto manifest = worker.got<protocol::deployment>().back().manifest;
  EXPECT_EQ(manifest.limits.file_quota_bytes, 5u << 20);
  EXPECT_EQ(manifest.archive_prefix, "mine");
  EXPECT_TRUE(manifest.redaction_fail_closed);
  ASSERT_EQ(manifest.macros.size(), 1U);
  EXPECT_EQ(manifest.macros.front().name, "slow");
  EXPECT_EQ(manifest.macros.front().text, "elapsedTime > 1000");
}

TEST_F(HubDeployments, DoNotChangeWhenNothingDoes) {
  put_script("Dns", "var a = 1;");
  const auto before = core->generation();
  put_script("Dns", "var a = 1;");
  test::must(disk->ask([&](stores&) { return desk->set_terms(terms); }));
  settle();
  EXPECT_EQ(core->generation(), before);
}

TEST_F(HubDeployments, KnowWhichVersionRunsWhereAndWhyNot) {
  put_script("Dns", "var a = 1;");
  auto& worker = start_worker("n1");
  fetch(worker);
  const auto good = worker.got<protocol::deployment>().back().manifest.scripts.front();
  test::must(worker.talk().send(protocol::script_status{state_of(good, script_condition::running)}, now));
  settle();
  auto status = core->script_status("Dns");
  ASSERT_EQ(status.size(), 1U);
  EXPECT_TRUE(status.front().current);

  put_script("Dns", "throw 1;");
  fetch(worker);
  const auto bad = worker.got<protocol::deployment>().back().manifest.scripts.front();
  test::must(
      worker.talk().send(protocol::script_status{state_of(bad, script_condition::failed, "Dns:1: 1")}, now));
  settle();
  status = core->script_status("Dns");
  EXPECT_FALSE(status.front().current);
  EXPECT_EQ(status.front().state.condition, script_condition::failed);
  EXPECT_EQ(status.front().state.error, "Dns:1: 1");
  EXPECT_EQ(status.front().running, good.hash) << "the version before runs on";
}

TEST_F(HubDeployments, ListNodesThatHaveNotSaidAnythingYet) {
  put_script("Dns", "var a = 1;");
  start_worker("n1");
  const auto status = core->script_status("Dns");
  ASSERT_EQ(status.size(), 1U);
  EXPECT_FALSE(status.front().known);
  EXPECT_FALSE(status.front().current);
}

TEST_F(HubDeployments, KeepTheirNumberRisingOverTheHubsLives) {
  put_script("Dns", "var a = 1;");
  const auto before = core->generation();
  stop_hub();
  start_hub();
  EXPECT_GT(core->generation(), before) << "env may have changed meanwhile, and is not stored";
}

} // namespace
} // namespace remora::hub
