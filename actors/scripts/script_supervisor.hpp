#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/scripts/script_actor.hpp"
#include "script/turn_watch.hpp"

namespace remora::actors {

/// Hears of scripts that were given up.
using script_owner = caf::typed_actor<caf::reacts_to<script_lost_ptr>>;

/// Looks after script actors: notices one whose engine does not answer any more, or that died, says so in the
/// log and to the owner, and gives it up. Never waits for a script itself.
using script_supervisor = caf::typed_actor<caf::reacts_to<atom::look>>;

struct supervised_script {
  std::string title;
  script_actor handle;
  std::shared_ptr<const script::turn_watch> watch;
};

struct script_supervisor_state {
  static inline constexpr const char* name = "script-supervisor";
  std::vector<supervised_script> scripts;
  std::vector<bool> given_up;
  script_owner owner;
};

script_supervisor::behavior_type supervise_scripts(
    script_supervisor::stateful_pointer<script_supervisor_state> self,
    std::shared_ptr<std::vector<supervised_script>> scripts, script_owner owner);

} // namespace remora::actors
