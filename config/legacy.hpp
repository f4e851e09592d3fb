#pragma once

#include "config/report.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// Rewrites the old names in the tree of a file, with a warning for each: `tap.scripting.*` is `scripting.*`,
/// `tap.customMacros` is `filter.macros`, and `scripting.consts` is `scripting.env` when that is not there.
/// The new name wins where both are.
void rename_legacy_keys(node& root, report& problems);

/// The same for the key of one --set.
std::string rename_legacy_path(std::string path, const origin& at, report& problems);

} // namespace remora::config
