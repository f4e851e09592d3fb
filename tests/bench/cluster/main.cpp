// remora-cluster-bench: measures a real hub with simulated workers on this machine.
#include <algorithm>
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

std::string script(int number) { return "// measured\nvar a = " + std::to_string(number) + ";\n"; }

/// From the moment a script's file is written until every worker has said that it runs it.
void measure_deployment(std::size_t workers) {
  test::hub_process hub;
  hub.write_script("measured.js", script(0));
  if (!hub.start()) std::exit((std::fputs(hub.last().err.c_str(), stderr), 1));
  auto cluster = simulated_cluster::start(hub.link(), workers);
  if (!cluster || !(*cluster)->all_run(1, seconds{30})) std::exit(1);
  std::vector<double> times;
  for (int i = 1; i <= 7; ++i) {
    std::this_thread::sleep_for(milliseconds{1'300}); // a burst of changes is one change
    const auto before = (*cluster)->lowest_generation();
    const auto start = clock_now::now();
    hub.write_script("measured.js", script(i));
    if (!(*cluster)->all_run(before + 1, seconds{30})) std::exit(1);
    times.push_back(std::chrono::duration<double, std::milli>(clock_now::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  std::printf("deployment  %4zu workers: saved file to running everywhere %.0f ms (%.0f..%.0f)\n", workers,
              times[times.size() / 2], times.front(), times.back());
}

void measure_load(std::size_t workers, const simulated_load& load, const char* name, seconds time) {
  test::hub_process hub;
  if (!hub.start()) std::exit(1);
  auto cluster = simulated_cluster::start(hub.link(), workers);
  if (!cluster || !(*cluster)->all_are_welcome(seconds{60})) std::exit(1);
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
  std::printf("\n");
}

} // namespace

int main() {
  log::configure(log::level::error, log::format::text);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  for (const std::size_t workers : {1U, 10U, 100U})
    measure_deployment(workers);
  measure_load(10, {}, "idle", seconds{10});
  measure_load(200, {}, "idle", seconds{10});
  measure_load(200, {1, 0, false, false}, "jobs", seconds{20});
  measure_load(200, {10, 10, false, false}, "jobs", seconds{20});
  measure_load(20, {0, 0, true, false}, "most runs", seconds{10});
  measure_load(20, {0, 0, false, true}, "most lines", seconds{10});
  return 0;
}
