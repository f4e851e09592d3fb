#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "actors/link/worker_socket.hpp"
#include "actors/session/worker_session.hpp"
#include "base/error.hpp"

namespace remora::bench {

/// What simulated workers do besides being there.
struct simulated_load {
  std::size_t jobs_per_second = 0;  ///< Each of them: runs planned at full seconds.
  std::size_t lines_per_second = 0; ///< Each of them.
  bool flood_runs = false;          ///< As many runs as the hub takes over, in batches.
  bool flood_lines = false;
};

/// What they saw. Delays are from the planned instant to the moment the hub said that the record is stored.
struct simulated_totals {
  std::uint64_t runs_sent = 0;
  std::uint64_t runs_acknowledged = 0;
  std::uint64_t lines_acknowledged = 0;
  std::vector<double> delays_ms;
};

/// Workers that capture nothing: the real socket and the real session of each, and an application that takes
/// every deployment and reports what it is asked to. All sessions share one thread, so that a thousand fit on
/// a laptop.
class simulated_cluster {
 public:
  /// @param hub "127.0.0.1:8891"
  static result<std::unique_ptr<simulated_cluster>> start(const std::string& hub, std::size_t workers);
  ~simulated_cluster();

  /// Waits until all run this generation or a later one. @returns whether they do within the time.
  bool all_run(std::uint64_t generation, std::chrono::milliseconds limit);
  bool all_are_welcome(std::chrono::milliseconds limit);
  /// The lowest generation that any of them runs.
  std::uint64_t lowest_generation() const;

  void set_load(const simulated_load& load);
  /// What was acknowledged since the last call.
  simulated_totals take_totals();

 private:
  class worker;
  simulated_cluster();
  void run();
  bool wait_until(const std::function<bool()>& so, std::chrono::milliseconds limit) const;

  std::vector<std::unique_ptr<worker>> workers_;
  mutable std::mutex mutex_; ///< Guards load_ and totals_.
  simulated_load load_;
  simulated_totals totals_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

} // namespace remora::bench
