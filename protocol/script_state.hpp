#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "protocol/script_hash.hpp"

namespace remora {

/// What a node does with one script.
enum class script_condition : std::uint8_t {
  running,   ///< This version runs.
  failed,    ///< This version did not load. The one before it, if there was one, runs on.
  suspended, ///< It used up its time or memory and waits to be loaded again.
  stuck,   ///< Its engine no longer answers; the script was given up until it changes or the worker restarts.
  removed, ///< It is no longer part of the deployment.
  declined, ///< As failed, but by the script's own word: its top level threw text. Scripting API, §2.6.
};

/// "running", "failed", "suspended", "stuck", "removed", "declined".
std::string_view to_string(script_condition condition) noexcept;

/// How it stands with one version of one script on one node.
struct script_state {
  std::uint64_t generation = 0; ///< Of the deployment that led to it.
  std::string title;
  script_hash hash; ///< Of the version this is about.
  script_condition condition = script_condition::running;
  timestamp since;
  std::optional<timestamp> retry; ///< Suspended: when it will be loaded again.
  std::string error;              ///< Why, as "file:line:column: reason"; "" while running.
};

} // namespace remora
