#include "script/turn_watch.hpp"

#include <pthread.h>

namespace remora::script {

namespace {

nanoseconds read_clock(clockid_t id) noexcept {
  timespec t{};
  if (clock_gettime(id, &t) != 0) return nanoseconds{0}; // the thread is gone, and so is its turn
  return std::chrono::seconds{t.tv_sec} + nanoseconds{t.tv_nsec};
}

} // namespace

nanoseconds thread_cpu_time() noexcept { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

void turn_watch::begin(nanoseconds budget) noexcept {
  clockid_t id = 0;
  if (pthread_getcpuclockid(pthread_self(), &id) != 0) return;
  thread_clock_.store(id, std::memory_order_relaxed);
  overdue_at_ns_.store((thread_cpu_time() + 2 * budget).count(), std::memory_order_relaxed);
  in_turn_.store(true, std::memory_order_release);
}

void turn_watch::end() noexcept { in_turn_.store(false, std::memory_order_release); }

void turn_watch::mark_dead() noexcept { dead_.store(true, std::memory_order_release); }

turn_watch::state turn_watch::observe() const noexcept {
  if (dead_.load(std::memory_order_acquire)) return state::dead;
  if (!in_turn_.load(std::memory_order_acquire)) return state::idle;
  const nanoseconds used = read_clock(thread_clock_.load(std::memory_order_relaxed));
  return used.count() > overdue_at_ns_.load(std::memory_order_relaxed) ? state::overdue : state::running;
}

} // namespace remora::script
