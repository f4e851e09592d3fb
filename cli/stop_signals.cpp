#include "cli/stop_signals.hpp"

#include <chrono>
#include <pthread.h>
#include <unistd.h>

#include "cli/exit_status.hpp"
#include "cli/pending_signals.hpp"

namespace remora::cli {

namespace {

/// timeout(1) sends its signal twice, to the process and to its group; so do others. No person is that fast.
constexpr std::chrono::milliseconds echo{100};

} // namespace

stop_signals::stop_signals() {
  sigemptyset(&taken_);
  sigaddset(&taken_, SIGINT);
  sigaddset(&taken_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &taken_, &before_);
  waiter_ = std::thread{[this] { wait(); }};
}

stop_signals::~stop_signals() {
  over_ = true;
  // It waits in sigwait(), which this ends. NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
  pthread_kill(waiter_.native_handle(), SIGTERM);
  waiter_.join();
  forget_pending(taken_);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void stop_signals::wait() noexcept {
  using clock = std::chrono::steady_clock;
  int first = 0;
  clock::time_point first_came;
  while (true) {
    int signal = 0;
    if (sigwait(&taken_, &signal) != 0) continue;
    if (over_) return;
    if (caught_ && signal == first && clock::now() - first_came < echo) continue;
    worker::stop_flag* const stop = stop_;
    if (stop == nullptr || caught_) ::_exit(static_cast<int>(exit_status::interrupted));
    first = signal;
    first_came = clock::now();
    caught_ = true;
    *stop = true;
  }
}

} // namespace remora::cli
