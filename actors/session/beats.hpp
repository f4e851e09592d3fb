#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"

namespace remora::session {

/// The interval between heartbeats, whatever the hub or its configuration says.
inline milliseconds within_beat_bounds(nanoseconds wanted) noexcept {
  constexpr nanoseconds least = milliseconds{100};
  constexpr nanoseconds most = std::chrono::seconds{60};
  return std::chrono::duration_cast<milliseconds>(std::clamp(wanted, least, most));
}

/// A peer that says nothing for so many intervals is taken for lost.
inline constexpr int silent_beats = 3;

} // namespace remora::session
