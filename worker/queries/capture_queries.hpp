#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "protocol/messages.hpp"
#include "traffic/store/stream_store.hpp"
#include "worker/queries/item_search.hpp"

namespace remora::worker {

struct capture_limits {
  std::size_t captures = 4;         ///< At a time, each with a thread of its own.
  std::size_t streams = 100'000;    ///< Of one capture.
  milliseconds sign_of_life{1'000}; ///< While streams are looked for.
  milliseconds patience{60'000};    ///< With a hub that gives no credit.
};

/// Cuts the packets of streams into capture files for the hub, piece by piece as it gives credit. Each has a
/// thread, which waits for credit without holding anybody up.
class capture_queries {
 public:
  /// @param node Named in the comment of the files.
  /// @param say Sends a piece. Called on the threads of captures; must not call back.
  capture_queries(search_tools with, const traffic::stream_store* streams, std::string node,
                  capture_limits limits, std::function<void(protocol::message)> say);
  ~capture_queries(); ///< As stop().
  capture_queries(const capture_queries&) = delete;
  capture_queries& operator=(const capture_queries&) = delete;

  // Any thread; none waits.
  void ask(const protocol::capture_query& what);
  void credit(const protocol::capture_credit& what);
  void cancel(std::uint64_t id);
  void cancel_all();

  /// Ends all captures and waits for their threads.
  void stop();

 private:
  class capture;

  const search_tools with_;
  const traffic::stream_store* const streams_;
  const std::string node_;
  const capture_limits limits_;
  const std::function<void(protocol::message)> say_;

  std::mutex mutex_; ///< Guards what follows.
  std::map<std::uint64_t, std::unique_ptr<capture>> captures_;
  bool ending_ = false;
};

} // namespace remora::worker
