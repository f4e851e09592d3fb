#include "actors/scripts/script_supervisor.hpp"

#include <string_view>
#include <utility>

#include "base/log.hpp"

namespace remora::actors {

namespace {

constexpr std::chrono::milliseconds time_between_looks{500};

using self_pointer = script_supervisor::stateful_pointer<script_supervisor_state>;

void give_up(self_pointer self, std::size_t index, std::string_view reason) {
  auto& st = self->state;
  const auto found = st.scripts.find(index);
  if (found == st.scripts.end()) return;
  log::error("script-stuck", "script=", found->second.title, " reason=", reason,
             " it is out of service until it is loaded in a new process; everything else goes on");
  st.scripts.erase(found);
  self->send(st.owner, std::make_shared<const script_lost>(script_lost{index}));
}

void look(self_pointer self) {
  using state = script::turn_watch::state;
  std::vector<std::pair<std::size_t, std::string_view>> lost;
  for (const auto& [index, script] : self->state.scripts) {
    switch (script.watch->observe()) {
      case state::idle:
      case state::running:
        break;
      case state::overdue:
        lost.emplace_back(index, "a turn used more than twice its budget and cannot be interrupted");
        break;
      case state::dead:
        lost.emplace_back(index, "its engine broke");
        break;
    }
  }
  for (const auto& [index, reason] : lost)
    give_up(self, index, reason);
}

void mourn(self_pointer self, const caf::down_msg& down) {
  if (down.reason == caf::exit_reason::normal) return; // it had finished
  for (const auto& [index, script] : self->state.scripts) {
    if (caf::actor_cast<caf::actor_addr>(script.actor) == down.source)
      return give_up(self, index, "its actor died");
  }
}

} // namespace

script_supervisor::behavior_type supervise_scripts(
    self_pointer self, const std::shared_ptr<std::vector<supervised_script>>& scripts, script_owner owner) {
  self->state.owner = std::move(owner);
  for (std::size_t i = 0; i < scripts->size(); ++i) {
    self->monitor((*scripts)[i].actor);
    self->state.scripts.emplace(i, std::move((*scripts)[i]));
  }
  self->set_down_handler([self](const caf::down_msg& down) { mourn(self, down); });
  self->delayed_send(self, time_between_looks, atom::look::value);
  return {
      [self](atom::look) {
        look(self);
        self->delayed_send(self, time_between_looks, atom::look::value);
      },
      [self](const newcomer_ptr& joined) {
        self->monitor(joined->script.actor);
        self->state.scripts[joined->index] = joined->script;
      },
      [self](atom::forget, std::uint64_t index) {
        self->state.scripts.erase(static_cast<std::size_t>(index));
      },
  };
}

} // namespace remora::actors
