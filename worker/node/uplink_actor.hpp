#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "worker/messages.hpp"
#include "worker/node/uplink.hpp"
#include "worker/node/uplink_event.hpp"

CAF_BEGIN_TYPE_ID_BLOCK(remora_node, caf::id_block::remora_worker::end)
CAF_ADD_TYPE_ID(remora_node, (remora::worker::uplink_event_ptr))
CAF_END_TYPE_ID_BLOCK(remora_node)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::worker::uplink_event_ptr)

namespace remora::worker {

/// Gives an uplink a mailbox and time. Spawn it detached: the uplink blocks on the disk. Quits when the
/// uplink is done.
using uplink_actor = caf::typed_actor<
    // Runs the last deployment from disk. Once, before anything else.
    caf::reacts_to<atom::load>,
    // Something has happened.
    caf::reacts_to<uplink_event_ptr>,
    // Time has passed. Sent by the actor to itself.
    caf::reacts_to<atom::wake>>;

struct uplink_actor_parts {
  uplink_parts with;
  std::function<uplink::moment()> clock;
  std::function<void(const uplink_view&)> show;     ///< How it stands, after everything that happened.
  std::function<void(bool scripts_ended)> finished; ///< Called once, at the end.
};

struct uplink_actor_state {
  static inline constexpr const char* name = "uplink";
  std::unique_ptr<uplink> logic;
  std::optional<uplink::moment> wakes_at;
  std::shared_ptr<uplink_actor_parts> parts;
};

uplink_actor::behavior_type run_uplink(uplink_actor::stateful_pointer<uplink_actor_state> self,
                                       const std::shared_ptr<uplink_actor_parts>& parts);

} // namespace remora::worker
