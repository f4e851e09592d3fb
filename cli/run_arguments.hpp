#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/common_options.hpp"

namespace remora::cli {

/// The command line of `remora run`, as it was typed.
struct run_arguments {
  std::vector<std::string> paths;
  std::vector<std::string> read;
  std::vector<std::string> interfaces;
  std::optional<std::string> filter;
  std::vector<std::string> env;
  std::optional<std::string> speed;
  std::optional<std::string> duration;
  std::optional<std::string> count;
  std::optional<std::string> snaplen;
  std::optional<std::string> buffer;
  std::optional<std::string> node_name;
  std::optional<std::string> data;
  std::optional<std::string> items; ///< Print items; the filter they have to match, or "".
  bool promiscuous = false;
  bool run_jobs_at_end = false;
  bool json = false;
  bool quiet = false;
  common_options common;
};

void declare(arguments& args, run_arguments& run);

/// Adds `-e KEY=VALUE` texts to scripting.env: their values are text, and win over the configuration.
/// Errors: invalid_usage; the value is not repeated, it may be secret.
result<void> add_env(value& env, const std::vector<std::string>& texts);

/// The help of -e, which several commands take.
extern const char* const env_help;

} // namespace remora::cli
