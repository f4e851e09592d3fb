#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "protocol/messages.hpp"
#include "worker/queries/item_search.hpp"

namespace remora::worker {

struct query_limits {
  std::size_t questions = 8;     ///< That wait for a page at a time.
  std::size_t followers = 32;    ///< Questions of `live` that wait for something new.
  milliseconds slice{250};       ///< After which a search gives what it has, so that others get their turn.
  milliseconds live_wait{2'000}; ///< After which a question of `live` is answered with nothing.
  milliseconds live_pause{100};  ///< How often it is looked whether there is something new.
};

/// Answers the hub's questions for stored items, one page each, on a thread of its own. A question beyond
/// the limits is answered with an error.
class item_queries {
 public:
  /// @param say Sends an answer. Called on the thread of the queries; must not call back.
  item_queries(search_tools with, query_limits limits, std::function<void(protocol::message)> say);
  ~item_queries(); ///< As stop().
  item_queries(const item_queries&) = delete;
  item_queries& operator=(const item_queries&) = delete;

  // Any thread; none waits.
  void ask(protocol::item_query what);
  void cancel(std::uint64_t id);
  void cancel_all(); ///< The hub is gone.

  /// Ends the thread; a search under way ends at its next item.
  void stop();

 private:
  using clock = std::chrono::steady_clock;
  struct follower {
    protocol::item_query asked;
    clock::time_point until;
  };

  void run();
  void answer(std::unique_lock<std::mutex>& held, protocol::item_query asked);
  void look_for_news(std::unique_lock<std::mutex>& held);
  std::optional<protocol::item_page> search(std::unique_lock<std::mutex>& held,
                                            const protocol::item_query& asked);

  const search_tools with_;
  const query_limits limits_;
  const std::function<void(protocol::message)> say_;

  std::mutex mutex_; ///< Guards what follows.
  std::condition_variable woken_;
  std::deque<protocol::item_query> questions_;
  std::map<std::uint64_t, follower> followers_;
  clock::time_point look_at_{};
  std::optional<std::uint64_t> running_; ///< The question that is searched for now.
  std::atomic<bool> cut_short_{false};   ///< It is not wanted any more.
  bool ending_ = false;
  std::thread thread_;
};

} // namespace remora::worker
