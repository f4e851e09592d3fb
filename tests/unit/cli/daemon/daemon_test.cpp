#include "cli/daemon/daemon.hpp"

#include <csignal>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>

#include "../cli_fixture.hpp"
#include "cli/daemon/daemon_program.hpp"
#include "manager_socket.hpp"

namespace remora::cli::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// What a daemon of a test was told, and what it answers.
struct diary {
  std::vector<std::string> told;
  std::function<void(int)> on_look; ///< With the number of the look.
  std::vector<error> refuses_to_start;
  std::vector<std::string> watches;
  std::optional<error> failure;
  std::string status = "well";
  bool healthy = true;
  bool ends = true;
};

TEST(DaemonSignals, LeaveTheProcessAliveWhenOneComesAtTheVeryEnd) {
  for (int i = 0; i < 300; ++i) {
    const daemon_signals one;
    ::kill(::getpid(), SIGTERM);
    ::kill(::getpid(), SIGTERM); // comes when nobody takes signals any more
  }
}

class noting_daemon final : public daemon {
 public:
  explicit noting_daemon(diary& to) : to_{to} {}

  tl::expected<void, std::vector<error>> start(const config::settings& settings,
                                               std::function<void()> wake) override {
    to_.told.push_back("start " + settings.worker.name);
    wake_ = std::move(wake);
    wake_();
    if (to_.refuses_to_start.empty()) return {};
    return tl::unexpected<std::vector<error>>(to_.refuses_to_start);
  }
  void apply(const config::settings_change& change, const config::settings&) override {
    to_.told.push_back("apply " + config::describe(change));
  }
  std::vector<std::string> files_to_watch(const config::settings&) const override { return to_.watches; }
  void files_changed() override { to_.told.emplace_back("files changed"); }
  void look() override {
    if (to_.on_look) to_.on_look(++looks_);
    wake_(); // the test need not wait
  }
  std::optional<error> failure() const override { return to_.failure; }
  bool is_healthy() const override { return to_.healthy; }
  std::string status_text() const override { return to_.status; }
  bool stop() override {
    to_.told.emplace_back("stop");
    return to_.ends;
  }

 private:
  diary& to_;
  std::function<void()> wake_;
  int looks_ = 0;
};

class Daemon : public CliTest {
 protected:
  Daemon() {
    notes_.on_look = [](int) { send(SIGTERM); };
  }
  static void send(int signal) { ::kill(::getpid(), signal); }

  int run(const std::vector<std::string>& arguments = {}) {
    ended_ = run_daemon(
        where_, facts_, arguments, [this] { return std::make_unique<noting_daemon>(notes_); }, &signals_);
    return static_cast<int>(ended_.status);
  }

  daemon_signals signals_; // before anything may start a thread
  daemon_facts facts_{"remora-test", "Does nothing.", "  remora-test\n", {"hub"}, {}};
  diary notes_;
};

TEST_F(Daemon, ShowsItsHelp) {
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_THAT(out(), StartsWith("Usage: remora-test [options]\n\nDoes nothing."));
  for (const char* option : {"--config", "--set", "--log-level", "--log-format", "--version"})
    EXPECT_THAT(out(), HasSubstr(option));
  EXPECT_THAT(notes_.told, IsEmpty());
}

TEST_F(Daemon, ShowsItsVersion) {
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_EQ(out(), "remora-test " + program_version() + "\n");
}

struct refused_case {
  std::vector<std::string> arguments;
  const char* because;
};

TEST_F(Daemon, StartsNothingWhenTheCommandLineIsWrong) {
  const std::vector<refused_case> cases{
      {{"--nonsense"}, "remora-test --help lists the options"},
      {{"operand"}, "unexpected argument \"operand\""},
      {{"--log-level", "loud"}, "--log-level \"loud\": no such level"},
      {{"--config", "absent.yaml"}, "absent.yaml"},
      {{"--set", "worker.nonsense=a"}, "unknown key `worker.nonsense`"},
  };
  for (const auto& [arguments, because] : cases) {
    EXPECT_EQ(run(arguments), 2);
    EXPECT_THAT(err(), HasSubstr(because));
  }
  EXPECT_THAT(notes_.told, IsEmpty());
}

