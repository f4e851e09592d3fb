#pragma once

#include <csignal>
#include <exception>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <utility>

#include "base/log.hpp"

namespace remora::link {

/// Runs `core->run()` on a thread that no signal is delivered to: signals are for main(), and would interrupt
/// waits.
template <class Core>
std::thread start_socket_thread(std::shared_ptr<Core> core) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread started{[core = std::move(core)] { core->run(); }};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

/// Calls a handler of the application on the thread of a socket, which goes on whatever the handler throws.
template <class Call>
void call_handler(const Call& call) {
  try {
    call();
  } catch (const std::exception& thrown) {
    log::error("link-handler-threw", "what=", thrown.what());
  }
}

/// Waits for a thread that was asked to end, unless it is the caller's own: that one ends by itself.
template <class Core>
void join_unless_own(const Core& core, std::thread& thread, std::mutex& joining) {
  if (core.runs_here()) return;
  const std::lock_guard lock{joining};
  if (thread.joinable()) thread.join();
}

} // namespace remora::link
