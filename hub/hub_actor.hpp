#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/messages.hpp"
#include "hub/hub_core.hpp"

namespace remora::hub {

/// Something to be done with the core, where it lives.
using core_work = std::function<void(hub_core&)>;
using core_work_ptr = std::shared_ptr<const core_work>;

} // namespace remora::hub

// Hub and worker may live in one process: the worker's types stand between the actors' and these.
CAF_BEGIN_TYPE_ID_BLOCK(remora_hub, caf::id_block::remora_actors::end + 64)
CAF_ADD_TYPE_ID(remora_hub, (remora::hub::core_work_ptr))
CAF_ADD_ATOM(remora_hub, remora::atom, tick, "tick")
CAF_END_TYPE_ID_BLOCK(remora_hub)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::hub::core_work_ptr)

namespace remora::hub {

/// Gives the hub's core a place and a clock: work comes as messages, and the core ticks when it is due.
using hub_actor = caf::typed_actor<caf::reacts_to<core_work_ptr>,
                                   // Sent by the actor to itself.
                                   caf::reacts_to<atom::tick>>;

struct hub_actor_state {
  static inline constexpr const char* name = "hub";
  std::unique_ptr<hub_core> core;
  std::optional<protocol::moment> next_tick; ///< A tick is on its way for then.
};

/// @param make Called once, in the actor.
hub_actor::behavior_type run_hub(hub_actor::stateful_pointer<hub_actor_state> self,
                                 const std::function<std::unique_ptr<hub_core>()>& make);

} // namespace remora::hub
