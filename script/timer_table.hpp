#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/time.hpp"

namespace remora::script {

/// When which timer of a script is due. Knows no functions: those stay in the heap, under the timer's number.
/// Source: scripting API §8.19.
class timer_table {
 public:
  /// The most timers a script may have at a time.
  static constexpr std::size_t max_timers = 10'000;
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  struct due_timer {
    std::uint32_t id = 0;
    timestamp at;
    bool repeats = false;
  };

  /// Adds a timer that is due `delay_ms` after `now`, at least a millisecond, and, when it repeats, every
  /// `delay_ms` after that, at least ten. Nothing when there are too many.
  std::optional<std::uint32_t> add(timestamp now, double delay_ms, bool repeats);

  /// True when there was such a timer.
  bool remove(std::uint32_t id);

  /// Unix nanoseconds of the earliest timer, or `never`.
  std::int64_t next_due_ns() const noexcept { return next_due_ns_; }

  /// Takes the earliest timer when it is due at `now`. One that repeats is put back for its next instant
  /// after `now`: intervals that were missed are not made up for.
  std::optional<due_timer> take_due(timestamp now);

 private:
  struct timer {
    std::int64_t due_ns;
    std::int64_t interval_ns; ///< 0: once.
  };

  void enqueue(std::int64_t due_ns, std::uint32_t id);
  void dequeue(std::int64_t due_ns, std::uint32_t id);

  std::map<std::uint32_t, timer> timers_;
  std::set<std::pair<std::int64_t, std::uint32_t>> queue_;
  std::uint32_t last_id_ = 0;
  std::int64_t next_due_ns_ = never; // kept, because it is asked before every packet
};

} // namespace remora::script
