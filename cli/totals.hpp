#pragma once

#include <cstdint>

#include "worker/run.hpp"

namespace remora::cli {

/// The counters of all scripts together, and everything that was lost.
struct run_totals {
  std::uint64_t hook_calls = 0;
  std::uint64_t script_errors = 0;
  std::uint64_t dropped_events = 0; ///< Of all scripts: one packet may be dropped for each of them.
  std::uint64_t dropped_lines = 0;
  std::uint64_t dropped = 0; ///< The two above, and packets that were lost before they could be read.
  bool any_stuck = false;
};

run_totals totals_of(const worker::run_report& report) noexcept;

} // namespace remora::cli