TEST_F(Daemon, EndsWellWhenItIsTerminated) {
  EXPECT_EQ(run({"--set", "worker.name=n1"}), 0);
  EXPECT_THAT(notes_.told, ElementsAre("start n1", "stop"));
}

TEST_F(Daemon, EndsAsInterruptedWhenAPersonInterruptsIt) {
  notes_.on_look = [](int) { send(SIGINT); };
  EXPECT_EQ(run(), 130);
  EXPECT_THAT(notes_.told, Contains("stop"));
}

TEST_F(Daemon, HeedsASignalThatCameBeforeItHadStarted) {
  send(SIGTERM);
  notes_.on_look = [](int look) { EXPECT_LT(look, 1'000) << "the signal was lost"; };
  EXPECT_EQ(run(), 0);
}

TEST_F(Daemon, SaysWhyItCannotStart) {
  notes_.refuses_to_start = {{errc::permission_denied, "no capture"}, {errc::io_failed, "no disk"}};
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(err(), "remora: no capture\nremora: no disk\n");
  EXPECT_THAT(notes_.told, Not(Contains("stop")));
}

TEST_F(Daemon, EndsWithWrongUsageWhenTheConfigurationKeepsItFromStarting) {
  notes_.refuses_to_start = {{errc::invalid_filter, "what filter is this"}};
  EXPECT_EQ(run(), 2);
}

TEST_F(Daemon, StopsAndFailsWhenItCannotGoOn) {
  notes_.on_look = [this](int) { notes_.failure = error{errc::io_failed, "the disk is gone"}; };
  EXPECT_EQ(run({"--log-level", "off"}), 1);
  EXPECT_THAT(notes_.told, Contains("stop"));
}

TEST_F(Daemon, LeavesAtOnceWhenAPartOfItDoesNotEnd) {
  notes_.ends = false;
  EXPECT_EQ(run(), 0);
  EXPECT_TRUE(ended_.leave_at_once);
}

TEST_F(Daemon, AppliesWhatChangedWhenItIsToldTo) {
  folder_.write("a.yaml", "worker: {limits: {flows: 2000}}\n");
  notes_.on_look = [this](int look) {
    if (look == 1) {
      folder_.write("a.yaml", "worker: {limits: {flows: 3000}, name: other}\n");
      send(SIGHUP);
    } else if (notes_.told.size() > 1) {
      send(SIGTERM);
    }
  };
  EXPECT_EQ(run({"--config", "a.yaml", "--log-level", "off"}), 0);
  EXPECT_THAT(notes_.told,
              Contains("apply changed: worker.limits.flows; takes effect with a restart: worker.name"));
}

TEST_F(Daemon, NoticesThatItsConfigurationChanged) {
  folder_.write("a.yaml", "worker: {limits: {flows: 2000}}\n");
  notes_.on_look = [this](int look) {
    if (look == 1) folder_.write("a.yaml", "worker: {limits: {flows: 3000}}\n");
    if (notes_.told.size() > 1) send(SIGTERM);
  };
  EXPECT_EQ(run({"--config", "a.yaml", "--log-level", "off"}), 0);
  EXPECT_THAT(notes_.told, Contains("apply changed: worker.limits.flows"));
}

TEST_F(Daemon, KeepsItsSettingsWhenTheNewOnesAreWrong) {
  folder_.write("a.yaml", "worker: {limits: {flows: 2000}}\n");
  notes_.watches = {"scripts"};
  notes_.on_look = [this](int look) {
    if (look == 1) {
      folder_.write("a.yaml", "worker: {limits: {flows: 3000}, nonsense: 1}\n");
      send(SIGHUP);
    }
    if (notes_.told.size() > 1) send(SIGTERM); // files changed: told after every reload that was asked for
  };
  EXPECT_EQ(run({"--config", "a.yaml", "--log-level", "off"}), 0);
  EXPECT_THAT(notes_.told, Not(Contains(StartsWith("apply"))));
}

TEST_F(Daemon, DoesNotLoseTheLogLevelOfItsCommandLineInAReload) {
  folder_.write("a.yaml", "log: {level: info}\n");
  notes_.on_look = [this](int look) {
    if (look == 1) {
      folder_.write("a.yaml", "log: {level: warning}\nworker: {limits: {flows: 3000}}\n");
      send(SIGHUP);
    } else if (notes_.told.size() > 1) {
      send(SIGTERM);
    }
  };
  EXPECT_EQ(run({"--config", "a.yaml", "--log-level", "off"}), 0);
  EXPECT_THAT(notes_.told, Contains("apply changed: worker.limits.flows"));
  EXPECT_FALSE(log::enabled(log::level::error));
}

TEST_F(Daemon, PassesOverSectionsThatAreNotItsOwn) {
  folder_.write("a.yaml", "hub: {data: /a}\nworker: {limits: {flows: 2000}}\n");
  notes_.on_look = [this](int look) {
    if (look == 1) {
      folder_.write("a.yaml", "hub: {data: /b}\nworker: {limits: {flows: 3000}}\n");
      send(SIGHUP);
    } else if (notes_.told.size() > 1) {
      send(SIGTERM);
    }
  };
  EXPECT_EQ(run({"--config", "a.yaml", "--log-level", "off"}), 0);
  EXPECT_THAT(notes_.told, Contains("apply changed: worker.limits.flows"));
}

TEST_F(Daemon, IsToldThatItsFilesChanged) {
  folder_.write("scripts/a.js", "1");
  notes_.watches = {"scripts"};
  notes_.on_look = [this](int) {
    if (notes_.told.size() > 1) send(SIGTERM);
  };
  EXPECT_EQ(run(), 0);
  EXPECT_THAT(notes_.told, ElementsAre("start ", "files changed", "stop"));
}

class ManagedDaemon : public Daemon {
 protected:
  ManagedDaemon() { where_.environment["NOTIFY_SOCKET"] = std::filesystem::absolute("notify"); }
  manager_socket manager_{std::filesystem::absolute("notify")};
};

TEST_F(ManagedDaemon, TellsItsManagerFromItsStartToItsEnd) {
  EXPECT_EQ(run(), 0);
  EXPECT_THAT(manager_.heard(), ElementsAre("READY=1\nSTATUS=well\n", "STOPPING=1\n"));
}

TEST_F(ManagedDaemon, TellsThatItIsAliveWhenItIsWatched) {
  where_.environment["WATCHDOG_USEC"] = "600000000";
  EXPECT_EQ(run(), 0);
  EXPECT_THAT(manager_.heard(), ElementsAre("READY=1\nSTATUS=well\n", "WATCHDOG=1\n", "STOPPING=1\n"));
}

TEST_F(ManagedDaemon, TellsWhenWhatItDoesChanges) {
  notes_.on_look = [this](int look) {
    notes_.status = "busy";
    if (look == 3) send(SIGTERM);
  };
  EXPECT_EQ(run(), 0);
  const auto heard = manager_.heard();
  EXPECT_EQ(std::count(heard.begin(), heard.end(), "STATUS=busy\n"), 1);
}

TEST_F(ManagedDaemon, DoesNotCallItselfAliveWhileItIsIll) {
  where_.environment["WATCHDOG_USEC"] = "600000000";
  notes_.healthy = false;
  EXPECT_EQ(run(), 0);
  EXPECT_THAT(manager_.heard(), Not(Contains("WATCHDOG=1\n")));
}

TEST_F(ManagedDaemon, TellsThatItReloads) {
  notes_.watches = {"scripts"};
  notes_.on_look = [this](int look) {
    if (look == 1) send(SIGHUP);
    if (notes_.told.size() > 1) send(SIGTERM);
  };
  EXPECT_EQ(run(), 0);
  const auto heard = manager_.heard();
  EXPECT_THAT(heard, Contains(StartsWith("RELOADING=1\n")));
  EXPECT_GE(std::count(heard.begin(), heard.end(), "READY=1\nSTATUS=well\n"), 2);
}

} // namespace
} // namespace remora::cli::test
