#pragma once

#include <string>

#include "worker/run.hpp"

namespace remora::cli {

struct summary_style {
  bool read_files = false; ///< Else the packets were captured live.
  bool colour = false;
};

/// What came of a run, for a person: a few lines, the numbers below each other. Every packet is in it:
/// received = processed + filtered out, and whatever was lost stands in the line `dropped` with its reason.
std::string summary_text(const worker::run_report& report, const summary_style& style);

/// "640 bytes", "64.0 kB", "1.5 GB": powers of 1000.
std::string human_size(std::uint64_t bytes);

} // namespace remora::cli
