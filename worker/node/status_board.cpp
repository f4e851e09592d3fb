#include "worker/node/status_board.hpp"

#include <algorithm>
#include <utility>

#include "protocol/content_hash.hpp"

namespace remora::worker {

namespace {

script_state state_of(std::uint64_t generation, const script_source& script, script_condition condition,
                      timestamp now) {
  script_state out;
  out.generation = generation;
  out.title = script.title;
  out.hash = content_hash(script.code);
  out.condition = condition;
  out.since = now;
  return out;
}

} // namespace

void status_board::set(script_state state) {
  unsent_states_.insert(state.title);
  states_.insert_or_assign(state.title, std::move(state));
}

void status_board::running(std::uint64_t generation, const script_source& script, timestamp now) {
  auto state = state_of(generation, script, script_condition::running, now);
  running_.insert_or_assign(script.title, state);
  set(std::move(state));
}

void status_board::refused(std::uint64_t generation, const script_source& script, const std::string& why,
                           bool declined, timestamp now) {
  auto state =
      state_of(generation, script, declined ? script_condition::declined : script_condition::failed, now);
  state.error = why;
  set(std::move(state));
}

void status_board::suspended(const std::string& title, const std::optional<actors::suspension>& why,
                             timestamp now) {
  const auto known = running_.find(title);
  if (known == running_.end()) return;
  script_state state = known->second;
  state.since = now;
  if (why) {
    state.condition = script_condition::suspended;
    state.retry = why->until;
    state.error = why->why;
  }
  set(std::move(state));
}

void status_board::stuck(const std::string& title, timestamp now) {
  running_.erase(title);
  const auto known = states_.find(title);
  if (known == states_.end()) return;
  script_state state = known->second;
  state.condition = script_condition::stuck;
  state.since = now;
  state.error = "its engine does not answer any more";
  set(std::move(state));
}

bool status_board::ended(const std::string& title, timestamp now) {
  if (wanted_.count(title) > 0) return false; // another version has taken over, or it is stuck
  running_.erase(title);
  const auto known = states_.find(title);
  if (known == states_.end()) return true;
  script_state state = known->second;
  state.condition = script_condition::removed;
  state.since = now;
  state.error.clear();
  set(std::move(state));
  return true;
}

void status_board::jobs(const std::string& title, std::vector<scheduled_job> all) {
  unsent_jobs_.insert(title);
  jobs_.insert_or_assign(title, std::move(all));
}

bool status_board::request(protocol::job_request what) {
  if (requests_.size() >= most_requests) return false;
  requests_.push_back(std::move(what));
  return true;
}

bool status_board::is_suspended(const std::string& title) const {
  const auto known = states_.find(title);
  return known != states_.end() && known->second.condition == script_condition::suspended;
}

std::map<std::string, bool> status_board::wanted_scripts() const {
  std::map<std::string, bool> out;
  for (const auto& title : wanted_)
    out.emplace(title, running_.count(title) > 0 && !is_suspended(title));
  return out;
}

std::size_t status_board::loading_scripts() const {
  const auto is_loading = [this](const std::string& title) {
    const auto known = states_.find(title);
    return known == states_.end() || known->second.condition == script_condition::removed;
  };
  return static_cast<std::size_t>(std::count_if(wanted_.begin(), wanted_.end(), is_loading));
}

void status_board::send_all_again() {
  for (const auto& [title, state] : states_)
    unsent_states_.insert(title);
  for (const auto& [title, jobs] : jobs_)
    unsent_jobs_.insert(title);
}

bool status_board::flush(const std::function<bool(const protocol::message&)>& send) {
  while (!unsent_states_.empty()) {
    const auto found = states_.find(*unsent_states_.begin());
    if (!send(protocol::script_status{found->second})) return false;
    unsent_states_.erase(unsent_states_.begin());
    if (found->second.condition == script_condition::removed) states_.erase(found);
  }
  while (!unsent_jobs_.empty()) {
    const auto found = jobs_.find(*unsent_jobs_.begin());
    if (!send(protocol::jobs_changed{found->first, found->second})) return false;
    unsent_jobs_.erase(unsent_jobs_.begin());
    if (found->second.empty()) jobs_.erase(found);
  }
  while (!requests_.empty()) {
    if (!send(requests_.front())) return false;
    requests_.pop_front();
  }
  return true;
}

} // namespace remora::worker
