#pragma once

#include <atomic>
#include <cstdint>
#include <ctime>

#include "base/time.hpp"

namespace remora::script {

/// What a supervisor on another thread can see of a script at work. The script's thread writes; any thread
/// reads.
///
/// Time is what the script's thread spent on a processor: a script that waits inside a helper, or that shares
/// the machine with many others, is slow but not stuck.
class turn_watch {
 public:
  enum class state {
    idle,    ///< Between turns.
    running, ///< In a turn, within twice its budget.
    overdue, ///< In a turn beyond twice its budget: the engine no longer answers.
    dead,    ///< The engine reported itself broken and its thread is parked.
  };

  /// The calling thread begins a turn.
  void begin(nanoseconds budget) noexcept;
  /// The calling thread ended its turn.
  void end() noexcept;
  /// The engine broke; the calling thread will not come back.
  void mark_dead() noexcept;

  state observe() const noexcept;

 private:
  std::atomic<bool> dead_{false};
  std::atomic<bool> in_turn_{false};
  std::atomic<clockid_t> thread_clock_{0};
  std::atomic<std::int64_t> overdue_at_ns_{0};
};

/// Processor time of the calling thread.
nanoseconds thread_cpu_time() noexcept;

} // namespace remora::script
