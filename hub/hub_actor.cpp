#include "hub/hub_actor.hpp"

#include <algorithm>

#include <caf/send.hpp>

namespace remora::hub {

namespace {

using self_pointer = hub_actor::stateful_pointer<hub_actor_state>;

/// Lets the core do what is due, and comes back when it says.
void tick(self_pointer self) {
  auto& st = self->state;
  const auto now = std::chrono::steady_clock::now();
  const auto due = std::max(st.core->tick(), now + milliseconds{1});
  if (st.next_tick && *st.next_tick <= due) return;
  st.next_tick = due;
  self->delayed_send(self, due - now, atom::tick::value);
}

} // namespace

hub_actor::behavior_type run_hub(self_pointer self, const std::function<std::unique_ptr<hub_core>()>& make) {
  self->state.core = make();
  tick(self);
  return {
      [self](const core_work_ptr& work) {
        (*work)(*self->state.core);
        tick(self);
      },
      [self](atom::tick) {
        self->state.next_tick.reset();
        tick(self);
      },
  };
}

} // namespace remora::hub
