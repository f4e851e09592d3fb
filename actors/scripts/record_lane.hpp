#pragma once

#include <cstdint>

#include "protocol/console_line.hpp"
#include "protocol/job_run.hpp"

namespace remora::actors {

/// Where the records of one script go, in the order it makes them. Used by the script's thread alone. May
/// block while a file is read, never while capturing.
class record_lane {
 public:
  virtual ~record_lane() = default;
  virtual void console(console_line line) = 0;
  /// @param at The run's clock when the record was made.
  virtual void job(job_run run, timestamp at) = 0;
  virtual void clear_console(timestamp at) = 0;

  /// What comes from now on belongs to this round of work or to a later one; rounds only grow. Who has
  /// finished a round says so by entering the next: others may be waiting for that.
  virtual void enter_round(std::uint64_t number) = 0;
};

} // namespace remora::actors
