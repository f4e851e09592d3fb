#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "hub/store/console_store.hpp"
#include "hub/store/fact_store.hpp"
#include "hub/store/job_definition_store.hpp"
#include "hub/store/job_store.hpp"
#include "hub/store/open_store.hpp"
#include "hub/store/script_store.hpp"

namespace remora::hub {

/// Everything that is stored, for work on the store's thread.
struct stores {
  explicit stores(database& in) noexcept
      : data{in}, scripts{in}, runs{in}, console{in}, jobs{in}, facts{in} {}

  database& data;
  script_store scripts;
  job_store runs;
  console_store console;
  job_definition_store jobs;
  fact_store facts;
};

/// The thread that waits for the disk, so that no actor has to: work is done in the order in which it came.
/// Whoever hands work over bounds how much: nodes by the windows of their channels, the API by its threads.
class store_thread {
 public:
  using work = std::function<void(stores&)>;

  explicit store_thread(opened_store opened);
  store_thread(const store_thread&) = delete;
  store_thread& operator=(const store_thread&) = delete;
  ~store_thread(); ///< stop().

  /// Hands work over; what it throws is logged. Any thread. @returns false when the store is stopping: the
  /// work is dropped then.
  bool post(work what);

  /// Does work that returns a result, and waits for it. Not from an actor, nor from the store's own thread.
  /// Errors also: io_failed when the store is stopping.
  template <class Work>
  std::invoke_result_t<Work, stores&> ask(Work what) {
    using answer = std::invoke_result_t<Work, stores&>;
    auto promise = std::make_shared<std::promise<answer>>();
    auto future = promise->get_future();
    if (!post([promise, what = std::move(what)](stores& in) mutable { promise->set_value(what(in)); }))
      return stopping();
    try {
      return future.get();
    } catch (const std::future_error&) { // it threw, and was logged
      return failed();
    }
  }

  /// Does what was handed over before, then closes the store. May be called more than once, by one thread at
  /// a time.
  void stop();

  /// How much work waits.
  std::size_t waiting() const;

 private:
  static tl::unexpected<error> stopping();
  static tl::unexpected<error> failed();
  void run();
  void do_one(const work& what);

  opened_store opened_;
  stores all_;
  mutable std::mutex mutex_; ///< Guards what follows.
  std::condition_variable changed_;
  std::deque<work> queue_;
  bool ending_ = false;
  std::thread thread_;
};

} // namespace remora::hub
