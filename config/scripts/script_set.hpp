#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/settings.hpp"
#include "protocol/script_source.hpp"

namespace remora::config {

/// Scripts, as they were found.
struct script_set {
  std::vector<script_source> scripts;  ///< Titles are unique; in the order of their index.
  std::vector<script_source> replaced; ///< A later script has the same title.
  std::vector<error> errors;           ///< not_found, io_failed, invalid_usage, each beginning with the path.
  std::vector<std::string> warnings;
};

/// Reads scripts from files and folders. A folder stands for its direct entries that end in `.js`, sorted by
/// name; its sub-folders, hidden and other files are skipped (noted in the debug log). A file that is met
/// twice counts once. Of two scripts with one title the later takes the place of the earlier. What scripts
/// say is not judged here, only that they can be read. Source: scripting API, §2.2.
script_set read_scripts(const std::vector<std::string>& paths);

/// What the configuration names: scripting.source, scripting.sources and scripting.scripts, in this order.
script_set configured_scripts(const scripting_settings& scripting);

/// The files and folders of configured_scripts(): what to watch.
std::vector<std::string> script_paths(const scripting_settings& scripting);

/// Whether `active` names this script: by its title, or by the name of its file with or without ".js". An
/// empty list names all. Source: scripting API, §2.3.
bool is_active(const std::vector<std::string>& active, const script_source& script);

/// A warning for each entry of `active` that names no script, with the nearest title.
std::vector<std::string> unmatched_active(const std::vector<std::string>& active,
                                          const std::vector<script_source>& scripts);

/// Leaves the active scripts, numbered anew. An entry that matches nothing becomes a warning.
void keep_active(script_set& set, const std::vector<std::string>& active);

} // namespace remora::config
