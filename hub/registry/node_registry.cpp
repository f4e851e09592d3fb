#include "hub/registry/node_registry.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace remora::hub {

namespace {

const deployed_script* find(const published_deployment* wanted, const std::string& title) {
  if (wanted == nullptr) return nullptr;
  for (const auto& script : wanted->manifest.scripts)
    if (script.title == title) return &script;
  return nullptr;
}

const script_totals* totals_of(const node_stats& stats, const std::string& title) {
  for (const auto& one : stats.scripts)
    if (one.title == title) return &one;
  return nullptr;
}

double rate(const node_stats& before, const node_stats& now) {
  const auto time = now.uptime - before.uptime;
  if (time <= nanoseconds{0} || now.packets < before.packets) return 0;
  return static_cast<double>(now.packets - before.packets) / std::chrono::duration<double>(time).count();
}

} // namespace

std::string_view to_string(node_condition condition) noexcept {
  switch (condition) {
    case node_condition::up:
      return "up";
    case node_condition::lost:
      return "lost";
    case node_condition::stopped:
      return "stopped";
  }
  return "";
}

void node_registry::make_room() {
  if (nodes_.size() < most_nodes) return;
  auto oldest = nodes_.end();
  for (auto one = nodes_.begin(); one != nodes_.end(); ++one) {
    if (one->second.view.condition == node_condition::up) continue;
    if (oldest == nodes_.end() || one->second.view.last_seen < oldest->second.view.last_seen) oldest = one;
  }
  if (oldest == nodes_.end()) return; // all are up: the sessions have a limit of their own
  log::warn("node-forgotten", "node=", oldest->first, " why=there are ", nodes_.size(), " nodes");
  nodes_.erase(oldest);
}

void node_registry::joined(const std::string& node, const std::string& address, const protocol::hello& who,
                           bool new_life, timestamp now) {
  if (nodes_.count(node) == 0) make_room();
  record& one = nodes_[node];
  if (new_life) one = {};
  node_view& view = one.view;
  view.name = node;
  view.address = address;
  view.addresses = who.addresses;
  view.interfaces = who.interfaces;
  view.version = who.software;
  view.condition = node_condition::up;
  view.up_since = who.started;
  view.last_seen = now;
  view.stats.generation = who.generation;
}

void node_registry::left(const std::string& node, node_condition how, timestamp now) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return;
  node_view& view = found->second.view;
  view.condition = how;
  view.packets_per_second = 0;
  if (how == node_condition::stopped) view.last_seen = now;
}

void node_registry::heard(const std::string& node, const protocol::heartbeat& health, timestamp now) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return;
  node_view& view = found->second.view;
  view.packets_per_second = rate(view.stats, health.stats);
  view.stats = health.stats;
  view.clock_offset = health.clock - now;
  view.last_seen = now;
}

void node_registry::script_is(const std::string& node, const script_state& state) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return;
  auto& scripts = found->second.scripts;
  if (state.condition == script_condition::removed) {
    scripts.erase(state.title);
    return;
  }
  if (scripts.count(state.title) == 0 && scripts.size() >= most_states_of_a_node) return;
  script_record& one = scripts[state.title];
  one.state = state;
  // A version that does not load leaves the one before it running.
  if (state.condition == script_condition::running || state.condition == script_condition::suspended) {
    one.running = state.hash;
  } else if (state.condition == script_condition::stuck) {
    one.running.reset();
  }
}

std::vector<node_view> node_registry::nodes(const published_deployment* wanted) const {
  std::vector<node_view> all;
  all.reserve(nodes_.size());
  for (const auto& [name, one] : nodes_) {
    if (name == protocol::hub_node) continue;
    all.push_back(one.view);
    all.back().current = wanted != nullptr && one.view.stats.generation == wanted->manifest.generation;
  }
  return all;
}

std::vector<script_on_node> node_registry::status_of(const std::string& title,
                                                     const published_deployment* wanted) const {
  const deployed_script* const aim = find(wanted, title);
  std::vector<script_on_node> all;
  for (const auto& [name, one] : nodes_) {
    const auto known = one.scripts.find(title);
    if (known == one.scripts.end() && aim == nullptr) continue;
    script_on_node status;
    status.node = name;
    status.node_up = one.view.condition == node_condition::up;
    if (known != one.scripts.end()) {
      status.state = known->second.state;
      status.running = known->second.running;
    } else {
      status.state.title = title;
    }
    status.known = known != one.scripts.end();
    status.current = aim != nullptr && status.running == aim->hash;
    if (const auto* totals = totals_of(one.view.stats, title)) status.totals = *totals;
    all.push_back(std::move(status));
  }
  return all;
}

bool node_registry::is_up(const std::string& node) const {
  const auto found = nodes_.find(node);
  return found != nodes_.end() && found->second.view.condition == node_condition::up;
}

std::size_t node_registry::up() const noexcept {
  return static_cast<std::size_t>(std::count_if(nodes_.begin(), nodes_.end(), [](const auto& one) {
    return one.first != protocol::hub_node && one.second.view.condition == node_condition::up;
  }));
}

} // namespace remora::hub
