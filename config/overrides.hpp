#pragma once

#include <string>
#include <vector>

#include "config/expand.hpp"
#include "config/report.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// Lays the variables `REMORA_...` over the settings of the files. Two underscores stand for the dot; upper
/// and lower case and single underscores do not matter: REMORA_SCRIPTING__WATCH_SCRIPTS is
/// scripting.watchScripts. Below a list a number is an index, below `scripting.env` the rest is taken as
/// written. REMORA_HUB and REMORA_TOKEN belong to the command line and are left alone, and so is what
/// Kubernetes sets for a service called remora-something (REMORA_HUB_SERVICE_HOST, REMORA_HUB_PORT_8899_TCP,
/// ...). Any other is an error.
void apply_environment(node& root, const environment_map& environment, expander& expansions,
                       report& problems);

/// Lays `key.path=value` texts over the settings. `key[0]` is an element of a list; naming a list again adds
/// to it. What names nothing, or an element beyond the end of a list, is an error.
void apply_set(node& root, const std::vector<std::string>& assignments, expander& expansions,
               report& problems);

} // namespace remora::config
