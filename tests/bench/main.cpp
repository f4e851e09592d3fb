// remora-bench: measures remora beside its peers on this machine. docs/benchmarks.md says how to read the
// figures.
#include <cstdio>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

#include "tests/bench/lines.hpp"
#include "tests/bench/report.hpp"

namespace {

using namespace remora;
using namespace remora::bench;

struct options {
  std::string folder = REMORA_BENCH_FOLDER;
  std::string peers = REMORA_BENCH_PEERS;
  std::string remora;
  std::string only;
  int rounds = 0;
  bool quick = false;
  bool json = false;
  bool list = false;
};

constexpr std::chrono::seconds run_limit{300};
constexpr std::uint64_t quick_packets = 100'000;

std::string beside_this_program(const char* name) {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / name;
}

/// Progress goes to standard error, so that standard output holds the report alone.
report_line measure(const comparison& line, const run_plan& plan) {
  if (line.ours.missing.empty() && line.theirs.missing.empty())
    std::fprintf(stderr, "%s: %s and %s, %d pairs\n", line.id.c_str(), line.ours.name.c_str(),
                 line.theirs.name.c_str(), plan.warm_ups + plan.rounds);
  return {line, compare(line, plan, [](const std::vector<std::string>& command) {
            return run_process(command, run_limit);
          })};
}

/// @returns 0; 1 when a line is wrong. A slow line is no failure: what it means is for a person to judge.
result<int> run(const options& chosen) {
  capture_plan capture_wanted;
  if (chosen.quick) capture_wanted.packets = quick_packets;
  auto capture = find_or_make_capture(chosen.folder, capture_wanted);
  if (!capture) return pass_on(std::move(capture));
  const workshop places{chosen.remora.empty() ? beside_this_program("remora") : chosen.remora,
                        beside_this_program("bench-duktape-loop"), chosen.peers, chosen.folder};
  auto lines = all_lines(places, *capture);
  if (!lines) return pass_on(std::move(lines));

  run_plan plan;
  if (chosen.quick) plan.rounds = 2;
  if (chosen.rounds > 0) plan.rounds = chosen.rounds;
  std::vector<report_line> report;
  int status = 0;
  for (comparison& line : *lines) {
    if (chosen.quick)
      line.goal = line.defect_below = std::nullopt; // starting up would be most of what is judged
    if (line.id.find(chosen.only) == std::string::npos) continue;
    if (chosen.list) {
      std::printf("%-18s %s\n", line.id.c_str(), line.title.c_str());
      continue;
    }
    report.push_back(measure(line, plan));
    if (report.back().result.judgement == verdict::wrong) status = 1;
  }
  if (chosen.list) return 0;
  if (report.empty())
    return fail(errc::invalid_usage, "no line contains \"" + chosen.only + "\"; see --list");
  const ground_truth& truth = capture->truth;
  if (!chosen.json) {
    std::printf("%llu packets, %llu bytes, %llu cut short, %llu fragments; %d pairs after %d to warm up\n\n",
                static_cast<unsigned long long>(truth.packets),
                static_cast<unsigned long long>(truth.wire_bytes),
                static_cast<unsigned long long>(truth.truncated),
                static_cast<unsigned long long>(truth.fragmented), plan.rounds, plan.warm_ups);
  }
  std::fputs((chosen.json ? to_json(report) : to_table(report)).c_str(), stdout);
  return status;
}

} // namespace

int main(int argc, char** argv) {
  options chosen;
  CLI::App app{"Measures remora beside its peers: pairs of whole processes, ratios within one run.",
               "remora-bench"};
  app.add_option("--only", chosen.only, "measure the lines whose name contains this text");
  app.add_flag("--quick", chosen.quick, "100,000 packets, 2 pairs, no verdicts: a look, not a measurement");
  app.add_option("--rounds", chosen.rounds, "pairs that count (default 5)")->check(CLI::Range(1, 1000));
  app.add_option("--dir", chosen.folder, "folder of the captures")->capture_default_str();
  app.add_option("--remora", chosen.remora, "the program to measure (default: beside this one)");
  app.add_option("--peers", chosen.peers, "folder of the peers' programs")->capture_default_str();
  app.add_flag("--json", chosen.json, "print one JSON document");
  app.add_flag("--list", chosen.list, "print the lines and do nothing");
  CLI11_PARSE(app, argc, argv);

  const auto status = run(chosen);
  if (status) return *status;
  std::fprintf(stderr, "remora-bench: %s\n", status.error().message.c_str());
  return 1;
}
