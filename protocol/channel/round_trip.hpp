#pragma once

#include "protocol/channel/channel_settings.hpp"

namespace remora::protocol {

/// How long to wait for an answer: the smoothed round trip and four times its deviation, doubled each time
/// that nothing came, within the bounds of the settings. Source: RFC 6298, with bounds of our own.
class round_trip {
 public:
  explicit round_trip(const channel_settings& settings) noexcept
      : least_{settings.least_timeout}, longest_{settings.longest_timeout}, base_{settings.first_timeout} {}

  /// An answer took so long. Only for what was sent once: otherwise nobody knows which one was answered.
  void measured(nanoseconds taken) noexcept;
  /// Something was answered: waits as long as measured again.
  void answered() noexcept { doublings_ = 0; }
  /// Nothing came within timeout().
  void timed_out() noexcept;

  nanoseconds timeout() const noexcept;

 private:
  nanoseconds least_;
  nanoseconds longest_;
  nanoseconds base_;
  nanoseconds smoothed_{0}; // 0: nothing was measured yet
  nanoseconds deviation_{0};
  unsigned doublings_ = 0;
};

} // namespace remora::protocol
