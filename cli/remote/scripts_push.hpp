#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/script_sync.hpp"
#include "config/scripts/script_set.hpp"
#include "config/settings.hpp"

namespace remora::cli {

/// What `scripts push` and `scripts watch` have in common.

/// Whether a script is one at all, by the checker of `scripts check`. That its top level throws here is no
/// reason against it: the hub has the env that it may need, and this machine has not.
/// Errors: invalid_script, as file:line:column: reason.
result<void> check_syntax(const context& where, const config::settings& settings,
                          const script_source& script);

/// Prints what became of a script: a line, or an object with `--json`. Failures go to standard error.
/// @param dry_run Nothing has happened: "would be created".
void tell(const context& where, const sync_event& event, bool as_json, bool dry_run);

} // namespace remora::cli
