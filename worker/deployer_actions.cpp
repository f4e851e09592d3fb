#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "worker/deployer.hpp"

// Hooks that are not called with packets and items: onHubAction on the hub, onItemQueried on a worker.
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

void show_screening(deployer_pointer self) {
  auto& st = self->state;
  if (!st.with.screening) return;
  screening_list now;
  now.fail_closed = st.redaction_fail_closed;
  std::vector<const script_instance*> in_order;
  for (const auto& [title, slot] : st.running) {
    const auto found = st.instances.find(slot);
    if (found != st.instances.end() && found->second.wants_queries && !found->second.lost)
      in_order.push_back(&found->second);
  }
  std::sort(in_order.begin(), in_order.end(), [](const script_instance* a, const script_instance* b) {
    return std::tie(a->source.index, a->source.title) < std::tie(b->source.index, b->source.title);
  });
  for (const auto& [title, slot] : st.loading)
    now.incomplete = now.incomplete || st.running.count(title) == 0;
  // Scripts that finish are held by nobody, or their threads would never end.
  if (!st.report)
    for (const script_instance* instance : in_order)
      now.scripts.push_back(instance->handle);
  st.with.screening->show(std::move(now));
}

} // namespace remora::worker
