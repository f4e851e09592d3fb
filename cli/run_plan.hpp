#pragma once

#include <vector>

#include "base/error.hpp"
#include "cli/data_folders.hpp"
#include "cli/run_arguments.hpp"
#include "config/settings.hpp"
#include "worker/run.hpp"

namespace remora::cli {

/// What a command line and settings ask for: everything but the scripts. Own options win over settings, and
/// both over what is in the environment.
/// Errors: invalid_usage and invalid_config, all that there are.
tl::expected<worker::run_options, std::vector<error>> plan_run(const run_arguments& run,
                                                               const config::settings& settings,
                                                               const environment_map& environment = {});

/// The limits of scripts, as the engine takes them.
script::limits limits_of(const config::script_limits& settings) noexcept;

} // namespace remora::cli
