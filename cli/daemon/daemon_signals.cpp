#include "cli/daemon/daemon_signals.hpp"

#include <chrono>
#include <pthread.h>
#include <unistd.h>
#include <utility>

#include "cli/exit_status.hpp"
#include "cli/pending_signals.hpp"

namespace remora::cli {

namespace {

/// Some send a signal to the process and to its group. No person is that fast.
constexpr std::chrono::milliseconds echo{100};

} // namespace

daemon_signals::daemon_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&taken_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&taken_, signal);
  pthread_sigmask(SIG_BLOCK, &taken_, &before_);
  waiter_ = std::thread{[this] { wait(); }};
}

daemon_signals::~daemon_signals() {
  {
    const std::lock_guard lock{mutex_};
    over_ = true;
  }
  // It waits in sigwait(), which this ends. NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
  pthread_kill(waiter_.native_handle(), SIGTERM);
  waiter_.join();
  forget_pending(taken_);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void daemon_signals::tell(listener who) {
  const std::lock_guard lock{mutex_};
  listener_ = std::move(who);
  if (listener_.reload && std::exchange(reload_kept_, false)) listener_.reload();
  if (listener_.stop && stop_ != 0 && !std::exchange(stop_told_, true)) listener_.stop(stop_);
}

void daemon_signals::note(int signal) {
  if (signal == SIGHUP) {
    if (listener_.reload) {
      listener_.reload();
    } else {
      reload_kept_ = true;
    }
    return;
  }
  stop_ = signal;
  if (!listener_.stop) return;
  stop_told_ = true;
  listener_.stop(signal);
}

void daemon_signals::wait() noexcept {
  using clock = std::chrono::steady_clock;
  clock::time_point first_came;
  while (true) {
    int signal = 0;
    if (sigwait(&taken_, &signal) != 0) continue;
    const std::lock_guard lock{mutex_};
    if (over_) return;
    if (signal == SIGHUP || stop_ == 0) {
      if (signal != SIGHUP) first_came = clock::now();
      note(signal);
      continue;
    }
    if (signal == stop_ && clock::now() - first_came < echo) continue;
    ::_exit(static_cast<int>(signal == SIGINT ? exit_status::interrupted : exit_status::failed));
  }
}

} // namespace remora::cli
