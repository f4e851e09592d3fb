#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/time.hpp"

namespace remora::traffic {

/// Time that only moves forward, made from the times of packets, which do not quite: in nanoseconds since the
/// first. A step back of more than a minute counts as a clock that was set anew: time goes on from there. No
/// time that a file may contain makes it overflow.
class capture_clock {
 public:
  /// Moves on to the time of a packet. @returns now().
  std::int64_t tick(timestamp packet) noexcept {
    if (!started_) {
      started_ = true;
      latest_ = packet;
    }
    std::int64_t step = 0;
    if (__builtin_sub_overflow(to_unix_ns(packet), to_unix_ns(latest_), &step)) {
      step = packet > latest_ ? last_instant : -last_instant;
    }
    if (step > 0) {
      now_ = std::min(last_instant, now_ + std::min(step, last_instant));
      latest_ = packet;
    } else if (step < -longest_step_back) {
      latest_ = packet;
    }
    return now_;
  }

  std::int64_t now() const noexcept { return now_; }

  /// What the capture's clock showed at an instant of this one; a guess when it was set anew since.
  timestamp shown_at(std::int64_t instant) const noexcept {
    std::int64_t ns = 0;
    if (__builtin_sub_overflow(to_unix_ns(latest_), now_ - instant, &ns)) return latest_;
    return from_unix_ns(ns);
  }

  /// The instant at which the capture's clock showed this; never later than now().
  std::int64_t instant_of(timestamp shown) const noexcept {
    std::int64_t age = 0;
    if (__builtin_sub_overflow(to_unix_ns(latest_), to_unix_ns(shown), &age)) return now_;
    return now_ - std::clamp(age, std::int64_t{0}, now_);
  }

 private:
  static constexpr std::int64_t last_instant = std::int64_t{1} << 61u;
  static constexpr std::int64_t longest_step_back = 60'000'000'000;

  timestamp latest_;
  std::int64_t now_ = 0;
  bool started_ = false;
};

} // namespace remora::traffic
