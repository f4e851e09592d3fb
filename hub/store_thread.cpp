#include "hub/store_thread.hpp"

#include <exception>

#include "base/log.hpp"

namespace remora::hub {

store_thread::store_thread(opened_store opened) : opened_{std::move(opened)}, all_{*opened_.data} {
  thread_ = std::thread{[this] { run(); }};
}

store_thread::~store_thread() { stop(); }

bool store_thread::post(work what) {
  {
    const std::lock_guard lock{mutex_};
    if (ending_) return false;
    queue_.push_back(std::move(what));
  }
  changed_.notify_one();
  return true;
}

void store_thread::stop() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::size_t store_thread::waiting() const {
  const std::lock_guard lock{mutex_};
  return queue_.size();
}

tl::unexpected<error> store_thread::stopping() { return fail(errc::io_failed, "the hub is stopping"); }

tl::unexpected<error> store_thread::failed() {
  return fail(errc::io_failed, "the store failed unexpectedly: see the hub's log");
}

void store_thread::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const work next = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    do_one(next);
    lock.lock();
  }
}

void store_thread::do_one(const work& what) {
  try {
    what(all_);
  } catch (const std::exception& thrown) {
    log::error("store-work-threw", "what=", thrown.what());
  }
}

} // namespace remora::hub
