#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace remora::http {

/// A few threads that run handlers, so that one which reads a database holds up nobody's connection.
class handler_pool {
 public:
  using task = std::function<void()>;

  handler_pool(unsigned threads, std::size_t most_waiting);
  ~handler_pool(); ///< As stop().
  handler_pool(const handler_pool&) = delete;
  handler_pool& operator=(const handler_pool&) = delete;

  /// Queues a task unless too many wait or the pool has stopped. False: it was not taken.
  bool try_post(task one);
  /// Queues a task that must run, also when the pool is being stopped; the caller bounds how many there can
  /// be.
  void post(task one);
  /// Drops what try_post() took and nobody has begun, runs what post() took, and returns when all have ended.
  void stop();

 private:
  struct entry {
    task run;
    bool must_run = false;
  };
  void work();

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<entry> waiting_;
  std::size_t optional_waiting_ = 0; ///< Of waiting_, those that try_post() took.
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// Calls that run one after the other on a pool, in the order they were posted. Lives until they have run.
class serial_calls : public std::enable_shared_from_this<serial_calls> {
 public:
  explicit serial_calls(handler_pool& on) : pool_{on} {}
  void post(handler_pool::task one);

 private:
  void run_next();

  handler_pool& pool_;
  std::mutex mutex_;
  std::deque<handler_pool::task> waiting_;
  bool running_ = false;
};

/// Starts a thread that no signal is delivered to: signals are for main().
std::thread start_quiet_thread(std::function<void()> run);

} // namespace remora::http
