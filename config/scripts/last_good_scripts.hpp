#pragma once

#include <string>
#include <vector>

#include "config/scripts/script_collector.hpp"
#include "config/scripts/script_set.hpp"

namespace remora::config {

/// Reads the scripts of a program that runs, again and again: a bad file never replaces a good one.
///
/// What cannot be read, or what the judge refuses, is in `errors`, and stands in `scripts` as it was when it
/// was last right. A file that was deleted is gone; a folder that was deleted, or cannot be read, is a
/// mishap: its scripts stay until it is back or no longer named. Not thread safe; blocks on the disk. Reading
/// what has not changed does not ask the judge again.
class last_good_scripts {
 public:
  /// Judges by check_script_text() alone: size, NUL bytes, UTF-8.
  last_good_scripts();

  /// @param judge Whether a script is fit to run, as far as the program can tell before it runs.
  explicit last_good_scripts(script_judge judge);

  /// What the configuration names now, as configured_scripts() has it but for what is bad.
  script_set read(const scripting_settings& scripting);

  /// The files that stand in the last set as they were before.
  const std::vector<std::string>& kept() const noexcept { return kept_; }

 private:
  script_judge judge_;
  script_memory memory_;
  std::vector<std::string> kept_;
};

} // namespace remora::config
