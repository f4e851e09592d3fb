#pragma once

#include <memory>
#include <string>

#include <caf/actor_control_block.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>
#include <caf/type_id.hpp>

#include "actors/scripts/round.hpp"
#include "protocol/messages.hpp"
#include "script/turn_watch.hpp"

// What the actors of one process say to each other. Nothing here crosses a process: payloads are shared,
// immutable once sent, and never serialised.
namespace remora::actors {

/// What is to be done with jobs from outside.
using job_order_ptr = std::shared_ptr<const protocol::job_order>;

/// How loading a script ended.
struct load_report {
  std::string error;     ///< "": it is loaded.
  bool declined = false; ///< It said itself that it does not want to run here.
  bool wants_packets = false;
  bool wants_items = false;
  bool sees_others = false;
  bool wants_actions = false; ///< It has onHubAction.
  bool wants_queries = false; ///< It has onItemQueried.
  std::vector<std::string> tags;
};
using load_report_ptr = std::shared_ptr<const load_report>;

/// A script to look after.
struct supervised_script {
  std::string title;
  caf::strong_actor_ptr actor; ///< Strong: CAF 0.17 must not be told to monitor what is gone.
  std::shared_ptr<const script::turn_watch> watch;
};
struct newcomer {
  std::size_t index = 0;
  supervised_script script;
};
using newcomer_ptr = std::shared_ptr<const newcomer>;

/// A script's engine does not answer any more; it was given up.
struct script_lost {
  std::size_t script = 0;
};
using script_lost_ptr = std::shared_ptr<const script_lost>;

} // namespace remora::actors

CAF_BEGIN_TYPE_ID_BLOCK(remora_actors, caf::first_custom_type_id)
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::round_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::round_done_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::load_report_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::script_tally_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::script_lost_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::newcomer_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::job_order_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::script_start_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::hub_call_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::screening_ptr))
CAF_ADD_TYPE_ID(remora_actors, (remora::actors::screened_ptr))
CAF_ADD_ATOM(remora_actors, remora::atom, load, "load")
CAF_ADD_ATOM(remora_actors, remora::atom, prepare, "prepare")
CAF_ADD_ATOM(remora_actors, remora::atom, wake, "wake")
CAF_ADD_ATOM(remora_actors, remora::atom, finish, "finish")
CAF_ADD_ATOM(remora_actors, remora::atom, look, "look")
CAF_ADD_ATOM(remora_actors, remora::atom, forget, "forget")
CAF_ADD_ATOM(remora_actors, remora::atom, step, "step")
CAF_ADD_ATOM(remora_actors, remora::atom, done, "done")
CAF_END_TYPE_ID_BLOCK(remora_actors)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::round_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::round_done_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::load_report_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::script_tally_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::script_lost_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::newcomer_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::job_order_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::script_start_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::hub_call_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::screening_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::actors::screened_ptr)
