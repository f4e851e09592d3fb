#pragma once

#include <map>
#include <string>

#include "config/report.hpp"
#include "config/settings.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// Where each key was set last, by its name; what is not in it has its default.
using origin_map = std::map<std::string, origin, std::less<>>;

/// Holds a tree against the schema and stores what is right in `out`. Unknown keys, wrong types and values
/// out of range are in `problems`, each at its place. A key without a value keeps what `out` has.
void apply(const node& root, settings& out, origin_map& set_at, report& problems);

/// Rules about several keys: TLS needs both files, a listener beyond loopback needs keys or tokens, ...
void check_together(const settings& all, const origin_map& set_at, report& problems);

} // namespace remora::config
