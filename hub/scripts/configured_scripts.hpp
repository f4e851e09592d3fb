#pragma once

#include <vector>

#include "base/error.hpp"
#include "config/scripts/script_set.hpp"
#include "config/settings.hpp"
#include "hub/store_thread.hpp"

namespace remora::hub {

/// What taking over changed.
struct configured_change {
  script_set_change files;
  script_set_change in_config;
  bool empty() const noexcept { return files.empty() && in_config.empty(); }
};

/// Makes what the configuration names the scripts of files and of the configuration, and leaves the others.
///
/// Whether a script starts active: all do when `scripting.active` is empty, else those that it names. What
/// somebody chose later by activating or deactivating a script stays until that list is changed.
/// Source: scripting API, §2.3. Errors: the store's.
result<configured_change> take_over_configured(stores& in, const config::script_set& read,
                                               const config::scripting_settings& scripting, timestamp now);

} // namespace remora::hub
