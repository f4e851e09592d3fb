#pragma once

#include <string>

#include "cli/remote/hub_options.hpp"
#include "cli/remote/table.hpp"

/// What the commands of jobs have in common.
namespace remora::cli {

/// How a command of jobs prints.
struct jobs_output {
  bool json = false;
  bool csv = false;

  /// CSV is for programs, wherever it goes.
  screen reader(const context& where, const hub_options& options) const {
    screen out = screen_of(where, options.common);
    if (csv) out.terminal = out.colour = false;
    return out;
  }
};

void declare(arguments& args, jobs_output& form);

outcome print_table(const context& where, const table& what, const jobs_output& form, const screen& reader);

/// The tone of "passed", "failed", "skipped", "timed_out".
tone tone_of_outcome(const std::string& how);

/// Which runs: what `jobs runs` and `jobs aggregate` both take.
struct run_selection {
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<std::string> node;
  std::optional<std::string> script;
};

void declare(arguments& args, run_selection& which);

/// As the API takes it. Errors: invalid_usage.
result<client::fields> query_of(const run_selection& which);

} // namespace remora::cli
