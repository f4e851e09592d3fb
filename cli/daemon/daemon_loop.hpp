#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "cli/context.hpp"
#include "cli/daemon/daemon.hpp"
#include "cli/daemon/service_notifier.hpp"
#include "config/live_settings.hpp"
#include "config/watch/file_watch.hpp"

namespace remora::cli {

/// Runs a daemon from its start to its end: reloads the settings when their files change or somebody asks,
/// says when scripts may have changed, keeps the service manager informed, and stops when it is told to.
class daemon_loop {
 public:
  struct parts {
    daemon& runs;
    config::live_settings& settings; ///< Loaded.
    const service_notifier& manager;
    const context& where; ///< Where complaints go that keep it from starting.
  };

  explicit daemon_loop(const parts& with);

  /// @returns done after request_stop(SIGTERM): who runs services takes that for success; interrupted after
  /// another signal; failed or wrong_usage when the daemon could not start or go on.
  outcome run();

  // From any thread, also before run().
  void request_reload() noexcept;
  void request_stop(int signal) noexcept;
  void wake() noexcept { watch_.wake(); }

 private:
  void take_note();
  void reload();
  void watch_files();
  void report_health();
  std::chrono::milliseconds time_to_wait() const;
  outcome stop(exit_status status);

  parts with_;
  config::file_watch watch_;
  std::atomic<bool> reload_{false};
  std::atomic<int> stop_{0};
  std::string last_status_;
  std::chrono::steady_clock::time_point last_alive_;
};

} // namespace remora::cli
