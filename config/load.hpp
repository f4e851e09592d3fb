#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "config/apply.hpp"
#include "config/expand.hpp"
#include "config/settings.hpp"

namespace remora::config {

/// Where settings come from. Later overrides earlier: the built-in defaults, the files in their order, the
/// REMORA_... variables of the environment, the texts of --set. Maps merge, everything else is replaced.
struct load_request {
  std::vector<std::string> files; ///< Paths, as they shall stand in messages.
  std::vector<std::string> set;   ///< "key.path=value", of --set.
  environment_map environment;    ///< All variables: REMORA_... are settings, any may be used as ${NAME}.
};

/// What came of it.
struct load_outcome {
  settings value;            ///< To be used only when `errors` is empty.
  std::vector<error> errors; ///< Everything that is wrong, at most 50, and a line that says there is more.
  std::vector<std::string> warnings; ///< Old names and the like, as `file:line:column: text`.
  origin_map set_at;                 ///< Where each key was set; a key that is not in it has its default.
  std::vector<std::string> files;    ///< All that was read or should have been: configuration and values.

  bool ok() const noexcept { return errors.empty(); }

  /// True when a file, the environment or --set has given this key a value.
  bool is_set(std::string_view key) const { return set_at.find(key) != set_at.end(); }
};

/// Reads, merges and checks. Messages are `file:line:column: text`, `--set key=value: text` or
/// `REMORA_X: text`, and never repeat a secret. Errors: not_found, permission_denied, io_failed for a file
/// that cannot be read, invalid_config for the rest. Thread safe; blocks on the disk.
load_outcome load_settings(const load_request& request);

/// A configuration that is in memory already.
struct source_text {
  std::string name; ///< For messages.
  std::string text;
};

/// The same without a disk: `read_file` is asked for `${file:...}`.
load_outcome load_texts(const std::vector<source_text>& texts, const std::vector<std::string>& set,
                        const environment_map& environment, const file_reader& read_file);

/// The settings as YAML that can be read again, every key in the order of the documentation, secrets as "***"
/// and inline scripts as their size.
std::string dump_masked(const settings& all);

/// The table of all keys in docs/configuration.md, as Markdown.
std::string reference_table();

} // namespace remora::config
