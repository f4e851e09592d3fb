#include "cli/remote/doctor.hpp"

#include <cerrno>

#include <gmock/gmock.h>

#include "tests/unit/cli/hub_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

client::json read(const char* text) { return client::parse_json(text).value(); }

auto says(verdict_level level, const char* text) {
  return Contains(AllOf(Field(&finding::level, level), Field(&finding::text, HasSubstr(text))));
}
const auto all_fine = Each(Field(&finding::level, verdict_level::ok));

TEST(Doctor, IsContentWithAMachineThatMayCapture) {
  EXPECT_THAT(judge_machine({}, {"lo", "eth0"}, 0), all_fine);
}

TEST(Doctor, SaysHowToLetAUserCapture) {
  const auto found = judge_machine({}, {"lo"}, EPERM);
  EXPECT_THAT(found, says(verdict_level::warning, "may not capture"));
  EXPECT_THAT(found.front().advice, HasSubstr("CAP_NET_RAW"));
}

TEST(Doctor, NamesAnInterfaceThatIsNotThere) {
  config::settings settings;
  settings.worker.capture.interfaces = {"eth9"};
  EXPECT_THAT(judge_machine(settings, {"lo", "eth0"}, 0), says(verdict_level::problem, "eth9"));
}

constexpr const char* good_node =
    R"({"items":[{"name":"n1","condition":"up","current":true,"packets":5,"clock_offset_ms":-3,)"
    R"("dropped":{"kernel":0,"interface":0,"decode":0},"dropped_records":0}]})";

TEST(Doctor, IsContentWithAHealthyNode) {
  EXPECT_THAT(judge_nodes(read(good_node), read(good_node)), all_fine);
}

struct sick_node {
  const char* member; ///< Of the node, in the place of the healthy one.
  const char* text;
  verdict_level level;
};

class DoctorSees : public ::testing::TestWithParam<sick_node> {};

