#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tests/bench/process.hpp"

namespace remora::bench {

/// One of the two programs of a comparison.
struct program {
  std::string name;
  std::vector<std::string> command;
  double work = 0;    ///< Units of work in one run; speed is work per second.
  std::string totals; ///< The line it must print, alone or after "[title] "; empty: no such line is expected.
  std::size_t totals_count = 1; ///< How often it must print that line.
  std::string evidence;         ///< Text that its output must contain; empty: none.
  std::string clock_label; ///< "LABEL seconds" is the line with the time to use; empty: the whole process.
  std::string missing;     ///< Why it cannot run here; empty: it can.
};

/// One line of the report: our program against another one.
struct comparison {
  std::string id;    ///< What --only selects by.
  std::string title; ///< For people.
  std::string unit;  ///< Of `work`: "packets".
  program ours;
  program theirs;
  std::optional<double> goal;         ///< The ratio we want to reach.
  std::optional<double> defect_below; ///< A ratio below this is a defect.
};

/// The middle and the ends of some figures. Source: none, it is the median (mean of the middle two when
/// even).
struct spread {
  double median = 0;
  double min = 0;
  double max = 0;
};
/// @pre figures is not empty.
spread spread_of(std::vector<double> figures);

enum class verdict {
  measured,   ///< There is no goal.
  goal_met,   ///< The median ratio reaches the goal.
  below_goal, ///< Between the defect limit and the goal.
  defect,     ///< Below the defect limit.
  wrong,      ///< A run printed wrong totals or failed: its time means nothing.
  skipped,    ///< One of the programs is not installed.
};
std::string_view to_string(verdict value) noexcept;

/// What one of the two programs achieved.
struct side_figures {
  spread speed; ///< Units of work a second.
  spread cpu_s;
  double peak_rss_mib = 0; ///< The highest of all runs.
};

struct comparison_result {
  verdict judgement = verdict::skipped;
  std::string remark; ///< Why it is wrong or skipped.
  spread ratio;       ///< Speed of ours over speed of theirs, within each pair.
  side_figures ours;
  side_figures theirs;
};

/// How the runs are made; a test replaces it.
using runner = std::function<result<run_outcome>(const std::vector<std::string>&)>;

struct run_plan {
  int warm_ups = 1; ///< Pairs that are run and checked, but not counted.
  int rounds = 5;   ///< Pairs that count. @pre at least 1.
};

/// Runs ours, theirs, ours, theirs ... and judges the ratios. Alternating makes both sides see the same
/// machine.
comparison_result compare(const comparison& line, const run_plan& plan, const runner& run);

} // namespace remora::bench
