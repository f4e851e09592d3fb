#pragma once

#include <map>
#include <string>
#include <string_view>

#include "actors/jobs/done_instants.hpp"
#include "base/time.hpp"

namespace remora::actors {

/// Remembers which planned instants of jobs have begun, for the time after a restart: with a clock that was
/// set back meanwhile they would come again. Any thread.
class instant_record {
 public:
  virtual ~instant_record() = default;
  /// By tag: the instants of this script's jobs that are done with.
  virtual std::map<std::string, jobs::done_instants> load(std::string_view script) const = 0;
  /// Called before the run of a planned instant begins. What can go wrong is said in the log: a job does not
  /// stand still because a disk is full.
  virtual void store(std::string_view script, std::string_view tag, timestamp planned) = 0;
};

} // namespace remora::actors
