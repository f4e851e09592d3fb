#include "tests/bench/cluster/store_alone.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "hub/store/console_store.hpp"
#include "hub/store/job_store.hpp"
#include "hub/store/open_store.hpp"
#include "tests/integration/remora_process.hpp"

namespace remora::bench {

namespace {

using clock_now = std::chrono::steady_clock;

constexpr std::size_t batch = 4'000; ///< 20 workers with 200 records each wait while one batch is written.

template <class T>
T must(result<T> done) {
  if (done) return *std::move(done);
  std::fprintf(stderr, "remora-cluster-bench: the store: %s\n", done.error().message.c_str());
  std::exit(1);
}

/// @param append Stores a batch. @returns records a second.
template <class Append>
double rate_of(std::chrono::milliseconds time, Append append) {
  const auto start = clock_now::now();
  std::size_t stored = 0;
  while (clock_now::now() - start < time)
    stored += append();
  return static_cast<double>(stored) / std::chrono::duration<double>(clock_now::now() - start).count();
}

} // namespace

store_speed measure_store(std::chrono::milliseconds time_for_each) {
  const test::work_folder folder;
  auto opened = must(hub::open_store({folder.path("data"), gib(8)}));
  hub::job_store runs{*opened.data};
  hub::console_store lines{*opened.data};
  std::uint64_t number = 0;
  store_speed speed;
  speed.runs_per_second = rate_of(time_for_each, [&] {
    std::vector<protocol::numbered_run> all(batch);
    for (std::size_t i = 0; i < batch; ++i) {
      all[i].id = ++number;
      job_run& run = all[i].run;
      run.node = "node-" + std::to_string(i % 20);
      run.script = "simulated";
      run.tag = "job-" + std::to_string(i % 10);
      run.planned = wall_now();
      run.started = run.planned;
      run.result_json = "1";
    }
    must(runs.append(all, wall_now()));
    return batch;
  });
  speed.lines_per_second = rate_of(time_for_each, [&] {
    std::vector<protocol::numbered_line> all(batch);
    for (auto& one : all)
      one = {
          ++number,
          {wall_now(), "node-1", "simulated", console_level::log, "a line of a script, as it prints them"}};
    return must(lines.append(1, std::move(all), wall_now())).stored;
  });
  return speed;
}

} // namespace remora::bench
