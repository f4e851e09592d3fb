// remora-hub as a program: configuration, scripts, restarts, what it refuses.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/integration/hub_process.hpp"

namespace remora::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* scripts = "/api/v1/scripts";

TEST(HubProgram, EndsWithSuccessWhenItIsToldTo) {
  hub_process hub;
  ASSERT_TRUE(hub.start()) << hub.last().err;
  EXPECT_EQ(hub.stop(SIGTERM).status, 0) << hub.last().err;
}

TEST(HubProgram, SaysWhatIsWrongWithItsConfigurationAndStartsNothing) {
  hub_process hub;
  hub.configure("scripting:\n  sorce: /x\n");
  EXPECT_FALSE(hub.start());
  EXPECT_EQ(hub.last().status, 2);
  EXPECT_THAT(hub.last().err, HasSubstr("hub.yaml:6:3"));
  EXPECT_THAT(hub.last().err, HasSubstr("source"));
  EXPECT_FALSE(std::filesystem::exists(hub.data()));
}

TEST(HubProgram, RefusesAMacroThatIsNoFilter) {
  hub_process hub;
  EXPECT_FALSE(hub.start({"--set", "filter.macros.slow=elapsedTime >"}));
  EXPECT_EQ(hub.last().status, 2);
  EXPECT_THAT(hub.last().err, HasSubstr("filter.macros: macro \"slow\": 1:"));
}

TEST(HubProgram, RefusesAnOpenPortWithoutKeysOrTokens) {
  hub_process hub;
  EXPECT_FALSE(hub.start({"--set", "hub.link.listen=0.0.0.0:0"}));
  EXPECT_EQ(hub.last().status, 2);
  EXPECT_FALSE(hub.start({"--set", "hub.http.listen=0.0.0.0:0"}));
  EXPECT_EQ(hub.last().status, 2);
}

TEST(HubProgram, RefusesADataFolderThatAnotherHubUses) {
  hub_process first;
  ASSERT_TRUE(first.start());
  hub_process second;
  EXPECT_FALSE(second.start({"--set", "hub.data=" + first.data()}));
  EXPECT_EQ(second.last().status, 1);
  EXPECT_THAT(second.last().err, HasSubstr("process"));
}

TEST(HubProgram, RefusesADamagedStoreAndKeepsIt) {
  hub_process hub;
  ASSERT_TRUE(hub.start());
  hub.stop(SIGTERM);
  {
    std::fstream file{hub.data() + "/remora-hub.db", std::ios::binary | std::ios::in | std::ios::out};
    file.seekp(0);
    file << std::string(4096, 'x');
  }
  EXPECT_FALSE(hub.start());
  EXPECT_EQ(hub.last().status, 1);
  EXPECT_THAT(hub.last().err, HasSubstr("set aside"));
  EXPECT_FALSE(hub.start()) << "a supervisor that starts it again must not go on with nothing";
}

