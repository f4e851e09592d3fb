#pragma once

#include <array>
#include <cstddef>

#include "base/time.hpp"

namespace remora::jobs {

/// Up to which instant the planned runs of a job are done with, by a clock that may be set forward and back.
///
/// A step back that a clock may make, up to longest_step_back, is waited for: no instant runs again. An
/// instant further ahead was taken by a clock that was wrong; it does not count before the clock comes near
/// it, so that a day in a wrong year does not silence a job until that year.
class done_instants {
 public:
  /// More than a day, so that a clock which was a day ahead is one of those that are waited for.
  static constexpr nanoseconds longest_step_back = std::chrono::hours{48};

  /// True when `instant` is further ahead of `now` than a clock that is set back explains.
  static bool is_far_ahead(timestamp instant, timestamp now) noexcept;

  /// This instant and those before it are done with.
  void add(timestamp instant) noexcept;
  void add(const done_instants& others) noexcept;

  /// The last instant that is done with and not far ahead of `now`; timestamp::min() when there is none.
  timestamp up_to(timestamp now) const noexcept;

  bool empty() const noexcept { return count_ == 0; }
  /// The latest of all, however far ahead. Only when not empty.
  timestamp latest() const noexcept { return marks_[count_ - 1]; }

  // What is to be kept for another process; add() takes it back in any order.
  using value_type = timestamp;
  using const_iterator = const timestamp*;
  const_iterator begin() const noexcept { return marks_.data(); }
  const_iterator end() const noexcept { return marks_.data() + count_; }

 private:
  /// One for each stretch of time in which the clock was, the earlier ones first; each more than
  /// longest_step_back after the one before. When there are too many the earliest is forgotten.
  std::array<timestamp, 4> marks_{};
  std::size_t count_ = 0;
};

} // namespace remora::jobs
