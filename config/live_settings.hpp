#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/load.hpp"
#include "config/settings_change.hpp"

namespace remora::config {

/// What only the program can judge, such as whether a time zone exists. Each error as it shall be shown.
using settings_judge = std::function<std::vector<error>(const settings&)>;

/// What came of loading the settings again.
struct reload_outcome {
  std::vector<error> errors; ///< Not empty: everything was refused, and what runs stays.
  std::vector<std::string> warnings;
  settings_change change; ///< Against what runs. Empty when refused.

  bool ok() const noexcept { return errors.empty(); }
};

/// The settings of a program that runs: loaded at its start, and again when it is told to or a file changed.
///
/// An invalid file is refused as a whole. Of a valid one, what can take effect does; what needs a restart is
/// named by every reload until the restart, and running() keeps what is in effect. Not thread safe: one
/// thread reloads and gives copies to the others. Blocks on the disk.
class live_settings {
 public:
  /// @param request Where the settings come from, at the start and ever after; the flags of a program that
  ///                override settings belong into its `set`, or a reload would undo them.
  /// @param foreign Sections that are not this program's: "worker" for a hub. They are checked all the same.
  explicit live_settings(load_request request, key_list foreign = {}, settings_judge judge = {});

  /// Loads for the first time; when that fails, a program ends with exit status 2 and has started nothing.
  reload_outcome load();

  /// Loads again, and takes over what can take effect.
  reload_outcome reload();

  /// What is in effect; the defaults before the first successful load.
  const settings& running() const noexcept { return running_; }

  /// All files that the last attempt read or should have read: what to watch.
  const std::vector<std::string>& files() const noexcept { return files_; }

 private:
  reload_outcome attempt(settings& loaded);

  load_request request_;
  key_list foreign_;
  settings_judge judge_;
  settings running_;
  std::vector<std::string> files_;
};

} // namespace remora::config
