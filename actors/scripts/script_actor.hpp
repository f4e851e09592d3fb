#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/messages.hpp"
#include "actors/scripts/script_runner.hpp"

namespace remora::actors {

/// Runs one script. Spawn it detached: a script may hold its thread for a whole budget, or for ever.
using script_actor = caf::typed_actor<
    // Loads the script, on this actor's thread. Answers how that went; after an error the actor is of no use.
    caf::replies_to<atom::load>::with<load_report_ptr>,
    // The same, and then it waits: rounds are kept, jobs and timers do not run. For a script that is to take
    // the place of another, which goes on until this one is known to load.
    caf::replies_to<atom::prepare>::with<load_report_ptr>,
    // Ends the wait.
    caf::reacts_to<script_start_ptr>,
    // Something is to be done with its jobs, also while it waits. A tag it does not have is passed over.
    caf::reacts_to<job_order_ptr>,
    // A round of work. The answer is the sender's credit for another. What the script asks of others between
    // two rounds is sent to the same place, as the end of round 0.
    caf::replies_to<round_ptr>::with<round_done_ptr>,
    // A script has called hub.action(), and this one is on the hub. Answered once it was seen to.
    caf::replies_to<hub_call_ptr>::with<atom::done>,
    // Items are about to leave the node. Answers what the script makes of them.
    caf::replies_to<screening_ptr>::with<screened_ptr>,
    // Something may be due by the wall clock. Sent by the actor to itself.
    caf::reacts_to<atom::wake>,
    // The work is over; true: run every job once more. Answers what came of the script, then quits.
    caf::replies_to<atom::finish, bool>::with<script_tally_ptr>>;

struct script_actor_state {
  static inline constexpr const char* name = "script";
  std::unique_ptr<script_runner> runner;
  std::size_t index = 0;
  bool wall_clock = true;
  bool waits = false;                      ///< It is loaded and does not work yet.
  std::vector<std::function<void()>> kept; ///< Work that came while it waits.
  caf::strong_actor_ptr owner;             ///< Who sends the rounds; hears what happens between them.
  timestamp wakes_at = timestamp::max();   ///< For when the next wake is under way.
};

script_actor::behavior_type script_behavior(script_actor::stateful_pointer<script_actor_state> self,
                                            const std::shared_ptr<script_runner::parts>& with);

} // namespace remora::actors
