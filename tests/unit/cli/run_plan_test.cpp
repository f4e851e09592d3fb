#include "cli/run_plan.hpp"

#include <gmock/gmock.h>

#include "cli/process.hpp"

namespace remora::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> complaints(const run_arguments& run, const config::settings& settings = {}) {
  std::vector<std::string> out;
  const auto plan = plan_run(run, settings);
  if (!plan)
    for (const error& e : plan.error())
      out.push_back(e.message);
  return out;
}

TEST(RunPlan, CapturesOnEveryInterfaceUnlessToldOtherwise) {
  const auto plan = plan_run({}, {});
  ASSERT_TRUE(plan);
  const auto& live = std::get<traffic::live_options>(plan->input);
  EXPECT_THAT(live.interfaces, ElementsAre("any"));
  EXPECT_EQ(live.snaplen, 262'144u);
  EXPECT_EQ(live.buffer_bytes, 64u << 20);
  EXPECT_FALSE(live.promiscuous);
  EXPECT_FALSE(plan->duration);
  EXPECT_FALSE(plan->count);
  EXPECT_EQ(plan->node_name, host_name());
}

TEST(RunPlan, TakesCaptureSettingsFromTheConfiguration) {
  config::settings settings;
  settings.worker.capture.interfaces = {"eth0", "eth1"};
  settings.worker.capture.filter = "tcp";
  settings.worker.capture.snaplen = 96;
  settings.worker.capture.buffer = mib(8);
  settings.worker.capture.promiscuous = true;
  settings.worker.name = "edge";
  const auto plan = plan_run({}, settings);
  ASSERT_TRUE(plan);
  const auto& live = std::get<traffic::live_options>(plan->input);
  EXPECT_THAT(live.interfaces, ElementsAre("eth0", "eth1"));
  EXPECT_EQ(live.filter, "tcp");
  EXPECT_EQ(live.snaplen, 96u);
  EXPECT_EQ(live.buffer_bytes, 8u << 20);
  EXPECT_TRUE(live.promiscuous);
  EXPECT_EQ(plan->node_name, "edge");
}

TEST(RunPlan, LetsOwnOptionsWinOverTheConfiguration) {
  config::settings settings;
  settings.worker.capture.interfaces = {"eth0"};
  settings.worker.capture.filter = "tcp";
  settings.worker.name = "edge";
  run_arguments run;
  run.interfaces = {"lo"};
  run.filter = "";
  run.snaplen = "100";
  run.buffer = "2MiB";
  run.node_name = "here";
  const auto plan = plan_run(run, settings);
  ASSERT_TRUE(plan);
  const auto& live = std::get<traffic::live_options>(plan->input);
  EXPECT_THAT(live.interfaces, ElementsAre("lo"));
  EXPECT_EQ(live.filter, "");
  EXPECT_EQ(live.snaplen, 100u);
  EXPECT_EQ(live.buffer_bytes, 2u << 20);
  EXPECT_EQ(plan->node_name, "here");
}

TEST(RunPlan, ReadsFilesInTheOrderGivenThroughTheSameFilter) {
  config::settings settings;
  settings.worker.capture.filter = "udp";
  run_arguments run;
  run.read = {"b.pcap", "-"};
  run.speed = "10";
  const auto plan = plan_run(run, settings);
  ASSERT_TRUE(plan);
  const auto& files = std::get<traffic::file_options>(plan->input);
  EXPECT_THAT(files.paths, ElementsAre("b.pcap", "-"));
  EXPECT_EQ(files.filter, "udp");
  EXPECT_EQ(plan->speed, 10);
}

TEST(RunPlan, TakesLimitsAndTheTimeZoneFromTheConfiguration) {
  config::settings settings;
  settings.scripting.limits.turn = std::chrono::seconds{1};
  settings.scripting.limits.memory = mib(16);
  settings.scripting.limits.queue = 300;
  settings.jobs.timezone = "Europe/Berlin";
  const auto plan = plan_run({}, settings);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->limits.turn, std::chrono::seconds{1});
  EXPECT_EQ(plan->limits.memory_bytes, 16u << 20);
  EXPECT_EQ(plan->queue_events, 300u);
  EXPECT_EQ(plan->zone.name(), "Europe/Berlin");
}

TEST(RunPlan, AddsTextsToTheEnvironmentOfScripts) {
  config::settings settings;
  settings.scripting.env = value::map{{"N", 1}, {"B", true}};
  run_arguments run;
  run.env = {"N=2", "EQUALS=a=b", "EMPTY="};
  const auto plan = plan_run(run, settings);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->env_json, R"({"N":"2","B":true,"EQUALS":"a=b","EMPTY":""})");
}

TEST(RunPlan, NeverRepeatsAnEnvironmentValueInAComplaint) {
  run_arguments run;
  run.env = {"hunter2hunter2"};
  EXPECT_THAT(complaints(run), ElementsAre(::testing::Not(HasSubstr("hunter2"))));
}

TEST(RunPlan, ReadsDurationsAndCounts) {
  run_arguments run;
  run.duration = "1h30m";
  run.count = "1000";
  const auto plan = plan_run(run, {});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->duration, std::chrono::minutes{90});
  EXPECT_EQ(plan->count, 1000u);
}

struct bad_value {
  std::optional<std::string> run_arguments::*option;
  const char* text;
  const char* says;
};

class RunPlanRefuses : public ::testing::TestWithParam<bad_value> {};

