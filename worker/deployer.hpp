#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/scripts/instant_record.hpp"
#include "actors/scripts/process_scope.hpp"
#include "actors/scripts/script_supervisor.hpp"
#include "protocol/script_source.hpp"
#include "worker/conductor.hpp"
#include "worker/deployed_jobs.hpp"
#include "worker/deployment.hpp"
#include "worker/live_records.hpp"
#include "worker/screening_scripts.hpp"

namespace remora::worker {

/// Keeps the scripts of a node as they are wanted, while packets come. A script whose text and settings are
/// as before is not touched; a changed one is loaded beside the one that runs and takes its place only if it
/// loads. No packet is missed, no planned instant of a job runs twice or is left out.
using deployer = caf::typed_actor<
    // Makes it so. What is still under way for an earlier wish is let go.
    caf::reacts_to<wanted_scripts_ptr>,
    // Something is to be done with jobs now. One that concerns no job is passed over; the log says so.
    caf::reacts_to<actors::job_order_ptr>,
    // On the hub: some script has called hub.action(). For every script here that has onHubAction.
    caf::reacts_to<actors::hub_call_ptr>,
    // From the scripts.
    caf::reacts_to<script_news_ptr>,
    // From the conductor: a script has answered its last round.
    caf::reacts_to<script_left_ptr>,
    // From the supervisor.
    caf::reacts_to<actors::script_lost_ptr>,
    // From the conductor: no more packets come. Every script finishes.
    caf::reacts_to<capture_report_ptr>>;

/// What a deployer works with. Everything outlives it.
struct deployer_parts {
  std::string node_name;
  std::shared_ptr<live_records> records;
  std::shared_ptr<actors::process_scope> scope; ///< That publishes at once.
  std::shared_ptr<deployment_watcher> watcher;
  std::shared_ptr<actors::instant_record> instants; ///< Null: nothing is remembered over a restart.
  std::shared_ptr<actors::action_outlet> actions;   ///< Null: there is no hub.
  std::shared_ptr<script::file_store> files;        ///< Null: scripts have no place for files.
  std::shared_ptr<screening_scripts> screening;     ///< Null: nobody asks for items.
  /// Called once, when the deployer begins. The conductor has no script and this client.
  std::function<conductor(const caf::actor& client)> start_conductor;
  /// Detached, but for tests.
  std::function<actors::script_actor(std::shared_ptr<actors::script_runner::parts>)> spawn_script;
};

/// A version of a script in a slot of its own.
struct script_instance {
  std::size_t slot = 0;
  instance_number number = 0;
  script_source source;
  std::uint64_t generation = 0;
  std::shared_ptr<const wanted_scripts>
      settings; ///< Those it was loaded with; the scripts in it do not count.
  actors::script_actor handle;
  bool gets_packets = false;            ///< The conductor knows it.
  bool waits = true;                    ///< It has not begun: the version before has not ended.
  std::optional<std::uint64_t> left;    ///< It left before it began; what was dropped for it.
  bool lost = false;                    ///< It does not answer any more.
  std::optional<std::size_t> successor; ///< Slot of the version that begins when this one has ended.
  bool wants_actions = false;           ///< It has onHubAction.
  bool wants_queries = false;           ///< It has onItemQueried.
  std::size_t calls_under_way = 0;      ///< Of onHubAction: sent and not answered.
  std::size_t call_bytes = 0;           ///< What they hold.
  std::uint64_t missed_calls = 0;       ///< Dropped since the last that was sent.
};

struct deployer_state {
  static inline constexpr const char* name = "deployer";
  deployer_parts with;
  conductor reader;
  actors::script_supervisor supervisor;
  std::map<std::size_t, script_instance> instances; ///< All there are, by slot.
  std::map<std::string, std::size_t> running;       ///< By title: the slot of the version that gets packets.
  std::map<std::string, std::size_t> loading;       ///< By title: the slot of the version that may take over.
  std::set<std::size_t> free_slots;
  instance_number last_instance = 0;
  std::shared_ptr<script::filters> kfl;      ///< Null: the built-in macros alone.
  std::map<std::string, std::string> macros; ///< What it was made of.
  bool redaction_fail_closed = false;
  std::size_t queue_events = 0; ///< As the conductor knows it; 0: it was not told yet.
  deployed_jobs jobs;
  capture_report_ptr report; ///< Once the capture is over.
};

deployer::behavior_type deploy_scripts(deployer::stateful_pointer<deployer_state> self,
                                       const std::shared_ptr<deployer_parts>& with);

using deployer_pointer = deployer::stateful_pointer<deployer_state>;

// What has to do with jobs: deployer_jobs.cpp.
std::shared_ptr<actors::script_watcher> watch_script(deployer_pointer self, instance_number instance);
void note_script_news(deployer_pointer self, const script_news& news);
void order_jobs(deployer_pointer self, const protocol::job_order& order);
/// Those are paused, and no others.
void pause_jobs(deployer_pointer self, const std::vector<paused_job>& all);

/// Shows who is to see items on their way out of the node: deployer_actions.cpp.
void show_screening(deployer_pointer self);

/// Hands a call to the scripts that have onHubAction: deployer_actions.cpp.
void call_hub_hooks(deployer_pointer self, const actors::hub_call& what);

} // namespace remora::worker
