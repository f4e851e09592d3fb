#include "http/handler_pool.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <pthread.h>
#include <utility>

#include "base/log.hpp"

namespace remora::http {

namespace {

/// What a handler throws ends with it: the thread goes on.
void run_guarded(const handler_pool::task& one) {
  try {
    one();
  } catch (const std::exception& thrown) {
    log::error("http-handler-threw", "what=", thrown.what());
  } catch (...) {
    log::error("http-handler-threw", "what=not an exception of the standard library");
  }
}

} // namespace

std::thread start_quiet_thread(std::function<void()> run) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread started{std::move(run)};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

handler_pool::handler_pool(unsigned threads, std::size_t most_waiting) : most_waiting_{most_waiting} {
  for (unsigned i = 0; i < std::max(threads, 1U); ++i) {
    threads_.push_back(start_quiet_thread([this] { work(); }));
  }
}

handler_pool::~handler_pool() { stop(); }

bool handler_pool::try_post(task one) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_ || optional_waiting_ >= most_waiting_) return false;
    waiting_.push_back({std::move(one), false});
    ++optional_waiting_;
  }
  changed_.notify_one();
  return true;
}

void handler_pool::post(task one) {
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back({std::move(one), true});
  }
  changed_.notify_one();
}

void handler_pool::stop() {
  std::deque<entry> dropped; // destroyed outside the lock: a task's responder answers when it goes
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    dropped.swap(waiting_);
    for (auto& one : dropped)
      if (one.must_run) waiting_.push_back(std::move(one));
    optional_waiting_ = 0;
  }
  changed_.notify_all();
  dropped.clear();
  for (auto& one : threads_)
    if (one.joinable()) one.join();
}

void handler_pool::work() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    entry next = std::move(waiting_.front());
    waiting_.pop_front();
    if (!next.must_run) --optional_waiting_;
    lock.unlock();
    run_guarded(next.run);
    next.run = nullptr; // what it holds goes before the lock is taken
    lock.lock();
  }
}

void serial_calls::post(handler_pool::task one) {
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(one));
    if (running_) return;
    running_ = true;
  }
  pool_.post([self = shared_from_this()] { self->run_next(); });
}

void serial_calls::run_next() {
  handler_pool::task next;
  {
    const std::lock_guard lock{mutex_};
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  run_guarded(next);
  {
    const std::lock_guard lock{mutex_};
    running_ = !waiting_.empty();
    if (!running_) return;
  }
  pool_.post([self = shared_from_this()] { self->run_next(); });
}

} // namespace remora::http
