#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/error.hpp"
#include "config/settings.hpp"
#include "config/settings_change.hpp"

namespace remora::cli {

/// A program that stays, as daemon_loop drives it. Every function is called on the main thread, and should
/// return soon: while one works no signal is obeyed. Made before anything was configured, so that it starts
/// nothing before start().
class daemon {
 public:
  daemon() = default;
  daemon(const daemon&) = delete;
  daemon& operator=(const daemon&) = delete;
  virtual ~daemon() = default;

  /// Begins to work. Errors: all that keeps it from starting. The program ends then with exit status 2 if one
  /// is invalid_usage, invalid_config or invalid_filter, with 1 otherwise; stop() is not called.
  /// @param wake May be called from any thread, as long as the daemon lives: look() is called soon.
  virtual tl::expected<void, std::vector<error>> start(const config::settings& settings,
                                                       std::function<void()> wake) = 0;

  /// Settings were loaded again, and what `change.at_once` names is new. The log's level has been set.
  virtual void apply(const config::settings_change& change, const config::settings& settings) = 0;

  /// Files and folders to watch beside the configuration, asked for after start() and after each apply().
  virtual std::vector<std::string> files_to_watch(const config::settings& /*settings*/) const { return {}; }
  /// One of them may have changed. Also called when the person asks for a reload.
  virtual void files_changed() {}

  /// Once a second, and soon after wake().
  virtual void look() {}
  /// Why the daemon cannot go on, once it cannot: the program stops and ends with exit status 1.
  virtual std::optional<error> failure() const { return std::nullopt; }
  /// False while a part of it does not answer: the service manager then hears nothing, and restarts it when
  /// that lasts.
  virtual bool is_healthy() const { return true; }
  /// One line for the service manager: "connected to 10.0.0.1:8891, 3 scripts".
  virtual std::string status_text() const = 0;

  /// Ends what it does, within a few seconds. @returns false when a part of it does not end, so that the
  /// process has to leave without destructors.
  virtual bool stop() = 0;
};

} // namespace remora::cli
