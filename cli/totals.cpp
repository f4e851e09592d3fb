#include "cli/totals.hpp"

namespace remora::cli {

run_totals totals_of(const worker::run_report& report) noexcept {
  run_totals sum;
  for (const worker::script_report& script : report.scripts) {
    sum.hook_calls += script.hook_calls;
    sum.script_errors += script.errors;
    sum.dropped_events += script.dropped_events;
    sum.dropped_lines += script.dropped_lines;
    sum.any_stuck = sum.any_stuck || script.stuck;
  }
  sum.dropped =
      sum.dropped_events + sum.dropped_lines + report.source.kernel_dropped + report.source.interface_dropped;
  return sum;
}

} // namespace remora::cli
