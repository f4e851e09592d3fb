#include "worker/node/uplink_actor.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace remora::worker {

namespace {

/// At least so often something happens, so that who looks sees that it is alive.
constexpr std::chrono::seconds longest_rest{2};

using self_pointer = uplink_actor::stateful_pointer<uplink_actor_state>;

void after_each(self_pointer self) {
  auto& st = self->state;
  st.parts->show(st.logic->view());
  if (st.logic->is_done()) {
    st.parts->finished(st.logic->scripts_ended());
    self->quit();
    return;
  }
  const auto now = st.parts->clock();
  const auto next = std::min(st.logic->next_deadline().value_or(uplink::moment::max()), now + longest_rest);
  if (st.wakes_at && *st.wakes_at <= next) return;
  st.wakes_at = next;
  const auto wait = std::max(next - now, uplink::moment::duration{0});
  self->delayed_send(self, wait, atom::wake::value);
}

} // namespace

uplink_actor::behavior_type run_uplink(self_pointer self, const std::shared_ptr<uplink_actor_parts>& parts) {
  auto& st = self->state;
  st.parts = parts;
  st.logic = std::make_unique<uplink>(std::move(parts->with));
  return {
      [self](atom::load) {
        self->state.logic->begin(self->state.parts->clock());
        after_each(self);
      },
      [self](const uplink_event_ptr& what) {
        self->state.logic->handle(*what, self->state.parts->clock());
        after_each(self);
      },
      [self](atom::wake) {
        self->state.wakes_at.reset();
        self->state.logic->tick(self->state.parts->clock());
        after_each(self);
      },
  };
}

} // namespace remora::worker
