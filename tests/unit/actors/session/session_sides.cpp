#include "session_sides.hpp"

#include <variant>

namespace remora::test {

// ---- a worker

void cluster::worker_side::start() {
  incarnation += 1 + world_.up_to(2);
  protocol::hello about;
  about.node = name;
  about.incarnation = incarnation;
  session::worker_session_settings settings;
  settings.channel = world_.channel_;
  settings.hello_again = milliseconds{50};
  settings.hello_longest = milliseconds{500};
  settings.jitter_seed = static_cast<std::uint32_t>(world_.random_());
  session = std::make_unique<session::worker_session>(about, settings, *this, *this);
  condition += 1;
  condition_sent_ = true; // it is told when the hub welcomes this life
  told_generation = 0;
  sent_ = deleted;
  is_full_ = false;
  record_of_.clear();
  in_hand_.clear();
  last_order_ = last_epoch_ = 0;
  was_welcomed_ = false;
}

void cluster::worker_side::send(std::string_view bytes) {
  if (!is_linked) return world_.fail("a worker spoke without a connection");
  world_.carry({node_, connection, true, false, std::string{bytes}});
}

bool cluster::worker_side::put(const protocol::message& what, std::uint64_t record) {
  const auto number = session->send(what, world_.now_);
  if (number) {
    if (!record_of_.empty() && *number <= record_of_.rbegin()->first) world_.fail("a number was given twice");
    record_of_[*number] = record;
  } else if (number.error().code != errc::window_full) {
    world_.fail("send() failed: " + number.error().message);
  } else {
    is_full_ = true;
  }
  return number.has_value();
}

void cluster::worker_side::write() {
  if (!condition_sent_ && !is_full_) {
    condition_sent_ = put(protocol::hub_action{"condition", std::to_string(condition), ""}, 0);
  }
  while (sent_ < written && !is_full_) {
    if (put(protocol::lines_dropped{"s", sent_ + 1}, sent_ + 1)) ++sent_;
  }
}

void cluster::worker_side::change_condition() {
  ++condition;
  condition_sent_ = false;
}

void cluster::worker_side::confirm_some(bool all) {
  for (auto left = all ? in_hand_.size() : world_.up_to(2); left > 0 && !in_hand_.empty(); --left) {
    session->confirm(in_hand_.front(), world_.now_);
    in_hand_.pop_front();
  }
}

void cluster::worker_side::welcomed(const protocol::welcome& by, bool new_life) {
  if (new_life != (!was_welcomed_ || by.epoch != last_epoch_)) {
    world_.fail(new_life ? "an old life of the hub was told as new" : "a new life of the hub was not told");
  }
  was_welcomed_ = true;
  last_epoch_ = by.epoch;
  if (new_life) condition_sent_ = false;
}

void cluster::worker_side::lost() {
  if (!was_welcomed_) world_.fail("a hub was lost that was never there");
}

void cluster::worker_side::received(const protocol::message& what, protocol::stream_position at) {
  const auto& order = std::get<protocol::job_order>(what);
  if (order.tag != std::to_string(incarnation)) world_.fail("an order came to another life of its node");
  if (order.id <= last_order_) world_.fail("an order came twice, or late");
  last_order_ = order.id;
  in_hand_.push_back(at);
}

void cluster::worker_side::acknowledged(std::uint64_t number) {
  while (!record_of_.empty() && record_of_.begin()->first <= number) {
    const std::uint64_t record = record_of_.begin()->second;
    record_of_.erase(record_of_.begin());
    if (record == 0) continue;
    if (world_.hub_->stored[name].count(record) == 0) world_.fail("a record was acknowledged, not stored");
    if (record != deleted + 1) world_.fail("records were acknowledged out of order");
    deleted = record;
  }
}

// ---- the hub

void cluster::hub_side::start() {
  epoch += 1 + world_.up_to(2);
  memory_.clear();
  session::hub_session_settings settings;
  settings.epoch = epoch;
  settings.heartbeat = milliseconds{200};
  settings.channel = world_.channel_;
  session = std::make_unique<session::hub_sessions>(settings, *this, *this);
}

void cluster::hub_side::send(const std::string& node, std::string_view bytes) {
  for (const auto& worker : world_.workers_) {
    if (worker->name != node) continue;
    if (!worker->hub_knows) world_.fail("the hub spoke without a connection");
    world_.carry({worker->node_index(), worker->connection, false, false, std::string{bytes}});
  }
}

void cluster::hub_side::publish(std::string_view bytes) {
  for (const auto& worker : world_.workers_) {
    world_.carry({worker->node_index(), worker->connection, false, true, std::string{bytes}});
  }
}

void cluster::hub_side::store_some(const std::string& node, node_memory& memory, bool all) {
  std::optional<protocol::stream_position> through;
  for (auto left = all ? memory.in_hand.size() : world_.up_to(3); left > 0 && !memory.in_hand.empty();
       --left) {
    const hand one = memory.in_hand.front();
    memory.in_hand.pop_front();
    if (one.record != 0) stored[node].insert(one.record);
    through = one.at;
  }
  // May be of a worker that is away, or of an earlier life of it.
  if (through) session->confirm(node, *through, world_.now_);
}

void cluster::hub_side::act(bool calm) {
  for (auto& [node, memory] : memory_) {
    store_some(node, memory, calm);
    if (calm || !memory.is_here || world_.chance() >= 30) continue;
    const auto sent = session->send(node,
                                    protocol::job_order{++orders, protocol::job_action::run, "s",
                                                        std::to_string(memory.incarnation), false},
                                    world_.now_);
    if (!sent && sent.error().code != errc::window_full) world_.fail("send(): " + sent.error().message);
  }
  if (!calm && world_.chance() < 10) {
    ++generation;
    if (!session->publish(protocol::deployment_changed{generation})) world_.fail("publish() failed");
  }
}

bool cluster::hub_side::is_settled(const std::string& node, std::uint64_t condition) const {
  const auto found = memory_.find(node);
  return found != memory_.end() && found->second.is_here && found->second.condition == condition &&
         session->unacknowledged(node) == 0;
}

result<protocol::welcome> cluster::hub_side::greet(const std::string&, const protocol::hello&) {
  protocol::welcome out;
  out.generation = generation;
  return out;
}

void cluster::hub_side::joined(const std::string& node, const std::string&, const protocol::hello& who,
                               bool new_life) {
  node_memory& memory = memory_[node];
  if (memory.is_here) world_.fail("a worker joined that was here");
  if (new_life != (memory.incarnation != who.incarnation)) {
    world_.fail(new_life ? "an old life of a worker was told as new" : "a new life of a worker was not told");
  }
  memory.incarnation = who.incarnation;
  memory.is_here = true;
  if (new_life) memory.condition = 0;
}

void cluster::hub_side::left(const std::string& node, session::departure) {
  node_memory& memory = memory_[node];
  if (!memory.is_here) world_.fail("a worker left that was not here");
  memory.is_here = false;
}

void cluster::hub_side::received(const std::string& node, const protocol::message& what,
                                 protocol::stream_position at) {
  node_memory& memory = memory_[node];
  if (at.incarnation != memory.incarnation) world_.fail("a message came of a life that is not here");
  if (const auto* action = std::get_if<protocol::hub_action>(&what)) {
    memory.condition = std::stoull(action->action);
    memory.in_hand.push_back({0, at});
  } else {
    memory.in_hand.push_back({std::get<protocol::lines_dropped>(what).count, at});
  }
}

} // namespace remora::test
