// remora-worker as a program, alone and with a real hub. It captures on loopback, which takes CAP_NET_RAW.

#include <chrono>
#include <csignal>
#include <memory>
#include <netinet/in.h>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/integration/hub_process.hpp"

namespace remora::test {
namespace {

using ::testing::HasSubstr;

/// An address of loopback that nobody listens at.
std::string free_address() {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* generic = reinterpret_cast<sockaddr*>(&at); // NOLINT: what the socket API takes
  EXPECT_EQ(::bind(made, generic, size), 0);
  EXPECT_EQ(::getsockname(made, generic, &size), 0);
  ::close(made);
  return "127.0.0.1:" + std::to_string(ntohs(at.sin_port));
}

constexpr const char* ticking =
    "// ticking\n"
    "function onPacketCaptured() {}\n"
    "jobs.schedule('tick', '* * * * * *', function () { return 42; });\n"
    "console.log('loaded');\n";
constexpr const char* runs = "/api/v1/jobs/tick/runs?node=n1&limit=1000"; // not those of the hub itself

class WorkerProgram : public ::testing::Test {
 protected:
  std::vector<std::string> command(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> out{REMORA_WORKER_PROGRAM,
                                 "--set",
                                 "worker.name=n1",
                                 "--set",
                                 "worker.capture.interfaces[0]=lo",
                                 "--set",
                                 "worker.data=" + files_.path("data"),
                                 "--set",
                                 "worker.hub=" + link_,
                                 "--set",
                                 "worker.metrics.listen=" + metrics_};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  void start_worker() { worker_ = std::make_unique<process>(command()); }
  bool start_hub() { return hub_.start({"--set", "hub.link.listen=" + link_}); }
  /// The status of what the worker answers to GET, then a line feed and its body; 000 when nobody answers.
  std::string get(const std::string& path) const {
    process asks{{"curl", "-s", "-w", "%{stderr}%{http_code}", "http://" + metrics_ + path}};
    const auto answer = asks.wait();
    return answer.err + '\n' + answer.out;
  }
  /// Asks again and again, for at most half a minute, until it answers with this text in it.
  bool comes_to_say(const std::string& path, const std::string& text) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (get(path).find(text) == std::string::npos)
      if (std::chrono::steady_clock::now() > end) return false;
    return true;
  }
  finished end_worker(int signal) {
    worker_->send(signal);
    return worker_->wait();
  }

  void SetUp() override {
    process asks{command()};
    if (asks.complains("node-started")) return; // it captures
    const auto refused = asks.wait();
    ASSERT_THAT(refused.err, HasSubstr("CAP_NET_RAW"));
    GTEST_SKIP() << "not allowed to capture: " << refused.err;
  }

  work_folder files_;
  std::string link_ = free_address();
  std::string metrics_ = free_address();
  hub_process hub_;
  std::unique_ptr<process> worker_;
};

TEST_F(WorkerProgram, EndsWithSuccessWhenItIsTerminatedWithoutAHub) {
  start_worker();
  ASSERT_TRUE(worker_->complains("node-started"));
  EXPECT_EQ(end_worker(SIGTERM).status, 0);
}

TEST_F(WorkerProgram, IsInterruptedByAPerson) {
  start_worker();
  ASSERT_TRUE(worker_->complains("node-started"));
  EXPECT_EQ(end_worker(SIGINT).status, 130);
}

TEST_F(WorkerProgram, FailsWhenItsInterfaceDoesNotExist) {
  process wrong{command({"--set", "worker.capture.interfaces[0]=no-such-interface"})};
  const auto ended = wrong.wait();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr("no-such-interface"));
}

TEST_F(WorkerProgram, StartsNothingWhenItsFilterIsWrong) {
  process wrong{command({"--set", "worker.capture.filter=what is this"})};
  EXPECT_EQ(wrong.wait().status, 2);
}

TEST_F(WorkerProgram, DoesNotShareItsDataWithAnother) {
  start_worker();
  ASSERT_TRUE(worker_->complains("node-started"));
  process second{command()};
  const auto ended = second.wait();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr("process"));
}

TEST_F(WorkerProgram, WaitsForAHubThatStartsLater) {
  hub_.write_script("ticking.js", ticking);
  start_worker();
  ASSERT_TRUE(worker_->complains("node-started"));
  ASSERT_TRUE(start_hub()) << hub_.last().err;
  EXPECT_TRUE(worker_->complains("script-runs script=ticking"));
  EXPECT_TRUE(hub_.comes_to_say(runs, "\"result\":42"));
  EXPECT_EQ(end_worker(SIGTERM).status, 0);
  EXPECT_TRUE(hub_.comes_to_say("/api/v1/nodes", "\"condition\":\"stopped\""));
}

TEST_F(WorkerProgram, TakesANewVersionOfAScript) {
  hub_.write_script("a.js", "// a\nvar v = 1;\n");
  ASSERT_TRUE(start_hub()) << hub_.last().err;
  start_worker();
  ASSERT_TRUE(worker_->complains("script-runs script=a"));
  hub_.write_script("a.js", "// a\nconsole.log('the second');\n");
  EXPECT_TRUE(hub_.comes_to_say("/api/v1/console", "the second"));
}