TEST(HubScripts, KeepTheirFilesOverARestart) {
  hub_process hub;
  hub.write_script("a.js", "// keeper\nfile.append('log', 'one'); console.log('wrote one');\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  ASSERT_TRUE(hub.comes_to_say("/api/v1/console", "wrote one"));
  hub.stop(SIGTERM);
  hub.write_script("a.js", "// keeper\nfile.append('log', ', two'); console.log('wrote two');\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  ASSERT_TRUE(hub.comes_to_say("/api/v1/console", "wrote two"));
  std::ifstream log{hub.data() + "/node/script-files/keeper/log"};
  const std::string kept{std::istreambuf_iterator<char>{log}, {}};
  EXPECT_THAT(kept, ::testing::StartsWith("one"));
  EXPECT_THAT(kept, ::testing::EndsWith(", two"));
}

TEST(HubScripts, FollowTheFolder) {
  hub_process hub;
  hub.write_script("a.js", "// first\nvar a = 1;\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  EXPECT_THAT(hub.get(scripts).dump(), HasSubstr("first"));
  hub.write_script("b.js", "// second\nvar b = 1;\n");
  EXPECT_TRUE(hub.comes_to_say(scripts, "second"));
  hub.remove_script("a.js");
  EXPECT_TRUE(hub.comes_to_say("/api/v1/scripts/first", "\"status\":404"));
}

TEST(HubScripts, OfABadFileStayAsTheyWere) {
  hub_process hub;
  hub.write_script("a.js", "// first\nvar a = 1;\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  const auto before = hub.get("/api/v1/scripts/first").at("hash");
  hub.write_script("a.js", "// first\nvar a = ;\n");
  EXPECT_TRUE(hub.logs("a.js:2:9"));
  EXPECT_EQ(hub.get("/api/v1/scripts/first").at("hash"), before);
}

TEST(HubScripts, FollowTheConfigurationAndABadOneChangesNothing) {
  hub_process hub;
  ASSERT_TRUE(hub.start()) << hub.last().err;
  hub.configure("scripting:\n  scripts:\n    inline: |\n      var a = 1;\n");
  EXPECT_TRUE(hub.comes_to_say(scripts, "inline"));
  hub.configure("scripting:\n  scripts:\n    other: |\n      var a = 1;\n  unknown: 1\n");
  EXPECT_TRUE(hub.logs("unknown"));
  EXPECT_THAT(hub.get(scripts).dump(), HasSubstr("inline"));
}

TEST(HubScripts, PutThroughTheApiOutliveTheHub) {
  hub_process hub;
  ASSERT_TRUE(hub.start()) << hub.last().err;
  const auto put = hub.call("PUT", "/api/v1/scripts/mine", R"({"code":"var a = 1;","active":true})");
  EXPECT_EQ(put.at("status"), 201) << put;
  const auto refused = hub.call("PUT", "/api/v1/scripts/mine", R"({"code":"var a = ;"})");
  EXPECT_EQ(refused.at("status"), 422);
  EXPECT_EQ(refused.at("body").at("line"), 1);
  EXPECT_EQ(refused.at("body").at("column"), 9);
  hub.stop(SIGKILL);
  ASSERT_TRUE(hub.start()) << hub.last().err;
  EXPECT_EQ(hub.get("/api/v1/scripts/mine").at("code"), "var a = 1;");
}

TEST(HubScripts, ShowEnvMasked) {
  hub_process hub;
  hub.configure("scripting:\n  env: { PASSWORD: canary-of-the-test }\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  EXPECT_EQ(hub.get("/api/v1/env").at("PASSWORD"), "***");
  hub.stop(SIGTERM);
  EXPECT_THAT(hub.last().err, Not(HasSubstr("canary")));
}

TEST(HubsOwnScripts, HearWhatAScriptSaysToTheHub) {
  hub_process hub;
  hub.write_script("says.js", "// says\nsetInterval(function () { hub.action('x', {n: 41}); }, 100);\n");
  hub.write_script("hears.js",
                   "// hears\nfunction onHubAction(action, object) {"
                   "console.log(utils.nodeName(), 'heard', action, object.n + 1); }\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  EXPECT_TRUE(hub.comes_to_say("/api/v1/console?script=hears", "hub heard x 42")) << hub.log();
}

TEST(HubsOwnScripts, AreReplacedWhenTheirFileChanges) {
  hub_process hub;
  hub.write_script("a.js", "// mine\nconsole.log('the first');\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  EXPECT_TRUE(hub.comes_to_say("/api/v1/console", "the first"));
  hub.write_script("a.js", "// mine\nconsole.log('the second');\n");
  EXPECT_TRUE(hub.comes_to_say("/api/v1/console", "the second"));
}

TEST(HubsOwnScripts, StoreTheRunsOfTheirJobs) {
  hub_process hub;
  hub.write_script("a.js", "// mine\njobs.schedule('answer', '* * * * * *', function () { return 42; });\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  EXPECT_TRUE(hub.comes_to_say("/api/v1/jobs/answer/runs", "42")) << hub.log();
  EXPECT_EQ(hub.get("/api/v1/jobs/answer/runs").at("items").at(0).at("node"), "hub");
}

TEST(HubsOwnScripts, MayDeclineToRunThere) {
  hub_process hub;
  hub.write_script("a.js", "// mine\nif (utils.nodeName() === 'hub') throw 'workers only';\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  EXPECT_TRUE(hub.comes_to_say("/api/v1/scripts/mine/status", "declined")) << hub.log();
  EXPECT_TRUE(hub.comes_to_say("/api/v1/console?script=mine", "workers only"));
}

TEST(HubsOwnScripts, DoNotMakeTheHubOneOfItsNodes) {
  hub_process hub;
  hub.write_script("a.js", "// mine\nvar a = 1;\n");
  ASSERT_TRUE(hub.start()) << hub.last().err;
  ASSERT_TRUE(hub.comes_to_say("/api/v1/scripts/mine/status", "running"));
  EXPECT_TRUE(hub.get("/api/v1/nodes").at("items").empty());
}

TEST(HubsOwnScripts, ReachTheHubWhereItHasAKey) {
  hub_process hub;
  hub.write_script("a.js", "// mine\nvar a = 1;\n");
  ASSERT_EQ(remora({"keys", "new", "hub", "--out", hub.files().path("")}).status, 0);
  ASSERT_TRUE(
      hub.start({"--set", "hub.link.curve.secret_key=${file:" + hub.files().path("hub.secret") + "}"}))
      << hub.last().err;
  EXPECT_TRUE(hub.comes_to_say("/api/v1/scripts/mine/status", "running")) << hub.log();
}

TEST(HubsOwnScripts, ShareTheirNameWithNoWorker) {
  hub_process hub;
  std::filesystem::create_directories(hub.data());
  std::ofstream{hub.data() + "/workers.keys"}
      << "hub rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7 2026-01-01T00:00:00Z -\n";
  std::filesystem::permissions(hub.data() + "/workers.keys", std::filesystem::perms{0600});
  EXPECT_FALSE(hub.start());
  EXPECT_THAT(hub.last().err, HasSubstr("which is the name of the hub's own scripts"));
}

TEST(HubHealth, IsReadyOnceItStarted) {
  hub_process hub;
  ASSERT_TRUE(hub.start()) << hub.last().err;
  EXPECT_EQ(hub.call("GET", "/livez").at("status"), 200);
  EXPECT_EQ(hub.call("GET", "/readyz").at("status"), 200);
  EXPECT_EQ(hub.call("GET", "/metrics").at("status"), 200);
}

} // namespace
} // namespace remora::test
