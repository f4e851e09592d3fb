#pragma once

#include <csignal>
#include <ctime>

namespace remora::cli {

/// Takes what is pending of `signals`, which the calling thread blocks, so that unblocking them does not end
/// the process: whoever stops a program often sends its signal twice, and the second may come when all is
/// done.
inline void forget_pending(const sigset_t& signals) noexcept {
  constexpr timespec at_once{};
  while (sigtimedwait(&signals, nullptr, &at_once) > 0) {
  }
}

} // namespace remora::cli
