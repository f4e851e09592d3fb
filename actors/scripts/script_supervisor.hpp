#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "actors/scripts/script_actor.hpp"

namespace remora::actors {

/// Hears of scripts that were given up.
using script_owner = caf::typed_actor<caf::reacts_to<script_lost_ptr>>;

/// Looks after script actors: notices one whose engine does not answer any more, or that died, says so in the
/// log and to the owner, and gives it up. Never waits for a script itself.
using script_supervisor = caf::typed_actor<
    // Looks at every script. Sent by the actor to itself.
    caf::reacts_to<atom::look>,
    // Another script to look after, instead of the one that had its index.
    caf::reacts_to<newcomer_ptr>,
    // The script of this index ends; it is not looked after any more.
    caf::reacts_to<atom::forget, std::uint64_t>>;

struct script_supervisor_state {
  static inline constexpr const char* name = "script-supervisor";
  std::map<std::size_t, supervised_script> scripts; ///< Those that were not given up, by index.
  script_owner owner;
};

script_supervisor::behavior_type supervise_scripts(
    script_supervisor::stateful_pointer<script_supervisor_state> self,
    const std::shared_ptr<std::vector<supervised_script>>& scripts, script_owner owner);

} // namespace remora::actors
