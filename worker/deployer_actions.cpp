#include <utility>

#include "worker/deployer.hpp"

// hub.action() as it reaches the scripts that a deployer keeps, on the hub.
namespace remora::worker {

namespace {

/// What may wait for one script. Beyond it calls are dropped, and the script is told how many.
constexpr std::size_t most_calls = 1'000;
constexpr std::size_t most_call_bytes = std::size_t{16} << 20U;

void answered(deployer_pointer self, std::size_t slot, instance_number number, std::size_t bytes) {
  const auto found = self->state.instances.find(slot);
  if (found == self->state.instances.end() || found->second.number != number) return;
  --found->second.calls_under_way;
  found->second.call_bytes -= bytes;
}

void call(deployer_pointer self, script_instance& to, const actors::hub_call& what) {
  const std::size_t bytes = what.action.size() + what.argument_json.size();
  if (to.calls_under_way == most_calls || to.call_bytes + bytes > most_call_bytes) {
    ++to.missed_calls;
    return;
  }
  ++to.calls_under_way;
  to.call_bytes += bytes;
  auto made = std::make_shared<actors::hub_call>(what);
  made->missed = std::exchange(to.missed_calls, 0);
  self->request(to.handle, caf::infinite, actors::hub_call_ptr{std::move(made)})
      .then([self, slot = to.slot, number = to.number,
             bytes](atom::done) { answered(self, slot, number, bytes); },
            [](const caf::error&) {}); // it died: the supervisor says so
}

} // namespace

void call_hub_hooks(deployer_pointer self, const actors::hub_call& what) {
  auto& st = self->state;
  for (const auto& [title, slot] : st.running) {
    script_instance& instance = st.instances.at(slot);
    if (instance.wants_actions && !instance.lost) call(self, instance, what);
  }
}

} // namespace remora::worker
