#pragma once

#include "base/time.hpp"

namespace remora::script {

/// A grant of processor time to the calling thread. Once used up it stays used up until the next grant,
/// because the engine asks again and again while it unwinds a script that is being ended.
class time_budget {
 public:
  /// Grants `time` from now on to the calling thread.
  void grant(nanoseconds time) noexcept;
  /// No limit, until the next grant.
  void lift() noexcept;

  /// True when the grant is used up. Reads the clock: for every few thousand steps, not for every one.
  bool exhausted() noexcept;
  /// True when exhausted() has said so since the last grant.
  bool was_exhausted() const noexcept { return exhausted_; }

 private:
  bool limited_ = false;
  bool exhausted_ = false;
  nanoseconds ends_at_{0};
};

} // namespace remora::script
