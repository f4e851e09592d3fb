#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/scripts/script_actor.hpp"

namespace remora::worker {

/// A script that joins while others run. It is loaded and waits (atom::prepare).
struct joining_script {
  std::size_t index = 0; ///< Of the slot it takes: a new one, or one whose script has left.
  actors::script_actor handle;
  bool wants_packets = false;
  bool wants_items = false;
  bool sees_others = false;
  std::vector<std::string> tags; ///< Of its jobs.
};

/// Which scripts leave and which join between two rounds: no packet is missed and none is given twice when
/// one takes the place of another.
struct script_change {
  std::vector<std::size_t> leave; ///< Indexes; those that are no script's any more are passed over.
  std::vector<joining_script> join;
  std::optional<std::size_t> queue_events; ///< How many events may wait for one script from now on.
};
using script_change_ptr = std::shared_ptr<const script_change>;

/// A script that was to leave has finished what it was given. It still has to be told to finish.
struct script_left {
  std::size_t index = 0;
  std::uint64_t dropped_events = 0; ///< In this slot, since the script joined.
};
using script_left_ptr = std::shared_ptr<const script_left>;

} // namespace remora::worker
