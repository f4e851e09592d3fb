#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace remora {

/// How a planned or requested run of a job ended.
enum class job_outcome : std::uint8_t {
  passed,    ///< The function returned.
  failed,    ///< It threw.
  skipped,   ///< It never began: the run before it was still active at the planned instant.
  timed_out, ///< It used up its budget and was ended.
};

/// "passed", "failed", "skipped", "timed_out".
std::string_view to_string(job_outcome outcome) noexcept;

/// The record of one run of one job on one node. (script, tag, planned) identifies a planned run.
struct job_run {
  std::string node;
  std::string script; ///< Title.
  std::string tag;
  timestamp planned;                ///< The instant of the schedule; of a manual run: when it was asked for.
  std::optional<timestamp> started; ///< Nothing when skipped.
  nanoseconds duration{0};
  job_outcome outcome = job_outcome::passed;
  std::string result_json;          ///< What the function returned, as JSON; "" for undefined.
  std::string error;                ///< The exception as the console shows it; "" when there was none.
  std::vector<std::string> console; ///< What was printed during the run, in order.
};

} // namespace remora
