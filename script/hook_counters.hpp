#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace remora::script {

/// The functions with reserved names that remora calls. Source: scripting API §6.
enum class hook : std::uint8_t {
  packet_captured,
  item_captured,
  item_queried,
  job_passed,
  job_failed,
  hub_action,
  pod_event,
  log_call,
};
inline constexpr std::size_t hook_count = 8;

/// The name a script gives it: "onPacketCaptured".
const char* to_string(hook which) noexcept;

/// What one hook of a script did so far.
struct hook_counters {
  std::uint64_t calls = 0;
  std::uint64_t errors = 0; ///< Exceptions that left it, and turns that were ended.
  nanoseconds time{0};      ///< By the clock on the wall, with what a turn takes besides.
};

/// By hook.
using hook_table = std::array<hook_counters, hook_count>;

inline void add(hook_table& to, const hook_table& more) noexcept {
  for (std::size_t i = 0; i < hook_count; ++i) {
    to[i].calls += more[i].calls;
    to[i].errors += more[i].errors;
    to[i].time += more[i].time;
  }
}

} // namespace remora::script
