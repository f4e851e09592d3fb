#pragma once

#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

namespace remora::cli {

/// Takes SIGTERM, SIGINT and SIGHUP for the whole process, and has SIGPIPE ignored: that a peer has gone is
/// seen where it is written to. What comes before somebody listens is kept until then. The first SIGTERM or
/// SIGINT asks for an end, a second ends the process at once (130 or, for SIGTERM, 1); the same signal again
/// within a tenth of a second is taken for the first.
///
/// As stop_signals: blocked everywhere, taken by a thread in sigwait(3). Make it before any other thread; one
/// exists.
class daemon_signals {
 public:
  struct listener {
    std::function<void()> reload;
    std::function<void(int signal)> stop;
  };

  daemon_signals();
  ~daemon_signals();
  daemon_signals(const daemon_signals&) = delete;
  daemon_signals& operator=(const daemon_signals&) = delete;

  /// Who is told from now on, on a thread of this object. An empty listener takes the last one's place when
  /// it goes.
  void tell(listener who);

 private:
  void wait() noexcept;
  void note(int signal);

  sigset_t taken_{};
  sigset_t before_{};
  std::mutex mutex_; ///< Guards what follows.
  listener listener_;
  int stop_ = 0; ///< The signal that asked for an end.
  bool reload_kept_ = false;
  bool stop_told_ = false;
  bool over_ = false;
  std::thread waiter_; // last: it uses the others
};

} // namespace remora::cli
