#include "cli/stop_signals.hpp"

#include <pthread.h>
#include <unistd.h>

#include "cli/exit_status.hpp"

namespace remora::cli {

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
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void stop_signals::wait() noexcept {
  while (true) {
    int signal = 0;
    if (sigwait(&taken_, &signal) != 0) continue;
    if (over_) return;
    worker::stop_flag* const stop = stop_;
    if (stop == nullptr || caught_) ::_exit(static_cast<int>(exit_status::interrupted));
    caught_ = true;
    *stop = true;
  }
}

} // namespace remora::cli
