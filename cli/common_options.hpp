#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "config/load.hpp"

namespace remora::cli {

/// What every command takes.
struct common_options {
  std::vector<std::string> config;
  std::vector<std::string> set;
  std::optional<std::string> log_level;
  std::optional<std::string> log_format;
  bool no_color = false;
};

/// Declares them, and --help, in a group of their own.
void declare(arguments& args, common_options& common);

/// Reads what a command was given.
/// @returns how the command ended when it is not to begin: with its help, or with a complaint.
std::optional<outcome> read_arguments(const context& where, arguments& args,
                                      const std::vector<std::string>& given);

/// Reads the settings and sets up the log. Where the same is said twice: the built-in default, files,
/// REMORA_... variables, --set, and last the options of the command itself.
/// @returns nothing when something is wrong: every error was printed. Warnings went to the log.
std::optional<config::settings> load_settings(const context& where, const common_options& common);

/// Sets up the log from the settings and the two options. Errors: invalid_usage.
result<void> set_up_log(const config::log_settings& settings, const common_options& common);

/// What config::load_settings() is asked for.
config::load_request request_for(const context& where, const common_options& common);

} // namespace remora::cli
