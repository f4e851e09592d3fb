#include "actors/scripts/script_supervisor.hpp"

#include "base/log.hpp"

namespace remora::actors {

namespace {

constexpr std::chrono::milliseconds time_between_looks{500};

using self_pointer = script_supervisor::stateful_pointer<script_supervisor_state>;

void give_up(self_pointer self, std::size_t index, std::string_view reason) {
  auto& st = self->state;
  if (st.given_up[index]) return;
  st.given_up[index] = true;
  log::error("script-stuck", "script=", st.scripts[index].title, " reason=", reason,
             " it is out of service until it is loaded in a new process; everything else goes on");
  self->send(st.owner, std::make_shared<const script_lost>(script_lost{index}));
}

void look(self_pointer self) {
  using state = script::turn_watch::state;
  auto& st = self->state;
  for (std::size_t i = 0; i < st.scripts.size(); ++i) {
    switch (st.scripts[i].watch->observe()) {
      case state::idle:
      case state::running:
        break;
      case state::overdue:
        give_up(self, i, "a turn used more than twice its budget and cannot be interrupted");
        break;
      case state::dead:
        give_up(self, i, "its engine broke");
        break;
    }
  }
}

} // namespace

script_supervisor::behavior_type supervise_scripts(self_pointer self,
                                                   std::shared_ptr<std::vector<supervised_script>> scripts,
                                                   script_owner owner) {
  self->state.scripts = std::move(*scripts);
  self->state.given_up.resize(self->state.scripts.size());
  self->state.owner = std::move(owner);
  for (const supervised_script& each : self->state.scripts)
    self->monitor(each.handle);
  self->set_down_handler([self](const caf::down_msg& down) {
    if (down.reason == caf::exit_reason::normal) return; // it had finished
    for (std::size_t i = 0; i < self->state.scripts.size(); ++i) {
      if (self->state.scripts[i].handle.address() == down.source) give_up(self, i, "its actor died");
    }
  });
  self->delayed_send(self, time_between_looks, atom::look::value);
  return {
      [self](atom::look) {
        look(self);
        self->delayed_send(self, time_between_looks, atom::look::value);
      },
  };
}

} // namespace remora::actors
