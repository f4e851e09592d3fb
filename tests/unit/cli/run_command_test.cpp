#include <fcntl.h>

#include <gmock/gmock.h>

#include "tests/unit/cli/cli_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RunCommand : public CliTest {
 protected:
  RunCommand() {
    remora::test::working_folder::write("a.js", "// first");
    remora::test::working_folder::write("b.js", "// second");
  }
  static console_line says(const std::string& script, const std::string& text,
                           console_level level = console_level::log) {
    return {timestamp{}, "n", script, level, text};
  }
};

TEST_F(RunCommand, PrintsWhatScriptsSayAndASummaryBesideIt) {
  during_ = [](auto& records, const auto&) { records.console(says("first", "hello")); };
  answer_->packets = 5;
  EXPECT_EQ(remora({"run", "a.js", "-r", "x.pcap"}), 0);
  EXPECT_EQ(out(), "hello\n");
  EXPECT_THAT(err(), ::testing::StartsWith("packets         5 "));
}

TEST_F(RunCommand, PutsTitlesInFrontWhenThereAreSeveralScripts) {
  during_ = [](auto& records, const auto&) {
    records.console(says("first", "one"));
    records.console(says("second", "two", console_level::error));
  };
  EXPECT_EQ(remora({"run", "-q", "a.js", "b.js", "-r", "x.pcap"}), 0);
  EXPECT_EQ(out(), "[first] one\n");
  EXPECT_EQ(err(), "[second] two\n");
}

TEST_F(RunCommand, PrintsJsonRecordsAndNothingElseWithJson) {
  during_ = [](auto& records, const auto&) { records.console(says("first", "hello")); };
  EXPECT_EQ(remora({"run", "--json", "a.js", "-r", "x.pcap"}), 0);
  EXPECT_THAT(out(), ::testing::MatchesRegex("\\{\"type\":\"console\".*\\}\n\\{\"type\":\"summary\".*\\}\n"));
}

TEST_F(RunCommand, PrintsNoSummaryWithQuiet) {
  EXPECT_EQ(remora({"run", "--json", "--quiet", "a.js", "-r", "x.pcap"}), 0);
  EXPECT_THAT(out(), IsEmpty());
  EXPECT_THAT(err(), IsEmpty());
}

TEST_F(RunCommand, EndsWith1WhenSomethingWentWrongOnTheWay) {
  answer_->problems = {{errc::capture_damaged, "x.pcap: cut off at offset 24"}};
  EXPECT_EQ(remora({"run", "a.js", "-r", "x.pcap"}), 1);
  EXPECT_THAT(err(), HasSubstr("remora: x.pcap: cut off at offset 24\n"));
  EXPECT_THAT(err(), HasSubstr("packets "));
}

TEST_F(RunCommand, EndsWith130WhenItWasInterrupted) {
  answer_->interrupted = true;
  answer_->problems = {{errc::capture_damaged, "x"}};
  EXPECT_EQ(remora({"run", "a.js", "-r", "x.pcap"}), 130);
}

TEST_F(RunCommand, LeavesAtOnceWith1WhenAScriptIsStuck) {
  answer_->scripts.resize(1);
  answer_->scripts[0].stuck = true;
  EXPECT_EQ(remora({"run", "a.js", "-r", "x.pcap"}), 1);
  EXPECT_TRUE(ended_.leave_at_once);
}

TEST_F(RunCommand, EndsWith0WhenScriptsThrew) {
  answer_->scripts.resize(1);
  answer_->scripts[0].errors = 3;
  EXPECT_EQ(remora({"run", "a.js", "-r", "x.pcap"}), 0);
  EXPECT_FALSE(ended_.leave_at_once);
}

