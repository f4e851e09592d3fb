#include "tests/bench/comparison.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace remora::bench {

namespace {

/// What one run of one side yields when nothing was wrong with it.
struct measured_run {
  double seconds = 0;
  run_outcome outcome;
};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::size_t count_totals(const std::string& out, const std::string& totals) {
  std::istringstream lines{out};
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);)
    if (line == totals || ends_with(line, "] " + totals)) ++count;
  return count;
}

/// The number on the line "LABEL number"; 0 when there is none.
double labelled_seconds(const std::string& out, const std::string& label) {
  std::istringstream lines{out};
  for (std::string line; std::getline(lines, line);)
    if (line.rfind(label + " ", 0) == 0) return std::strtod(line.c_str() + label.size() + 1, nullptr);
  return 0;
}

/// The beginning of a text, for a remark of one line.
std::string first_line(const std::string& text) {
  return text.substr(0, std::min(text.find('\n'), std::size_t{120}));
}

/// The first thing wrong with a run, or nothing.
std::string fault_of(const program& who, const run_outcome& outcome) {
  if (outcome.timed_out) return who.name + " did not end in time";
  if (outcome.exit_status != 0) {
    return who.name + " ended with status " + std::to_string(outcome.exit_status) + ": " +
           first_line(outcome.err);
  }
  if (!who.totals.empty() && count_totals(outcome.out, who.totals) != who.totals_count) {
    return who.name + " must print \"" + who.totals + "\" " + std::to_string(who.totals_count) +
           " times, but printed \"" + first_line(outcome.out) + "\"";
  }
  if (outcome.out.find(who.evidence) == std::string::npos)
    return who.name + " must print " + who.evidence + ", but printed \"" + first_line(outcome.out) + "\"";
  if (!who.clock_label.empty() && labelled_seconds(outcome.out, who.clock_label) <= 0)
    return who.name + " printed no line \"" + who.clock_label + " seconds\"";
  return {};
}

result<measured_run> run_once(const program& who, const runner& run) {
  auto outcome = run(who.command);
  if (!outcome) return pass_on(std::move(outcome));
  std::string fault = fault_of(who, *outcome);
  if (!fault.empty()) return fail(errc::io_failed, std::move(fault));
  const double seconds =
      who.clock_label.empty() ? outcome->wall_s : labelled_seconds(outcome->out, who.clock_label);
  return measured_run{std::max(seconds, 1e-9), std::move(*outcome)};
}

side_figures figures_of(const program& who, const std::vector<measured_run>& runs) {
  side_figures figures;
  std::vector<double> speeds;
  std::vector<double> cpu;
  for (const measured_run& run : runs) {
    speeds.push_back(who.work / run.seconds);
    cpu.push_back(run.outcome.cpu_s);
    figures.peak_rss_mib =
        std::max(figures.peak_rss_mib, static_cast<double>(run.outcome.peak_rss_bytes) / (1 << 20));
  }
  figures.speed = spread_of(std::move(speeds));
  figures.cpu_s = spread_of(std::move(cpu));
  return figures;
}

verdict judge(const comparison& line, double ratio) {
  if (line.defect_below && ratio < *line.defect_below) return verdict::defect;
  if (!line.goal) return verdict::measured;
  return ratio >= *line.goal ? verdict::goal_met : verdict::below_goal;
}

} // namespace

spread spread_of(std::vector<double> figures) {
  std::sort(figures.begin(), figures.end());
  const std::size_t half = figures.size() / 2;
  const double median = figures.size() % 2 == 1 ? figures[half] : (figures[half - 1] + figures[half]) / 2;
  return {median, figures.front(), figures.back()};
}

std::string_view to_string(verdict value) noexcept {
  switch (value) {
    case verdict::measured:
      return "measured";
    case verdict::goal_met:
      return "goal met";
    case verdict::below_goal:
      return "below goal";
    case verdict::defect:
      return "DEFECT";
    case verdict::wrong:
      return "WRONG";
    case verdict::skipped:
      return "skipped";
  }
  return "unknown";
}

comparison_result compare(const comparison& line, const run_plan& plan, const runner& run) {
  comparison_result judged;
  for (const program* who : {&line.ours, &line.theirs}) {
    if (who->missing.empty()) continue;
    judged.remark = who->missing;
    return judged;
  }
  std::vector<measured_run> ours;
  std::vector<measured_run> theirs;
  std::vector<double> ratios;
  for (int round = 0; round < plan.warm_ups + plan.rounds; ++round) {
    auto a = run_once(line.ours, run);
    auto b = a ? run_once(line.theirs, run) : tl::unexpected<error>(a.error());
    if (!b) {
      judged.judgement = verdict::wrong;
      judged.remark = b.error().message;
      return judged;
    }
    if (round < plan.warm_ups) continue;
    ratios.push_back((line.ours.work / a->seconds) / (line.theirs.work / b->seconds));
    ours.push_back(std::move(*a));
    theirs.push_back(std::move(*b));
  }
  judged.ratio = spread_of(std::move(ratios));
  judged.ours = figures_of(line.ours, ours);
  judged.theirs = figures_of(line.theirs, theirs);
  judged.judgement = judge(line, judged.ratio.median);
  return judged;
}

} // namespace remora::bench