TEST_P(DoctorSees, WhatIsWrongWithANode) {
  client::json nodes = read(good_node);
  nodes["items"][0].update(read(GetParam().member));
  EXPECT_THAT(judge_nodes(nodes, nodes), says(GetParam().level, GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    Nodes, DoctorSees,
    ::testing::Values(sick_node{R"({"condition":"lost"})", "n1 is lost", verdict_level::problem},
                      sick_node{R"({"condition":"stopped"})", "n1 was stopped", verdict_level::warning},
                      sick_node{R"({"current":false})", "newest scripts", verdict_level::warning},
                      sick_node{R"({"clock_offset_ms":-1500})", "1.5 s behind", verdict_level::warning},
                      sick_node{R"({"packets":0})", "has not seen a packet", verdict_level::warning},
                      sick_node{R"({"dropped":{"kernel":4}})", "none of them just now",
                                verdict_level::warning}));

TEST(Doctor, TakesDropsThatGrowForAProblem) {
  client::json later = read(good_node);
  later["items"][0]["dropped"]["kernel"] = 12;
  EXPECT_THAT(judge_nodes(read(good_node), later),
              says(verdict_level::problem, "n1 drops now, at the kernel: 12 more"));
}

TEST(Doctor, SaysThatWithoutNodesNothingShows) {
  EXPECT_THAT(judge_nodes(read(R"({"items":[]})"), {}), says(verdict_level::problem, "no node"));
}

TEST(Doctor, SaysWhichScriptsFailAndWhy) {
  const auto found = judge_scripts(
      read(R"({"items":[{"title":"dns","active":true}]})"),
      read(R"({"items":[{"title":"dns","nodes":[{"node":"n1","state":"failed","error":"x.js:1:1: no"},)"
           R"({"node":"n2","state":"running","dropped_events":3}]}]})"));
  EXPECT_THAT(found, says(verdict_level::problem, "dns on n1 failed: x.js:1:1: no"));
  EXPECT_THAT(found, says(verdict_level::warning, "dns on n2 was too slow for 3 events"));
}

TEST(Doctor, DoesNotComplainOfAScriptThatDeclines) {
  const auto found = judge_scripts(
      read(R"({"items":[{"title":"dns","active":true}]})"),
      read(
          R"({"items":[{"title":"dns","nodes":[{"node":"hub","state":"declined","error":"workers only"}]}]})"));
  EXPECT_THAT(found, Not(says(verdict_level::problem, "dns")));
}

TEST(Doctor, SaysThatNoScriptIsActive) {
  EXPECT_THAT(judge_scripts(read(R"({"items":[{"title":"dns","active":false}]})"), {}),
              says(verdict_level::warning, "0 of 1 active"));
}

TEST(Doctor, SaysWhichJobsArePausedOrFailed) {
  const auto found = judge_jobs(read(
      R"({"items":[{"tag":"a","script":"s","condition":"paused"},{"tag":"b","script":"s","last_outcome":"timed_out"}]})"));
  EXPECT_THAT(found, says(verdict_level::warning, "1 paused: a of s"));
  EXPECT_THAT(found, says(verdict_level::warning, "b of s timed out"));
}

class DoctorCommand : public HubTest {
 protected:
  void healthy_hub() {
    on(http::method::get, "/livez", [](const http::request&) { return http::text_response("ok\n"); });
    on(http::method::get, "/readyz", [this](const http::request& asked) {
      return ready_ ? http::text_response("ok\n") : http::problem(503, "the disk is full", asked.path);
    });
    answers("/version", R"({"version":"9.9.9"})");
    answers("/scripts/check", R"({"ok":true})", http::method::post);
    answers("/nodes", good_node);
    answers("/scripts", R"({"items":[{"title":"dns","active":true}],"next":null})");
    answers("/script-status", R"({"items":[],"next":null})");
    answers("/jobs", R"({"items":[],"next":null})");
  }
  bool ready_ = true;
};

TEST_F(DoctorCommand, EndsWith0WhenThereAreWarningsAtMost) {
  healthy_hub();
  EXPECT_EQ(remora_at_hub({"doctor", "--wait", "0s"}), 0) << out() << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("ok       hub         it is ready"),
                           HasSubstr("warning  version     the hub is 9.9.9")));
}

TEST_F(DoctorCommand, EndsWith1WhenTheHubIsNotThere) {
  EXPECT_EQ(remora({"doctor", "--hub", "http://127.0.0.1:1"}), 1);
  EXPECT_THAT(out(), HasSubstr("problem  hub         the hub at http://127.0.0.1:1 cannot be reached"));
}

TEST_F(DoctorCommand, SaysWhyTheHubIsNotReadyAndLooksOn) {
  healthy_hub();
  ready_ = false;
  EXPECT_EQ(remora_at_hub({"doctor", "--wait", "0s", "--json"}), 1);
  EXPECT_THAT(out(), AllOf(HasSubstr(R"({"ok":false,"checks":[)"), HasSubstr("the disk is full"),
                           HasSubstr(R"("check":"jobs")")));
}

TEST_F(DoctorCommand, SaysWhatTheTokenMayNotDo) {
  options_.tokens = {{"reader", config::role::viewer, "viewer-token-0123456"}};
  where_.environment["REMORA_TOKEN"] = "viewer-token-0123456";
  healthy_hub();
  remora_at_hub({"doctor", "--wait", "0s"});
  EXPECT_THAT(out(), HasSubstr("changing takes role editor"));
  EXPECT_THAT(out(), HasSubstr("-> one version apart is fine"));
}

TEST_F(DoctorCommand, ReadsTheConfigurationItIsGiven) {
  remora::test::working_folder::write("bad.yaml", "scripting: { sourc: x }\n");
  EXPECT_EQ(remora({"doctor", "--config", "bad.yaml", "--hub", "http://127.0.0.1:1"}), 1);
  EXPECT_THAT(out(), HasSubstr("problem  config      bad.yaml:1:14"));
}

} // namespace
} // namespace remora::cli::test
