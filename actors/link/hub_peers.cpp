#include <cerrno>
#include <utility>

#include "actors/link/frame.hpp"
#include "actors/link/hub_core.hpp"

/// The half of hub_core that knows connections and peers.
namespace remora::link {

namespace {

constexpr int most_frames_a_pass = 1000; // then commands, gate and watches have their turn
constexpr std::size_t most_bans = 10'000;

} // namespace

bool hub_core::drain_router() {
  zmq::message_t route;
  for (int i = 0; i < most_frames_a_pass && !stopping_.load(); ++i) {
    if (!receive(*router_, route)) return i > 0;
    zmq::message_t body;
    if (!route.more() || !receive(*router_, body)) continue;
    take_frame(route.to_string(), body, skip_rest(*router_, body));
  }
  return true;
}

void hub_core::take_frame(const std::string& route, zmq::message_t& body, std::size_t rest) {
  auto* from = find_or_admit(route, body);
  if (from == nullptr || from->ended) {
    counters_.dropped(drop_reason::cut_off);
    return;
  }
  from->heard = now_;
  const bool in_rate =
      from->message_rate.take(1, now_) && from->byte_rate.take(static_cast<double>(body.size()), now_);
  if (!in_rate) {
    counters_.dropped(drop_reason::flooded);
    expel(*from, gone_reason::flooded);
    return;
  }
  const auto text = body.to_string_view();
  const bool has_type = rest == 0 && !text.empty();
  if (has_type && text.front() == static_cast<char>(frame_type::heartbeat)) {
    take_heartbeat(*from, text.substr(1));
  } else if (has_type && text.front() == static_cast<char>(frame_type::data) && !from->name.empty()) {
    ++from->received;
    counters_.received();
    tell([&](hub_handler& handler) { handler.message(from->name, text.substr(1)); });
  } else {
    counters_.dropped(drop_reason::malformed);
    expel(*from, gone_reason::malformed);
  }
}

hub_core::connection* hub_core::find_or_admit(const std::string& route, zmq::message_t& body) {
  if (const auto known = connections_.find(route); known != connections_.end()) return &known->second;
  const int descriptor = descriptor_of(body);
  const auto address = remote_address(descriptor);
  const auto key = property_of(body, "User-Id");
  const auto host = address.substr(0, address.rfind(':'));
  const bool full = connections_.size() >= options_.most_peers;
  // The gate let it in, but its key may be revoked since.
  if (full || (curve_ && options_.enrolled.name_of(key) == nullptr)) {
    cut_connection(descriptor, address);
    refuse(address, host,
           full ? "there are " + std::to_string(connections_.size()) + " connections already"
                : "the key " + key + " is revoked");
    return nullptr;
  }
  const auto& rates = options_.rates;
  connection made{route,
                  key,
                  {},
                  address,
                  descriptor,
                  now_,
                  {rates.messages_per_second, rates.message_burst, now_},
                  {rates.bytes_per_second, rates.byte_burst, now_},
                  {options_.queues.messages, options_.queues.bytes}};
  return &connections_.emplace(route, std::move(made)).first->second;
}

void hub_core::take_heartbeat(connection& from, std::string_view claimed) {
  std::string name{claimed};
  if (curve_) {
    const auto* enrolled = options_.enrolled.name_of(from.key);
    name = enrolled == nullptr ? std::string{} : *enrolled;
  }
  if (from.name.empty() && (!is_peer_name(name) || (!curve_ && is_banned(name)))) {
    counters_.dropped(drop_reason::malformed);
    refuse(from.address, from.address.substr(0, from.address.rfind(':')),
           is_peer_name(name) ? name + " is turned away for a while after what it sent"
                              : "it claims no usable name");
    end(from, gone_reason::malformed);
    return;
  }
  // The answer first: what the handler sends to a new peer comes after it.
  if (give(from, heartbeat_) == handed::gone) {
    end(from, gone_reason::unreachable);
    return;
  }
  if (from.name.empty()) introduce(from, name);
}

void hub_core::introduce(connection& from, const std::string& name) {
  if (const auto older = routes_.find(name); older != routes_.end()) {
    if (const auto due = rare_.due("link-peer-replaced", name, now_)) {
      log::warn("link-peer-replaced", "name=", name, " by=", from.address, " left_out=", *due);
    }
    end(connections_.at(older->second), gone_reason::replaced);
  }
  from.name = name;
  routes_[name] = from.route;
  log::info("link-peer-connected", "name=", name, " address=", from.address);
  tell([&](hub_handler& handler) { handler.peer_connected(from.name, from.address); });
}

void hub_core::queue(command&& one) {
  const auto route = routes_.find(one.peer);
  if (route == routes_.end()) {
    counters_.dropped(drop_reason::no_such_peer);
    return;
  }
  auto& to = connections_.at(route->second);
  const auto size = one.frame.size();
  const bool in_total = size <= options_.total_queue_bytes - waiting_bytes_;
  if (!in_total || !to.waiting.push(std::move(one.frame))) {
    ++to.dropped;
    counters_.dropped(in_total ? drop_reason::peer_queue_full : drop_reason::total_queue_full);
    if (const auto due = rare_.due("link-peer-slow", to.name, now_)) {
      log::warn("link-peer-slow", "name=", to.name, " waiting=", to.waiting.size(),
                " waiting_bytes=", to.waiting.bytes(), " dropped=", to.dropped);
    }
    return;
  }
  waiting_bytes_ += size;
  waiting_.insert(to.route);
}

hub_core::handed hub_core::give(const connection& to, const std::string& frame) {
  try {
    // The first frame decides: once it is taken, so is the second.
    if (!router_->send(zmq::buffer(to.route), zmq::send_flags::sndmore | zmq::send_flags::dontwait))
      return handed::full;
    router_->send(zmq::buffer(frame), zmq::send_flags::dontwait);
    return handed::sent;
  } catch (const zmq::error_t& failed) {
    if (failed.num() != EHOSTUNREACH) throw;
    return handed::gone;
  }
}

bool hub_core::pump(connection& to) {
  while (!to.waiting.empty()) {
    const auto how = give(to, to.waiting.front());
    if (how == handed::full) return false;
    if (how == handed::gone) {
      end(to, gone_reason::unreachable);
      return true;
    }
    waiting_bytes_ -= to.waiting.front().size();
    to.waiting.pop();
    ++to.sent;
    counters_.sent();
  }
  return true;
}

bool hub_core::pump_waiting() {
  bool any = false;
  const std::vector<std::string> routes(waiting_.begin(),
                                        waiting_.end()); // the handler's calls change the set
  for (const auto& route : routes) {
    const auto found = connections_.find(route);
    if (found == connections_.end()) {
      waiting_.erase(route);
      continue;
    }
    const auto before = found->second.waiting.size();
    if (pump(found->second)) waiting_.erase(route);
    any |= found->second.waiting.size() != before;
  }
  return any;
}

void hub_core::forget_waiting(connection& one, drop_reason why) {
  counters_.dropped(why, one.waiting.size());
  waiting_bytes_ -= one.waiting.bytes();
  one.waiting = outbox{options_.queues.messages, options_.queues.bytes};
  waiting_.erase(one.route);
}

/// Ends a connection and, if it is the one of a peer, tells that the peer is gone.
void hub_core::end(connection& one, gone_reason why) {
  one.ended = true;
  forget_waiting(one, drop_reason::connection_ended);
  cut_connection(one.descriptor, one.address);
  const auto route = routes_.find(one.name);
  if (route == routes_.end() || route->second != one.route) return;
  routes_.erase(route);
  log::info("link-peer-gone", "name=", one.name, " address=", one.address, " why=", to_string(why));
  tell([&](hub_handler& handler) { handler.peer_gone(one.name, why); });
}

/// Ends a connection that did harm, and turns whoever had it away for a while.
void hub_core::expel(connection& one, gone_reason why) {
  const std::string who = one.name.empty() ? one.address.substr(0, one.address.rfind(':')) : one.name;
  const std::string& banned = curve_ ? one.key : one.name;
  if (!banned.empty() && banned_.size() < most_bans) banned_[banned] = now_ + options_.rates.ban;
  if (const auto due = rare_.due("link-peer-expelled", who, now_)) {
    log::warn("link-peer-expelled", "name=", who, " address=", one.address, " why=", to_string(why),
              " for_ms=", options_.rates.ban.count(), " left_out=", *due);
  }
  if (curve_) cut_subscribers_of(one.key);
  end(one, why);
}

void hub_core::cut_subscribers_of(std::string_view key) {
  for (const auto& [descriptor, one] : subscribers_) {
    if (one.key == key) cut_connection(descriptor, one.address);
  }
}

void hub_core::apply_enrolment() {
  if (!curve_) return;
  for (auto& [route, one] : connections_) {
    const auto* name = options_.enrolled.name_of(one.key);
    const bool same = name != nullptr && (one.name.empty() || *name == one.name);
    if (!same && !one.ended) end(one, gone_reason::revoked);
  }
  for (const auto& [descriptor, one] : subscribers_) {
    if (options_.enrolled.name_of(one.key) == nullptr) cut_connection(descriptor, one.address);
  }
}

void hub_core::refuse(const std::string& address, const std::string& who, const std::string& why) {
  counters_.refused();
  if (const auto due = rare_.due("link-refused", who, now_)) {
    log::warn("link-refused", "address=", address, " why=", why, " left_out=", *due);
  }
  tell([&](hub_handler& handler) { handler.peer_refused(address, why); });
}

bool hub_core::is_banned(const std::string& who) const {
  const auto found = banned_.find(who);
  return found != banned_.end() && now_ < found->second;
}

void hub_core::publish_status() {
  std::vector<peer_status> current;
  current.reserve(routes_.size());
  for (const auto& [name, route] : routes_) {
    const auto& one = connections_.at(route);
    current.push_back(
        {name, one.address, one.waiting.size(), one.waiting.bytes(), one.sent, one.received, one.dropped});
  }
  const std::lock_guard lock{shared_};
  status_.swap(current);
}

} // namespace remora::link
