// Two hundred workers at one hub, each with the real socket and the real session.

#include <chrono>
#include <fstream>
#include <string>

#include <gmock/gmock.h>

#include "base/log.hpp"
#include "tests/bench/cluster/simulated_worker.hpp"
#include "tests/faults/fault_cluster.hpp"

namespace remora::test {
namespace {

#ifdef REMORA_SANITIZED
constexpr std::size_t workers = 20;
#else
constexpr std::size_t workers = 200;
constexpr long most_memory_kib = 256 * 1024;
#endif

/// The most memory a process has had.
long peak_kib(pid_t process) {
  std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6));
  return -1;
}

TEST(ManyWorkers, HaveEachRunAcknowledgedAndStoredOnce) {
  log::configure(log::level::error, log::format::text);
  fault_cluster cluster;
  cluster.hub().start();
  ASSERT_TRUE(fault_cluster::becomes([&] { return cluster.call("GET", "/readyz").first == 200; }))
      << cluster.hub().log();
  auto all = bench::simulated_cluster::start(cluster.link(), workers);
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_TRUE((*all)->all_are_welcome(std::chrono::minutes{2}));
  (*all)->set_load({1, 1, false, false});
  std::uint64_t sent = 0;
  std::uint64_t acknowledged = 0;
  const auto count = [&] {
    const auto since = (*all)->take_totals();
    sent += since.runs_sent;
    acknowledged += since.runs_acknowledged;
  };
  EXPECT_TRUE(fault_cluster::becomes([&] {
    count();
    return sent >= 5 * workers;
  })) << sent;
  (*all)->set_load({});
  EXPECT_TRUE(fault_cluster::becomes([&] {
    count();
    return acknowledged == sent;
  })) << acknowledged
      << " of " << sent;
  const auto page = cluster.call("GET", "/metrics").second;
  EXPECT_THAT(page, ::testing::HasSubstr("remora_hub_job_runs_stored_total " + std::to_string(sent) + "\n"));
  std::set<std::string> stored;
  std::string cursor;
  do {
    const auto runs =
        cluster.get("/api/v1/jobs/job-0/runs?limit=1000" + (cursor.empty() ? cursor : "&cursor=" + cursor));
    ASSERT_TRUE(runs.is_object());
    for (const auto& run : runs.at("items")) {
      const auto name = run.at("node").get<std::string>() + ' ' + run.at("planned").get<std::string>();
      EXPECT_TRUE(stored.insert(name).second) << name << " is stored twice";
    }
    cursor = runs.at("next").is_string() ? runs.at("next").get<std::string>() : std::string{};
  } while (!cursor.empty());
  EXPECT_EQ(stored.size(), sent);
  const auto peak = peak_kib(cluster.hub().id());
#ifndef REMORA_SANITIZED
  EXPECT_LT(peak, most_memory_kib);
#endif
  std::printf("workers %zu: %llu runs sent, acknowledged and stored once; hub at most %ld MiB\n", workers,
              static_cast<unsigned long long>(sent), peak / 1024);
}

} // namespace
} // namespace remora::test
