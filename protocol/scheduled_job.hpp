#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace remora {

/// One job of a script as it is scheduled on one node.
struct scheduled_job {
  std::string tag; ///< Unique within the script.
  std::string cron;
  std::uint64_t limit = 0;       ///< Planned runs after which it ends; 0: none.
  std::uint64_t runs = 0;        ///< Begun so far, planned and requested.
  std::optional<timestamp> next; ///< Nothing while it waits for none.
  bool paused = false;
};

} // namespace remora
