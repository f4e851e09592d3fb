#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "base/time.hpp"

namespace remora::cli {

/// Tells the service manager how a daemon is: datagrams of `NAME=value` lines to the socket that it names in
/// NOTIFY_SOCKET. Nothing happens when it names none, and a message that it does not take is lost: a daemon
/// does not depend on who started it. One thread. Source: sd_notify(3), section "Notes".
class service_notifier {
 public:
  /// Nobody is told.
  service_notifier() = default;

  /// Who is to be told by these variables: NOTIFY_SOCKET (a path, or `@NAME` for an abstract socket),
  /// WATCHDOG_USEC and WATCHDOG_PID. An address that is none is passed over with a warning.
  static service_notifier from(const std::map<std::string, std::string>& environment);

  bool is_listened_to() const noexcept { return static_cast<bool>(socket_); }

  /// The daemon has started, or has reloaded.
  void ready(std::string_view status) const;
  void reloading() const;
  void stopping() const;
  /// One line for people: what it is doing.
  void status(std::string_view text) const;
  /// It is alive. To be said more often than every watchdog().
  void alive() const;

  /// After how much silence the manager restarts the daemon. Nothing: it does not watch.
  std::optional<nanoseconds> watchdog() const noexcept { return watchdog_; }

 private:
  /// Waits at most a second for room when it must arrive, else not at all.
  void say(const std::string& lines, bool must_arrive) const;

  file_descriptor socket_; ///< Connected.
  std::optional<nanoseconds> watchdog_;
};

} // namespace remora::cli