TEST_P(RunPlanRefuses, AValueThatMakesNoSense) {
  run_arguments run;
  if (GetParam().option == &run_arguments::speed) run.read = {"a.pcap"};
  run.*GetParam().option = GetParam().text;
  EXPECT_THAT(complaints(run), ElementsAre(HasSubstr(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(Values, RunPlanRefuses,
                         ::testing::Values(bad_value{&run_arguments::count, "0", "--count \"0\""},
                                           bad_value{&run_arguments::count, "-1", "--count"},
                                           bad_value{&run_arguments::count, "1e3", "whole number"},
                                           bad_value{&run_arguments::count, "99999999999999999999",
                                                     "whole number"},
                                           bad_value{&run_arguments::count, "", "--count"},
                                           bad_value{&run_arguments::duration, "10", "10s, 5m"},
                                           bad_value{&run_arguments::duration, "0", "duration"},
                                           bad_value{&run_arguments::duration, "-5s", "duration"},
                                           bad_value{&run_arguments::duration, "soon", "duration"},
                                           bad_value{&run_arguments::speed, "0", "max, or"},
                                           bad_value{&run_arguments::speed, "-1", "max, or"},
                                           bad_value{&run_arguments::speed, "inf", "max, or"},
                                           bad_value{&run_arguments::speed, "nan", "max, or"},
                                           bad_value{&run_arguments::speed, "10x", "max, or"},
                                           bad_value{&run_arguments::speed, "", "max, or"},
                                           bad_value{&run_arguments::snaplen, "63", "from 64 to 262144"},
                                           bad_value{&run_arguments::snaplen, "262145", "from 64 to 262144"},
                                           bad_value{&run_arguments::buffer, "1KiB", "from 1MiB to 2GiB"},
                                           bad_value{&run_arguments::buffer, "much", "from 1MiB to 2GiB"},
                                           bad_value{&run_arguments::node_name, "", "--node-name"},
                                           bad_value{&run_arguments::node_name, "\xFF", "--node-name"}));

TEST(RunPlan, RefusesWhatIsForCapturingLiveWhenReading) {
  run_arguments run;
  run.read = {"a.pcap"};
  run.interfaces = {"lo"};
  run.promiscuous = true;
  run.snaplen = "100";
  run.buffer = "1MiB";
  EXPECT_THAT(complaints(run), ElementsAre(HasSubstr("-i is for capturing live"), HasSubstr("--promiscuous"),
                                           HasSubstr("--snaplen"), HasSubstr("--buffer")));
}

TEST(RunPlan, RefusesASpeedWhenCapturing) {
  run_arguments run;
  run.speed = "max";
  EXPECT_THAT(complaints(run), ElementsAre("--speed is for reading files and needs -r"));
}

TEST(RunPlan, NamesATimeZoneThatDoesNotExist) {
  config::settings settings;
  settings.jobs.timezone = "Europe/Berlni";
  EXPECT_THAT(complaints({}, settings), ElementsAre(HasSubstr("Europe/Berlin")));
}

TEST(RunPlan, KeepsFilesWhereTheUserKeepsState) {
  const auto folder_in = [](const environment_map& environment) {
    return plan_run({}, {}, environment).value().files.folder;
  };
  EXPECT_EQ(folder_in({{"XDG_STATE_HOME", "/state"}, {"HOME", "/home/me"}}), "/state/remora/run");
  EXPECT_EQ(folder_in({{"HOME", "/home/me"}}), "/home/me/.local/state/remora/run");
  EXPECT_EQ(folder_in({{"XDG_STATE_HOME", "relative"}, {"HOME", "/home/me"}}),
            "/home/me/.local/state/remora/run");
  EXPECT_EQ(folder_in({{"XDG_STATE_HOME", ""}, {"HOME", ""}}), "");
  EXPECT_EQ(plan_run({}, {}, {}).value().files.help,
            "set HOME or XDG_STATE_HOME, or name a folder with --data DIR");
}

TEST(RunPlan, TakesTheFolderOfFilesFromTheOptionAndTheRestFromTheConfiguration) {
  config::settings settings;
  settings.scripting.limits.file_quota = mib(5);
  settings.scripting.archive_prefix = "mine";
  run_arguments run;
  run.data = "here";
  const auto plan = plan_run(run, settings, {{"HOME", "/home/me"}});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->files.folder, "here");
  EXPECT_EQ(plan->files.quota_bytes, 5u << 20);
  EXPECT_EQ(plan->files.archive_prefix, "mine");
  EXPECT_EQ(plan->files.help, "name another folder with --data DIR");
  run.data = "";
  EXPECT_THAT(complaints(run), ElementsAre("--data takes a folder"));
}

TEST(RunPlan, HasTheMacrosOfTheConfiguration) {
  config::settings settings;
  EXPECT_EQ(plan_run({}, settings).value().kfl, nullptr);
  settings.filter.macros = {{"slow", "elapsedTime > 1000"}};
  const auto plan = plan_run({}, settings);
  ASSERT_TRUE(plan);
  EXPECT_NE(plan->kfl->macros.find("slow"), nullptr);
  settings.filter.macros = {{"slow", "elapsedTime >"}};
  EXPECT_THAT(complaints({}, settings), ElementsAre(HasSubstr("filter.macros: macro \"slow\": 1:")));
}

TEST(UpDataFolder, IsStateOfTheUserOrHere) {
  EXPECT_EQ(up_data_folder({{"XDG_STATE_HOME", "/state"}}), "/state/remora");
  EXPECT_EQ(up_data_folder({{"HOME", "/home/me"}}), "remora-data");
}

} // namespace
} // namespace remora::cli
