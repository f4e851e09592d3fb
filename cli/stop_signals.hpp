#pragma once

#include <atomic>
#include <csignal>
#include <thread>

#include "worker/run.hpp"

namespace remora::cli {

/// Takes SIGINT and SIGTERM for the whole process.
///
/// Before end_gracefully() a signal ends the process at once with exit status 130. After it the first signal
/// sets the flag, so that the run finishes what it is doing, and the second ends the process at once. The
/// same signal again within a tenth of a second is taken for the first.
///
/// The signals are blocked in the thread that makes this object, and so in all that it starts; a thread waits
/// for them with sigwait(3). So nothing runs in a signal handler. Make it before any other thread; one
/// exists.
class stop_signals {
 public:
  stop_signals();
  /// The signals are what they were before, those that were not taken included.
  ~stop_signals();
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;

  /// @param stop Outlives this object, also when the run is over.
  void end_gracefully(worker::stop_flag& stop) noexcept { stop_ = &stop; }

  /// True once a signal has set the flag.
  bool caught() const noexcept { return caught_; }

 private:
  void wait() noexcept;

  sigset_t taken_{};
  sigset_t before_{};
  std::atomic<worker::stop_flag*> stop_{nullptr};
  std::atomic<bool> caught_{false};
  std::atomic<bool> over_{false};
  std::thread waiter_; // last: it uses the others
};

} // namespace remora::cli