TEST_F(RunCommand, StopsTheRunAndEndsWith1WhenItsOutputIsLost) {
  where_.out = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  bool stopped = false;
  during_ = [&](auto& records, const auto& stop) {
    records.console(says("first", std::string(100'000, 'x')));
    stopped = stop;
    answer_->interrupted = stop;
  };
  EXPECT_EQ(remora({"run", "a.js", "-r", "x.pcap"}), 1);
  EXPECT_TRUE(stopped);
  EXPECT_THAT(err(), HasSubstr("remora: standard output cannot be written: No space left on device"));
  ::close(where_.out);
}

struct failed_start {
  errc code;
  int status;
};

TEST_F(RunCommand, TellsWrongUsageFromAFailingMachineWhenItCannotStart) {
  for (const auto& [code, status] :
       {failed_start{errc::invalid_script, 2}, failed_start{errc::script_threw, 2},
        failed_start{errc::unknown_interface, 2}, failed_start{errc::invalid_filter, 2},
        failed_start{errc::not_found, 2}, failed_start{errc::permission_denied, 1},
        failed_start{errc::not_a_capture, 1}, failed_start{errc::unknown_link_type, 1},
        failed_start{errc::io_failed, 1}}) {
    answer_ = tl::unexpected<std::vector<error>>({error{code, "why it failed"}});
    EXPECT_EQ(remora({"run", "a.js"}), status) << to_string(code);
  }
  EXPECT_THAT(err(), HasSubstr("remora: why it failed\n"));
  EXPECT_THAT(err(), Not(HasSubstr("packets ")));
}

TEST_F(RunCommand, RunsTheScriptsOfTheConfigurationWhenNoneAreNamed) {
  EXPECT_EQ(remora({"run", "--set", "scripting.sources=b.js", "-r", "x.pcap"}), 0) << err();
  ASSERT_EQ(asked_->scripts.size(), 1u);
  EXPECT_EQ(asked_->scripts[0].title, "second");
}

TEST_F(RunCommand, RunsOnlyActiveScripts) {
  EXPECT_EQ(remora({"run", ".", "--set", "scripting.active=second", "-r", "x.pcap"}), 0) << err();
  ASSERT_EQ(asked_->scripts.size(), 1u);
  EXPECT_EQ(asked_->scripts[0].title, "second");
}

TEST_F(RunCommand, RefusesToRunNothing) {
  EXPECT_EQ(remora({"run", ".", "--set", "scripting.active=third", "-r", "x.pcap"}), 2);
  EXPECT_THAT(err(), HasSubstr("scripting.active names none"));
  EXPECT_FALSE(asked_);
}

TEST_F(RunCommand, RefusesToRunWhenScriptingIsDisabled) {
  EXPECT_EQ(remora({"run", "a.js", "--set", "scripting.enabled=false"}), 2);
  EXPECT_THAT(err(), HasSubstr("scripting.enabled is false"));
}

TEST_F(RunCommand, LetsSetWinOverTheEnvironmentAndThatOverFiles) {
  remora::test::working_folder::write("c.yaml", "worker: {name: from-file}\n");
  EXPECT_EQ(remora({"run", "a.js", "--config", "c.yaml"}), 0);
  EXPECT_EQ(asked_->node_name, "from-file");
  where_.environment["REMORA_WORKER__NAME"] = "from-environment";
  EXPECT_EQ(remora({"run", "a.js", "--config", "c.yaml"}), 0);
  EXPECT_EQ(asked_->node_name, "from-environment");
  EXPECT_EQ(remora({"run", "a.js", "--config", "c.yaml", "--set", "worker.name=from-set"}), 0);
  EXPECT_EQ(asked_->node_name, "from-set");
  EXPECT_EQ(remora({"run", "a.js", "--set", "worker.name=from-set", "--node-name", "own"}), 0);
  EXPECT_EQ(asked_->node_name, "own");
}

TEST_F(RunCommand, KeepsTypesOfTheConfiguredEnvironment) {
  remora::test::working_folder::write("c.yaml", "scripting: {env: {N: 25, B: true, T: '25', L: [1, two]}}\n");
  EXPECT_EQ(remora({"run", "a.js", "--config", "c.yaml", "-e", "X=1"}), 0) << err();
  EXPECT_EQ(asked_->env_json, R"({"N":25,"B":true,"T":"25","L":[1,"two"],"X":"1"})");
}

} // namespace
} // namespace remora::cli::test