TEST_F(WorkerProgram, RunsItsLastDeploymentWithoutAHubAndDeliversLater) {
  hub_.write_script("ticking.js", ticking);
  ASSERT_TRUE(start_hub()) << hub_.last().err;
  start_worker();
  ASSERT_TRUE(hub_.comes_to_say(runs, "\"result\":42"));
  hub_.stop(SIGKILL);
  EXPECT_TRUE(worker_->complains("link-lost"));
  end_worker(SIGKILL);
  start_worker();
  ASSERT_TRUE(worker_->complains("runs the last one"));
  ASSERT_TRUE(worker_->complains("script-runs script=ticking"));
  ASSERT_TRUE(worker_->complains("job-scheduled"));
  ASSERT_TRUE(start_hub()) << hub_.last().err;
  ASSERT_TRUE(worker_->complains("hub-welcomes"));
  const auto count = [this] { return hub_.get(runs)["items"].size(); };
  const std::size_t before = count();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (count() < before + 3 && std::chrono::steady_clock::now() < end) // each question takes a process
    continue;
  std::set<std::string> planned;
  const auto stored = hub_.get(runs);
  ASSERT_TRUE(stored.contains("items")) << stored.dump();
  for (const auto& run : stored["items"])
    EXPECT_TRUE(planned.insert(run["planned"].get<std::string>()).second) << "stored twice: " << run.dump();
  EXPECT_GE(planned.size(), 3U);
  EXPECT_EQ(end_worker(SIGTERM).status, 0);
}

// ---- what it serves to machines that watch

TEST_F(WorkerProgram, ShowsThePacketsThatItCaptured) {
  start_worker();
  ASSERT_TRUE(worker_->complains("http-listening"));
  // Asking makes packets on loopback, where it captures.
  EXPECT_TRUE(comes_to_say("/metrics", "\nremora_worker_capturing 1\n"));
  const auto packets = [this] {
    const std::string page = get("/metrics");
    const std::string name = "\nkubeshark_received_packets_total ";
    const auto at = page.find(name);
    return at == std::string::npos ? 0 : std::stoi(page.substr(at + name.size()));
  };
  const int before = packets();
  for (int i = 0; i < 100 && packets() <= before; ++i)
    continue;
  EXPECT_GT(packets(), before);
  EXPECT_TRUE(comes_to_say("/metrics", "\nremora_http_responses_total{class=\"2xx\"}"));
  EXPECT_EQ(end_worker(SIGTERM).status, 0);
}

TEST_F(WorkerProgram, IsReadyOnceTheScriptsOfItsHubRun) {
  hub_.write_script("ticking.js", ticking);
  start_worker();
  ASSERT_TRUE(worker_->complains("http-listening"));
  EXPECT_EQ(get("/livez"), "200\nok\n");
  EXPECT_THAT(get("/readyz"), HasSubstr("503\n"));
  EXPECT_THAT(get("/readyz"), HasSubstr("the hub was not reached"));
  ASSERT_TRUE(start_hub()) << hub_.last().err;
  EXPECT_TRUE(comes_to_say("/readyz", "200\nok\n"));
  EXPECT_THAT(get("/metrics"), HasSubstr("\nremora_script_active{script=\"ticking\"} 1\n"));
  EXPECT_TRUE(
      comes_to_say("/metrics", "\nremora_script_job_runs_total{script=\"ticking\",tag=\"tick\"} 2\n"));
  EXPECT_TRUE(comes_to_say(
      "/metrics", "\nremora_script_hook_seconds_total{script=\"ticking\",hook=\"onPacketCaptured\"} "));
  hub_.stop(SIGKILL);
  EXPECT_TRUE(worker_->complains("link-lost"));
  EXPECT_EQ(get("/readyz"), "200\nok\n") << "it goes on without its hub";
  EXPECT_EQ(end_worker(SIGTERM).status, 0);
}

TEST_F(WorkerProgram, WorksWithoutMetricsUntilItsPortIsFree) {
  work_folder others;
  auto other = std::make_unique<process>(command({"--set", "worker.data=" + others.path("data")}));
  ASSERT_TRUE(other->complains("http-listening"));
  start_worker();
  ASSERT_TRUE(worker_->complains("metrics-not-served"));
  EXPECT_TRUE(worker_->complains("or set worker.metrics.listen to another port"));
  other->send(SIGTERM);
  EXPECT_EQ(other->wait().status, 0);
  EXPECT_TRUE(worker_->complains("http-listening"));
  EXPECT_EQ(get("/livez"), "200\nok\n");
}

TEST_F(WorkerProgram, StartsNothingWhenItsMetricsAreToBeAtAnAddressOfAnother) {
  process wrong{command({"--set", "worker.metrics.listen=192.0.2.1:49100"})};
  const auto ended = wrong.wait();
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("worker.metrics.listen"));
}

} // namespace
} // namespace remora::test
