// remora-cluster-bench: measures a real hub with simulated workers on this machine.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/log.hpp"
#include "tests/bench/cluster/simulated_worker.hpp"
#include "tests/bench/cluster/store_alone.hpp"
#include "tests/integration/hub_process.hpp"

namespace {

using namespace remora;
using namespace remora::bench;
using std::chrono::milliseconds;
using std::chrono::seconds;
using clock_now = std::chrono::steady_clock;

/// What a process has used so far. Source: proc(5).
struct usage {
  double cpu_s = 0;
  double rss_mib = 0;
};
usage usage_of(pid_t process) {
  usage used;
  std::ifstream stat{"/proc/" + std::to_string(process) + "/stat"};
  std::string text{std::istreambuf_iterator<char>{stat}, {}};
  std::istringstream fields{text.substr(text.rfind(')') + 2)};
  std::string skipped;
  for (int i = 3; i < 14; ++i)
    fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  used.cpu_s = (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::ifstream memory{"/proc/" + std::to_string(process) + "/statm"};
  double pages = 0;
  memory >> pages >> pages;
  used.rss_mib = pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1048576;
  return used;
}

double percentile(std::vector<double>& of, double share) {
  if (of.empty()) return 0;
  std::sort(of.begin(), of.end());
  return of[static_cast<std::size_t>(share * static_cast<double>(of.size() - 1))];
}

/// What cannot be measured is said; a figure is never made up.
[[noreturn]] void give_up(const std::string& what, const test::hub_process* hub = nullptr) {
  std::fprintf(stderr, "remora-cluster-bench: %s\n%s", what.c_str(),
               hub == nullptr ? "" : hub->log().c_str());
  std::exit(1);
}

std::string script(int number) { return "// measured\nvar a = " + std::to_string(number) + ";\n"; }

/// From the moment a script's file is written until every worker has said that it runs it.
void measure_deployment(std::size_t workers) {
  test::hub_process hub;
  hub.write_script("measured.js", script(0));
  if (!hub.start()) give_up("the hub does not start: " + hub.last().err);
  auto cluster = simulated_cluster::start(hub.link(), workers);
  if (!cluster || !(*cluster)->all_run(1, seconds{30}))
    give_up("not all workers run the first deployment", &hub);
  std::vector<double> times;
  for (int i = 1; i <= 7; ++i) {
    std::this_thread::sleep_for(milliseconds{1'300}); // a burst of changes is one change
    const auto before = (*cluster)->lowest_generation();
    const auto start = clock_now::now();
    hub.write_script("measured.js", script(i));
    if (!(*cluster)->all_run(before + 1, seconds{30})) give_up("not all workers run what was saved", &hub);
    times.push_back(std::chrono::duration<double, std::milli>(clock_now::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  std::printf("deployment  %4zu workers: saved file to running everywhere %.0f ms (%.0f..%.0f)\n", workers,
              times[times.size() / 2], times.front(), times.back());
}

/// A real worker on loopback without traffic, and its hub without scripts.
void measure_idle_daemons(seconds time) {
  if (::geteuid() != 0) {
    std::puts("idle          a real worker: not measured, capturing needs root");
    return;
  }
  test::hub_process hub;
  if (!hub.start()) give_up("the hub does not start: " + hub.last().err);
  const test::work_folder folder;
  test::process worker{{REMORA_WORKER_PROGRAM, "--set", "worker.hub=" + hub.link(), "--set",
                        "worker.data=" + folder.path("data"), "--set", "worker.name=idle", "--set",
                        "worker.metrics.listen=127.0.0.1:0", "--set", "worker.capture.interfaces[0]=lo",
                        "--set", "worker.capture.filter=port 9"}};
  if (!hub.comes_to_say("/api/v1/nodes", "idle")) give_up("the worker does not join", &hub);
  std::this_thread::sleep_for(seconds{2});
  const auto hub_before = usage_of(hub.running().id());
  const auto worker_before = usage_of(worker.id());
  std::this_thread::sleep_for(time);
  const auto hub_after = usage_of(hub.running().id());
  const auto worker_after = usage_of(worker.id());
  const auto share = [&](const usage& before, const usage& after) {
    return 100 * (after.cpu_s - before.cpu_s) / std::chrono::duration<double>(time).count();
  };
  std::printf(
      "idle          real hub: CPU %.2f %%, %.0f MiB; real worker: CPU %.2f %%, %.0f MiB, 64 of them its "
      "capture "
      "buffer\n",
      share(hub_before, hub_after), hub_after.rss_mib, share(worker_before, worker_after),
      worker_after.rss_mib);
  worker.send(SIGTERM);
  static_cast<void>(worker.wait());
}

void measure_load(std::size_t workers, const simulated_load& load, const char* name, seconds time,
                  const store_speed* against = nullptr) {
  test::hub_process hub;
  if (!hub.start()) give_up("the hub does not start: " + hub.last().err);
  auto cluster = simulated_cluster::start(hub.link(), workers);
  if (!cluster || !(*cluster)->all_are_welcome(seconds{60})) give_up("not all workers were welcomed", &hub);
  (*cluster)->set_load(load);
  std::this_thread::sleep_for(seconds{3});
  (*cluster)->take_totals();
  const auto before = usage_of(hub.running().id());
  const auto start = clock_now::now();
  std::this_thread::sleep_for(time);
  auto totals = (*cluster)->take_totals();
  const double took = std::chrono::duration<double>(clock_now::now() - start).count();
  const auto after = usage_of(hub.running().id());
  std::printf("%-11s %4zu workers: %8.0f runs/s %8.0f lines/s stored, hub CPU %.1f %%, %.0f MiB", name,
              workers, static_cast<double>(totals.runs_acknowledged) / took,
              static_cast<double>(totals.lines_acknowledged) / took,
              100 * (after.cpu_s - before.cpu_s) / took, after.rss_mib);
  if (!totals.delays_ms.empty()) {
    std::printf(", planned to stored p50 %.0f ms p99 %.0f ms", percentile(totals.delays_ms, 0.5),
                percentile(totals.delays_ms, 0.99));
  }
  if (against != nullptr && totals.runs_acknowledged > 0)
    std::printf(", %.2f of the store alone",
                static_cast<double>(totals.runs_acknowledged) / took / against->runs_per_second);
  if (against != nullptr && totals.lines_acknowledged > 0)
    std::printf(", %.2f of the store alone",
                static_cast<double>(totals.lines_acknowledged) / took / against->lines_per_second);
  std::printf("\n");
}

} // namespace

int main(int argc, char**) {
  if (argc > 1) {
    std::puts(
        "remora-cluster-bench: measures a real hub with simulated workers, and a real worker when run by "
        "root. Takes\n"
        "no arguments and two minutes; close what else is running. docs/benchmarks.md says how to read it.");
    return 0;
  }
  log::configure(log::level::error, log::format::text);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  for (const std::size_t workers : {1U, 10U, 100U})
    measure_deployment(workers);
  measure_idle_daemons(seconds{20});
  measure_load(10, {}, "idle", seconds{10});
  measure_load(200, {}, "idle", seconds{10});
  measure_load(200, {1, 0, false, false}, "jobs", seconds{20});
  measure_load(200, {10, 10, false, false}, "jobs", seconds{20});
  const auto alone = measure_store(seconds{5});
  std::printf("store alone               %8.0f runs/s %8.0f lines/s\n", alone.runs_per_second,
              alone.lines_per_second);
  measure_load(20, {0, 0, true, false}, "most runs", seconds{10}, &alone);
  measure_load(20, {0, 0, false, true}, "most lines", seconds{10}, &alone);
  return 0;
}
