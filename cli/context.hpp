#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"
#include "cli/exit_status.hpp"
#include "cli/stop_signals.hpp"
#include "config/load.hpp"
#include "worker/run.hpp"

namespace remora::cli {

/// What runs scripts: the functions of worker/run.hpp, or a test's own.
struct engine {
  std::function<tl::expected<worker::run_report, std::vector<error>>(
      worker::run_options, worker::record_sink&, const worker::stop_flag&)>
      run;
  std::function<std::vector<error>(const worker::run_options&)> check_scripts;
};

class arguments;
struct context;
struct outcome;

/// Where a command runs. Tests pass files for the two descriptors.
struct context {
  std::map<std::string, std::string> environment;
  engine scripts;
  int out = STDOUT_FILENO;
  int err = STDERR_FILENO;
  worker::stop_flag* stop = nullptr; ///< Ends a run early; never null where a run may begin.
  stop_signals* signals = nullptr;   ///< Nothing in tests.
  /// What runs a hub and a worker in one process. Nothing in tests.
  std::function<outcome(const context&, const config::load_request&)> up = {};
  /// When set, a command hands what it takes to it and ends: completion is made from that.
  std::function<void(const arguments&)> describe = {};
  /// How long a command that follows a hub waits before it connects anew.
  std::chrono::milliseconds reconnect_after{5'000};
};

/// How a command ended.
struct outcome {
  exit_status status = exit_status::done;
  /// A thread of an engine that no longer answers cannot be joined: leave without destructors.
  bool leave_at_once = false;
};

/// Writes "remora: MESSAGE" on standard error, control characters escaped: part of it may come from a file.
void complain(const context& where, std::string_view message);
void complain(const context& where, const std::vector<error>& errors);

/// Complains; the command ends before it began.
outcome refuse(const context& where, std::string_view message);
outcome refuse(const context& where, const std::vector<error>& errors);

/// Prints a text on standard output.
/// @returns `done`, or `failed` after a complaint when it cannot be written.
exit_status print(const context& where, std::string_view text);

} // namespace remora::cli
