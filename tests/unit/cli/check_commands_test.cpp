#include <gmock/gmock.h>

#include "tests/unit/cli/cli_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ScriptsCheck : public CliTest {};

TEST_F(ScriptsCheck, NamesEveryScriptThatLoads) {
  remora::test::working_folder::write("a.js", "");
  remora::test::working_folder::write("b.js", "");
  EXPECT_EQ(remora({"scripts", "check", "b.js", "a.js"}), 0);
  EXPECT_EQ(out(), "a.js: ok\nb.js: ok\n");
  EXPECT_THAT(err(), IsEmpty());
}

TEST_F(ScriptsCheck, EndsWith2WhenOneDoesNotLoadAndJudgesTheOthers) {
  remora::test::working_folder::write("a.js", "WRONG");
  remora::test::working_folder::write("b.js", "");
  EXPECT_EQ(remora({"scripts", "check", "."}), 2);
  EXPECT_EQ(out(), "./b.js: ok\n");
  EXPECT_EQ(err(), "remora: ./a.js:1:4: SyntaxError: WRONG\n");
}

TEST_F(ScriptsCheck, JudgesAScriptWhoseTitleIsUsedAgain) {
  remora::test::working_folder::write("a.js", "// same\nWRONG");
  remora::test::working_folder::write("b.js", "// same");
  EXPECT_EQ(remora({"scripts", "check", "--log-level", "off", "a.js", "b.js"}), 2);
  EXPECT_EQ(out(), "b.js: ok\n");
}

TEST_F(ScriptsCheck, PrintsOneDocumentWithJson) {
  remora::test::working_folder::write("a.js", "WRONG");
  remora::test::working_folder::write("b.js", "// second");
  EXPECT_EQ(remora({"scripts", "check", "--json", "a.js", "b.js", "c.js"}), 2);
  EXPECT_EQ(out(), R"({"ok":false,"scripts":[{"file":"a.js","title":"a","ok":false,)"
                   R"("errors":["a.js:1:4: SyntaxError: WRONG"]},)"
                   R"({"file":"b.js","title":"second","ok":true,"errors":[]}],)"
                   R"("errors":["c.js: there is no such file or folder"]})"
                   "\n");
}

TEST_F(ScriptsCheck, GivesScriptsTheirEnvironment) {
  remora::test::working_folder::write("a.js", "");
  std::string env;
  where_.scripts.check_scripts = [&](const worker::run_options& options) {
    env = options.env_json;
    return std::vector<error>{};
  };
  EXPECT_EQ(remora({"scripts", "check", "a.js", "-e", "A=1", "--set", "scripting.env.B=2"}), 0) << err();
  EXPECT_EQ(env, R"({"B":2,"A":"1"})");
}

class ConfigCheck : public CliTest {
 protected:
  ConfigCheck() {
    remora::test::working_folder::write("good.yaml", "scripting:\n  env: {TOKEN: very-secret-token}\n");
  }
};

TEST_F(ConfigCheck, SaysOkForFilesThatAreRight) {
  EXPECT_EQ(remora({"config", "check", "good.yaml"}), 0);
  EXPECT_EQ(out(), "good.yaml: ok\n");
}

TEST_F(ConfigCheck, NamesEveryErrorWithItsPlace) {
  remora::test::working_folder::write("bad.yaml",
                                      "worker:\n  capture: {snaplen: 1}\nscriptnig:\n  source: a\n");
  EXPECT_EQ(remora({"config", "check", "bad.yaml"}), 2);
  EXPECT_THAT(err(), HasSubstr("remora: bad.yaml:2:"));
  EXPECT_THAT(err(), HasSubstr("remora: bad.yaml:3:1: unknown key `scriptnig`; did you mean `scripting`?"));
  EXPECT_THAT(out(), IsEmpty());
}

TEST_F(ConfigCheck, CompilesTheCaptureFilterAndFindsTheTimeZone) {
  remora::test::working_folder::write("filter.yaml", "worker:\n  capture:\n    filter: tcp prot 80\n");
  EXPECT_EQ(remora({"config", "check", "filter.yaml"}), 2);
  EXPECT_THAT(err(), HasSubstr("filter.yaml:3:13: worker.capture.filter: "));
  remora::test::working_folder::write("zone.yaml", "jobs: {timezone: Mars/Olympus}\n");
  EXPECT_EQ(remora({"config", "check", "zone.yaml"}), 2);
  EXPECT_THAT(err(), HasSubstr("zone.yaml:1:18: jobs.timezone: "));
}

TEST_F(ConfigCheck, ShowsTheSettingsThatResultWithoutSecrets) {
  EXPECT_EQ(remora({"config", "check", "--show", "good.yaml", "--set", "worker.name=here"}), 0);
  EXPECT_THAT(out(), HasSubstr("  name: \"here\"\n"));
  EXPECT_THAT(out(), HasSubstr("TOKEN"));
  EXPECT_THAT(out(), Not(HasSubstr("very-secret-token")));
}

TEST_F(ConfigCheck, PrintsOneDocumentWithJson) {
  EXPECT_EQ(remora({"config", "check", "--json", "good.yaml"}), 0);
  EXPECT_EQ(out(), "{\"ok\":true,\"files\":[\"good.yaml\"],\"errors\":[],\"warnings\":[]}\n");
}

TEST_F(ConfigCheck, PutsTheSettingsIntoTheDocumentAsATree) {
  EXPECT_EQ(remora({"config", "check", "--json", "--show", "good.yaml"}), 0);
  EXPECT_THAT(out(), HasSubstr(R"("settings":{"hub":{"data":"/var/lib/remora","http":{"listen":)"));
  EXPECT_THAT(out(), Not(HasSubstr("very-secret-token")));
}

TEST_F(ConfigCheck, SaysWhatIsWrongInJsonToo) {
  EXPECT_EQ(remora({"config", "check", "--json", "nowhere.yaml"}), 2);
  EXPECT_THAT(
      out(), ::testing::StartsWith(R"({"ok":false,"files":["nowhere.yaml"],"errors":[{"code":"not_found",)"));
}

} // namespace
} // namespace remora::cli::test
