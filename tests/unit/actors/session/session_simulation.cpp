#include "session_simulation.hpp"

#include <algorithm>

#include "session_sides.hpp"

namespace remora::test {

using protocol::moment;

cluster::cluster(std::uint64_t seed, const cluster_hardship& world) : world_{world}, random_{seed} {
  channel_.window_messages = 2 + up_to(20);
  channel_.receive_messages = 2 + up_to(20);
  channel_.first_timeout = milliseconds{50};
  channel_.least_timeout = milliseconds{20};
  channel_.longest_timeout = milliseconds{400};
  channel_.ack_delay = milliseconds{up_to(10)};
  records_ = 5 + up_to(25);
  calm_at_ = now_ + milliseconds{1'000 + up_to(4'000)};
  act_at_ = now_;
}

cluster::~cluster() = default;

void cluster::fail(const std::string& what) {
  if (failure_.empty()) failure_ = what;
}

// ---- the network

void cluster::carry(packet one) {
  unsigned copies = chance() < world_.repeat_percent ? 2 : 1;
  for (; copies > 0; --copies) {
    if (chance() < world_.loss_percent) {
      ++lost_;
      continue;
    }
    const auto longest = static_cast<std::uint64_t>(world_.longest_delay.count());
    auto& last = last_arrival_[{one.node, one.to_hub ? 0 : one.published ? 1 : 2}];
    last = std::max(last, now_ + milliseconds{up_to(longest)});
    wire_.emplace(last, one);
  }
}

void cluster::deliver(const packet& one) {
  worker_side& worker = *workers_.at(one.node);
  if (one.connection != worker.connection || worker.is_deaf) return; // went down with its connection
  if (one.to_hub) {
    if (worker.hub_knows) hub_->session->receive(worker.name, one.bytes, now_);
  } else if (worker.is_linked) {
    one.published ? worker.session->receive_published(one.bytes, now_)
                  : worker.session->receive(one.bytes, now_);
  }
}

void cluster::connect(std::size_t node) {
  worker_side& worker = *workers_.at(node);
  worker.connection = ++connections_;
  worker.is_deaf = false;
  worker.hub_knows = worker.is_linked = true;
  hub_->session->connected(worker.name, "address", now_);
  worker.session->connected(now_);
  worker.session->subscribed(now_);
}

/// An end that is not told believes in its connection until it is silent for too long, or a new one comes.
void cluster::end_connection(std::size_t node, bool tell_worker, bool tell_hub) {
  worker_side& worker = *workers_.at(node);
  ++breaks_;
  worker.is_deaf = true;
  if (tell_hub && worker.hub_knows) {
    worker.hub_knows = false;
    hub_->session->disconnected(worker.name, now_);
  }
  if (tell_worker && worker.is_linked) {
    worker.is_linked = false;
    worker.session->disconnected();
  }
}

// ---- the world

void cluster::start_hub() {
  for (auto& worker : workers_) {
    if (!worker) continue;
    worker->is_deaf = true;
    worker->hub_knows = false;
  }
  if (!hub_) {
    hub_ = std::make_unique<hub_side>(*this);
  } else {
    hub_->start();
    ++restarts_;
  }
}

void cluster::act() {
  act_at_ = now_ + milliseconds{1 + up_to(40)};
  const bool calm = now_ >= calm_at_;
  for (std::size_t node = 0; node < workers_.size(); ++node) {
    worker_side& worker = *workers_.at(node);
    worker.written = calm ? records_ : std::min(records_, worker.written + up_to(2));
    if (!calm && chance() < 20) worker.change_condition();
    worker.write();
    worker.confirm_some(calm);
    if (!calm) disturb(node);
    if (worker.is_deaf || !worker.is_linked || !worker.hub_knows) {
      if (calm || chance() < 30) connect(node);
    }
  }
  hub_->act(calm);
  if (!calm && world_.hub_restarts && chance() < 2) start_hub();
}

void cluster::disturb(std::size_t node) {
  worker_side& worker = *workers_.at(node);
  if (world_.breaks && !worker.is_deaf && chance() < 5) {
    const unsigned told = chance();
    end_connection(node, told < 60, told < 30 || told >= 90);
  }
  if (world_.worker_restarts && chance() < 2) {
    ++restarts_;
    end_connection(node, true, chance() < 50);
    worker.start();
  }
}

bool cluster::is_done() const {
  return std::all_of(workers_.begin(), workers_.end(), [&](const auto& worker) {
    return worker->deleted == records_ && worker->session->is_welcome() &&
           worker->told_generation == hub_->generation && hub_->is_settled(worker->name, worker->condition);
  });
}

moment cluster::next_event() const {
  moment next = act_at_;
  if (!wire_.empty()) next = std::min(next, wire_.begin()->first);
  next = std::min(next, hub_->session->next_deadline().value_or(next));
  for (const auto& worker : workers_) {
    next = std::min(next, worker->session->next_deadline().value_or(next));
  }
  return std::max(next, now_);
}

std::string cluster::run() {
  start_hub();
  for (std::size_t node = 0; node < workers_.size(); ++node) {
    workers_.at(node) = std::make_unique<worker_side>(*this, node);
    workers_.at(node)->is_deaf = true;
  }
  const moment patience = calm_at_ + std::chrono::seconds{120};
  while (failure_.empty() && (now_ < calm_at_ || !is_done())) {
    now_ = next_event();
    if (now_ > patience) fail("two minutes after the last disturbance not everything has arrived");
    if (now_ >= act_at_) act();
    while (!wire_.empty() && wire_.begin()->first <= now_) {
      const packet one = std::move(wire_.begin()->second);
      wire_.erase(wire_.begin());
      deliver(one);
    }
    hub_->session->tick(now_);
    for (const auto& worker : workers_) {
      worker->session->tick(now_);
      if (worker->session->next_deadline().value_or(moment::max()) <= now_) fail("a worker is never done");
    }
    if (hub_->session->next_deadline().value_or(moment::max()) <= now_) fail("the hub is never done");
  }
  for (const auto& worker : workers_) {
    if (hub_->stored[worker->name].size() != records_) fail("a record is missing in the end");
  }
  return failure_;
}

} // namespace remora::test
