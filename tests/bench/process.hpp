#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace remora::bench {

/// What one run of a program printed and cost, from its start to its end. Source: wait4(2), getrusage(2).
struct run_outcome {
  int exit_status = 0;    ///< As a shell has it: 128 + signal when a signal ended the program.
  bool timed_out = false; ///< It was killed because it took too long.
  std::string out;        ///< The first 64 KiB of standard output.
  std::string err;        ///< The first 64 KiB of standard error.
  double wall_s = 0;
  double cpu_s = 0; ///< User and system time of all its threads.
  std::uint64_t peak_rss_bytes =
      0; ///< Never less than this process has itself: the kernel counts from the fork.
};

/// Runs a program (found through PATH) to its end with standard input closed, and measures it. One at a time.
/// Errors: not_found (no such program), io_failed (the system cannot start it).
result<run_outcome> run_process(const std::vector<std::string>& command, std::chrono::seconds limit);

/// Whether PATH (or the name itself, when it has a slash) leads to a program.
bool is_program(const std::string& name);

} // namespace remora::bench
