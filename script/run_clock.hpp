#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.hpp"

namespace remora::script {

/// The clock that a script's Date, timers and jobs follow: the wall's while capturing, the capture's while a
/// file is read, so that a day of traffic can pass in seconds and two runs are alike.
/// Belongs to one script; not for use from several threads.
class run_clock {
 public:
  /// The operating system's clock.
  /// @param source Tells the time; tests set a clock of their own.
  static run_clock wall(timestamp (*source)() noexcept = wall_now) noexcept {
    run_clock clock;
    clock.wall_ = source;
    return clock;
  }

  /// A clock that stands still until it is advanced.
  static run_clock capture(timestamp start) noexcept {
    run_clock clock;
    clock.follows_capture_ = true;
    clock.now_ns_ = to_unix_ns(start);
    return clock;
  }

  bool follows_capture() const noexcept { return follows_capture_; }

  timestamp now() const noexcept { return follows_capture_ ? from_unix_ns(now_ns_) : wall_(); }

  /// Moves a capture clock forward; it never goes back, whatever the time stamps of packets do.
  void advance_to(std::int64_t unix_ns) noexcept { now_ns_ = std::max(now_ns_, unix_ns); }

 private:
  run_clock() = default;

  timestamp (*wall_)() noexcept = wall_now;
  bool follows_capture_ = false;
  std::int64_t now_ns_ = 0;
};

} // namespace remora::script
