#pragma once

#include <vector>

#include "base/error.hpp"

namespace remora::cli {

/// What the program ends with. The meanings are part of the interface: scripts around remora test them.
enum class exit_status : int {
  done = 0,
  failed = 1,        ///< Failed while running.
  wrong_usage = 2,   ///< Wrong usage or configuration, or a script that does not load: nothing was started.
  unreachable = 3,   ///< The hub cannot be reached.
  refused = 4,       ///< The hub refused: no token, a wrong one, or one of too low a role.
  interrupted = 130, ///< SIGINT or SIGTERM.
};

/// The status for errors that kept a run from starting: wrong_usage when the person has to correct what they
/// asked for, failed when the machine or the content of a capture is to blame. One wrong_usage among several
/// decides.
exit_status status_of(const std::vector<error>& why_not_started) noexcept;

} // namespace remora::cli
