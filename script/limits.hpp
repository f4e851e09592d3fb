#pragma once

#include <cstddef>

#include "base/time.hpp"

namespace remora::script {

/// What one script may use on one node. Source: scripting API §3.6, §3.7; keys scripting.limits.*.
/// Times are processor time of the script's own thread.
struct limits {
  nanoseconds load = std::chrono::seconds{10}; ///< Analysing and running the top level.
  nanoseconds turn = std::chrono::seconds{5};  ///< A turn of hooks, or one timer.
  nanoseconds job = std::chrono::minutes{5};   ///< One run of a job.
  std::size_t memory_bytes = 64u << 20;        ///< The heap.
};

} // namespace remora::script
