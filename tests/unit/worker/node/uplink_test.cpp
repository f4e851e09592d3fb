#include "worker/node/uplink.hpp"

#include <filesystem>
#include <fstream>

#include "node_doubles.hpp"

namespace remora::worker::test {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class Uplink : public uplink_test {};

script_source source_of(const std::string& title, const std::string& code) { return {0, title, title, code}; }

// ---- questions for what the node has stored

TEST_F(Uplink, PassesQuestionsOfItsHubOnAndAnswersToIt) {
  connect();
  EXPECT_TRUE(hub->sessions.say(node_name, protocol::cancel_query{7}));
  settle();
  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_TRUE(protocol::same(questions.front(), protocol::cancel_query{7}));
  protocol::item_page page;
  page.id = 7;
  tell(answer_ready{page});
  ASSERT_THAT(hub->answers_heard, SizeIs(1));
  EXPECT_TRUE(protocol::same(hub->answers_heard.front(), page));
}

TEST_F(Uplink, SaysThatNobodyWaitsForAnswersOnceItsHubIsGone) {
  connect();
  cut();
  EXPECT_EQ(hub_losses, 1);
  tell(answer_ready{protocol::item_page{}});
  connect();
  EXPECT_THAT(hub->answers_heard, IsEmpty());
}

// ---- what is to run

TEST_F(Uplink, RunsTheDeploymentOfItsHub) {
  hub->deployment = deployment_of(3, {{"a", "1"}, {"b", "2"}});
  up->begin(now);
  connect();
  EXPECT_THAT(ran(), ElementsAre("3: a=1 b=2"));
}

TEST_F(Uplink, RunsWhatTheHubDeploysLater) {
  hub->deployment = deployment_of(1, {{"a", "1"}});
  connect();
  set_deployment(deployment_of(2, {{"a", "2"}}));
  EXPECT_THAT(ran(), ElementsAre("1: a=1", "2: a=2"));
}

TEST_F(Uplink, AsksOnlyForCodeThatItDoesNotHave) {
  hub->deployment = deployment_of(1, {{"a", "1"}, {"b", "2"}});
  connect();
  set_deployment(deployment_of(2, {{"a", "1"}, {"b", "3"}}));
  EXPECT_EQ(hub->codes_sent, 3);
}

TEST_F(Uplink, RunsItsLastDeploymentWithoutAHub) {
  hub->deployment = deployment_of(3, {{"a", "1"}});
  connect();
  deployed.clear();
  restart();
  EXPECT_THAT(ran(), ElementsAre("3: a=1"));
}

TEST_F(Uplink, DoesNotRunTheSameAgainWhenItsHubComesBack) {
  hub->deployment = deployment_of(3, {{"a", "1"}});
  connect();
  restart();
  connect();
  replace_hub();
  connect();
  pass(seconds{5});
  EXPECT_THAT(ran(), ElementsAre("3: a=1", "3: a=1")); // one of each life of the worker
}

TEST_F(Uplink, TakesADeploymentOfALowerNumberFromAHubThatLostItsData) {
  hub->deployment = deployment_of(30, {{"a", "1"}});
  connect();
  replace_hub();
  hub->deployment = deployment_of(1, {{"b", "2"}});
  connect();
  EXPECT_THAT(ran(), ElementsAre("30: a=1", "1: b=2"));
}

TEST_F(Uplink, GoesOnWithWhatRunsWhenTheHubHasNoDeployment) {
  hub->deployment = deployment_of(3, {{"a", "1"}});
  connect();
  replace_hub();
  hub->deployment = {};
  connect();
  pass(seconds{10});
  EXPECT_THAT(ran(), SizeIs(1));
  EXPECT_THAT(hub->asked, IsEmpty());
}

TEST_F(Uplink, AsksUntilTheDeploymentComes) {
  hub->deployment = deployment_of(1, {{"a", "1"}});
  hub->answers = false;
  connect();
  pass(seconds{20});
  EXPECT_GE(hub->asked.size(), 3U);
  EXPECT_LE(hub->asked.size(), 6U); // with growing pauses
  hub->answers = true;
  pass(seconds{40});
  EXPECT_THAT(ran(), ElementsAre("1: a=1"));
}

TEST_F(Uplink, DoesNotRunCodeThatIsNotWhatItSays) {
  hub->deployment = deployment_of(1, {{"a", "good"}});
  hub->deployment.code.begin()->second = "evil";
  connect();
  pass(seconds{3});
  EXPECT_THAT(ran(), IsEmpty());
  EXPECT_GE(up->view().refused_code, 1U);
  hub->deployment = deployment_of(1, {{"a", "good"}});
  pass(seconds{10});
  EXPECT_THAT(ran(), ElementsAre("1: a=good"));
}

TEST_F(Uplink, TellsTheHubWhatItRuns) {
  hub->deployment = deployment_of(7, {});
  connect();
  restart();
  connect();
  ASSERT_THAT(hub->hellos, Not(IsEmpty()));
  EXPECT_EQ(hub->hellos.back().generation, 7U);
  EXPECT_EQ(hub->hellos.back().incarnation, incarnation);
  EXPECT_EQ(hub->heartbeats.back().stats.generation, 7U);
}

TEST_F(Uplink, SetsADamagedDeploymentAsideAndWaitsForTheHub) {
  hub->deployment = deployment_of(3, {{"a", "1"}});
  connect();
  deployed.clear();
  std::ofstream{folder / "deployment", std::ios::app} << "x";
  restart();
  EXPECT_THAT(ran(), IsEmpty());
  EXPECT_TRUE(std::filesystem::exists(folder / "deployment.damaged"));
  connect();
  EXPECT_THAT(ran(), ElementsAre("3: a=1"));
}

TEST_F(Uplink, RunsADeploymentThatCannotBeKeptAndKeepsItLater) {
  std::filesystem::create_directory(folder / "deployment"); // a file cannot take its place
  std::ofstream{folder / "deployment/in the way"} << "x";
  hub->deployment = deployment_of(3, {{"a", "1"}});
  connect();
  EXPECT_THAT(ran(), ElementsAre("3: a=1"));
  std::filesystem::remove_all(folder / "deployment");
  pass(seconds{40});
  EXPECT_TRUE(std::filesystem::is_regular_file(folder / "deployment"));
}

TEST_F(Uplink, PassesOrdersOnAndLearnsWhatIsPausedNow) {
  hub->deployment = deployment_of(3, {{"a", "1"}});
  connect();
  hub->deployment.manifest.paused.push_back({"a", "t"});
  protocol::job_order order;
  order.what = protocol::job_action::pause;
  order.script = "a";
  order.tag = "t";
  ASSERT_TRUE(hub->sessions.send(node_name, order, now));
  settle();
  ASSERT_THAT(orders, SizeIs(1));
  EXPECT_EQ(orders[0].tag, "t");
  deployed.clear();
  restart();
  ASSERT_THAT(deployed, SizeIs(1));
  ASSERT_TRUE(deployed[0]->paused);
  ASSERT_THAT(*deployed[0]->paused, SizeIs(1));
  EXPECT_EQ(deployed[0]->paused->front().tag, "t");
}

// ---- what comes of it

TEST_F(Uplink, DeliversRunsAndLines) {
  connect();
  records->job(run_of("t1"));
  records->console(line_of("hello"));
  pass(milliseconds{200});
  EXPECT_THAT(hub->tags(), ElementsAre("t1"));
  EXPECT_THAT(hub->lines(), ElementsAre("hello"));
}

TEST_F(Uplink, LetsRecordsGoOnceTheHubHasStoredThem) {
  connect();
  hub->stores = false;
  records->job(run_of("t1"));
  pass(milliseconds{200});
  EXPECT_EQ(records->stats().waiting_records, 1U);
  replace_hub(); // it had not stored it
  connect();
  pass(seconds{2});
  EXPECT_THAT(hub->tags(), ElementsAre("t1"));
  EXPECT_EQ(records->stats().waiting_records, 0U);
}

TEST_F(Uplink, KeepsRecordsWhileThereIsNoHub) {
  for (int i = 0; i < 3; ++i)
    records->job(run_of("t" + std::to_string(i)));
  pass(seconds{5});
  restart();
  connect();
  pass(seconds{1});
  EXPECT_THAT(hub->tags(), ElementsAre("t0", "t1", "t2"));
}

TEST_F(Uplink, SendsLinesThatComeTogetherInOneMessage) {
  connect();
  for (int i = 0; i < 10; ++i) {
    records->console(line_of(std::to_string(i)));
    settle();
  }
  pass(milliseconds{100});
  EXPECT_THAT(hub->all<protocol::console_lines>(), SizeIs(1));
}

TEST_F(Uplink, DeliversMoreThanTheWindowHolds) {
  connect();
  constexpr int count = 60;
  for (int i = 0; i < count; ++i) {
    auto run = run_of("t" + std::to_string(i));
    run.result_json = '"' + std::string(200'000, 'x') + '"';
    records->job(run);
  }
  pass(seconds{5});
  EXPECT_THAT(hub->tags(), SizeIs(count));
  EXPECT_EQ(records->stats().waiting_records, 0U);
}

// ---- how scripts are

TEST_F(Uplink, TellsWhatBecomesOfScripts) {
  hub->deployment = deployment_of(1, {{"a", "1"}, {"b", "2"}});
  connect();
  tell(script_running{1, source_of("a", "1")});
  tell(script_refused{1, source_of("b", "2"), "b.js:1:1: SyntaxError", false});
  pass(milliseconds{100});
  EXPECT_THAT(hub->states(), ElementsAre("a running 1", "b failed 1"));
  const auto told_states = hub->all<protocol::script_status>();
  EXPECT_EQ(told_states[0].state.hash, content_hash("1"));
  EXPECT_EQ(told_states[1].state.error, "b.js:1:1: SyntaxError");
}

TEST_F(Uplink, TellsAHubThatBeginsANewLifeHowAllScriptsAre) {
  hub->deployment = deployment_of(1, {{"a", "1"}, {"b", "2"}});
  connect();
  tell(script_running{1, source_of("a", "1")});
  tell(script_running{1, source_of("b", "2")});
  tell(script_stuck{"b"});
  pass(seconds{1});
  replace_hub();
  connect();
  pass(seconds{1});
  EXPECT_THAT(hub->states(), UnorderedElementsAre("a running 1", "b stuck 1"));
}

TEST_F(Uplink, TellsThatAScriptWasRemovedAndForgetsIt) {
  hub->deployment = deployment_of(1, {{"a", "1"}});
  connect();
  tell(script_running{1, source_of("a", "1")});
  set_deployment(deployment_of(2, {}));
  tell(script_ended{"a"});
  pass(milliseconds{100});
  EXPECT_THAT(hub->states(), ElementsAre("a running 1", "a removed 1"));
  EXPECT_THAT(forgotten, ElementsAre("a"));
}

TEST_F(Uplink, ShowsHowManyScriptsAreBeingLoaded) {
  connect();
  set_deployment(deployment_of(1, {{"a", "1"}, {"b", "1"}}));
  EXPECT_EQ(up->view().loading_scripts, 2U);
  tell(script_running{1, source_of("a", "1")});
  tell(script_refused{1, source_of("b", "1"), "why", false});
  EXPECT_EQ(up->view().loading_scripts, 0U);
  EXPECT_THAT(up->view().scripts, ElementsAre(::testing::Pair("a", true), ::testing::Pair("b", false)));
}

TEST_F(Uplink, DoesNotWaitForAScriptThatItLeavesOut) {
  connect();
  set_deployment(deployment_of(1, {{"", "1"}}));
  EXPECT_EQ(up->view().loading_scripts, 0U);
}

TEST_F(Uplink, TellsTheJobsOfAScript) {
  connect();
  tell(script_jobs{"a", {scheduled_job{}}});
  pass(milliseconds{100});
  ASSERT_THAT(hub->all<protocol::jobs_changed>(), SizeIs(1));
  EXPECT_THAT(hub->all<protocol::jobs_changed>()[0].jobs, SizeIs(1));
}

TEST_F(Uplink, PassesOnWhatScriptsAskOfAllNodes) {
  protocol::job_request asks;
  asks.script = "a";
  asks.tag = "t";
  tell(asks); // before there is a hub
  connect();
  pass(milliseconds{100});
  ASSERT_THAT(hub->all<protocol::job_request>(), SizeIs(1));
  EXPECT_EQ(hub->all<protocol::job_request>()[0].tag, "t");
}

// ---- the end

TEST_F(Uplink, SaysGoodbyeOnceScriptsHaveEndedAndTheirRecordsAreStored) {
  connect();
  tell(stop_asked{});
  records->job(run_of("last"));
  tell(all_scripts_ended{});
  pass(milliseconds{500});
  EXPECT_TRUE(up->is_done());
  EXPECT_TRUE(up->scripts_ended());
  EXPECT_THAT(hub->tags(), ElementsAre("last"));
  EXPECT_THAT(hub->departures, ElementsAre(session::departure::said_goodbye));
}

TEST_F(Uplink, DoesNotWaitForAHubThatIsAway) {
  records->job(run_of("t"));
  tell(all_scripts_ended{});
  tell(stop_asked{});
  EXPECT_TRUE(up->is_done());
}

TEST_F(Uplink, EndsWithoutAScriptThatDoesNotEnd) {
  connect();
  tell(stop_asked{});
  pass(uplink::longest_goodbye - milliseconds{100});
  EXPECT_FALSE(up->is_done());
  pass(milliseconds{200});
  EXPECT_TRUE(up->is_done());
  EXPECT_FALSE(up->scripts_ended());
}

// ---- what scripts say to the hub

TEST_F(Uplink, SendsWhatScriptsSayToTheHub) {
  connect();
  actions->action({"s", "merge", "[1]"});
  tell(actions_waiting{});
  const auto got = hub->all<protocol::hub_action>();
  ASSERT_THAT(got, SizeIs(1));
  EXPECT_EQ(got[0].action, "merge");
  EXPECT_EQ(got[0].argument_json, "[1]");
}

TEST_F(Uplink, SendsWhatWasSaidWhileTheHubWasAwayOnceItIsBack) {
  up->begin(now);
  for (const char* action : {"a", "b"}) {
    actions->action({"s", action, ""});
    tell(actions_waiting{});
  }
  connect();
  EXPECT_THAT(hub->all<protocol::hub_action>(), SizeIs(2));
}

TEST_F(Uplink, SaysOnTheScriptsConsoleHowManyActionsWereDropped) {
  up->begin(now);
  for (std::size_t i = 0; i < action_queue::most_actions + 2; ++i)
    actions->action({"s", "x", ""});
  tell(actions_waiting{});
  pass(seconds{2});
  connect();
  pass(seconds{1});
  EXPECT_THAT(hub->lines(),
              ElementsAre("hub.action: 2 calls were dropped, the oldest first: the hub cannot be reached"));
  EXPECT_EQ(up->view().dropped_actions, 2u);
}

TEST_F(Uplink, SendsMoreActionsThanTheChannelTakesAtOnceAllInOrder) {
  connect();
  hub->stores = false; // nothing is confirmed: the window fills
  for (int i = 0; i < 900; ++i)
    actions->action({"s", std::to_string(i), std::string(16'000, 'x')});
  tell(actions_waiting{});
  EXPECT_LT(hub->all<protocol::hub_action>().size(), 900u);
  hub->stores = true;
  replace_hub();
  connect();
  pass(seconds{5});
  const auto got = hub->all<protocol::hub_action>();
  ASSERT_FALSE(got.empty());
  EXPECT_EQ(got.back().action, "899");
}

TEST_F(Uplink, WarnsOnTheScriptsConsoleThatTheHubDoesNotHearOfAJobRequest) {
  up->begin(now);
  protocol::job_request asked;
  asked.script = "s";
  asked.what = protocol::job_action::run;
  asked.tag = "report";
  tell(asked);
  connect();
  pass(seconds{1});
  EXPECT_THAT(hub->lines(),
              ElementsAre("jobs.run: the hub cannot be reached; done on this node, the others hear of it "
                          "when the hub is back"));
  EXPECT_THAT(hub->all<protocol::job_request>(), SizeIs(1));
}

TEST_F(Uplink, HandsOnWhatTheHubsScriptsAreToHear) {
  connect();
  EXPECT_TRUE(hub->sessions.send(node_name, protocol::action_delivery{"merge", "[1]"}, now));
  settle();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].action, "merge");
}

} // namespace
} // namespace remora::worker::test
