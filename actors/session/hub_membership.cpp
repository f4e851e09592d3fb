#include <algorithm>
#include <variant>

#include "actors/session/envelope.hpp"
#include "actors/session/hub_sessions_state.hpp"
#include "base/log.hpp"

// Who is in a session: how workers come, are turned away, leave and are forgotten.
namespace remora::session {

using protocol::moment;

namespace {

/// The incarnation under which the channel of that worker counts.
std::uint64_t incarnation_of(const protocol::hello& who) noexcept {
  return std::clamp<std::uint64_t>(who.incarnation, 1, protocol::max_stream_number);
}

} // namespace

void hub_sessions::state::connected(const std::string& node, const std::string& address, moment now) {
  disconnected(node, now);
  auto& peer = peers_[node];
  if (!peer) peer = std::make_shared<hub_peer>();
  peer->name = node;
  peer->address = address;
  peer->connected = true;
}

void hub_sessions::state::disconnected(const std::string& node, moment now) {
  const auto peer = find(node);
  if (!peer) return;
  peer->connected = false;
  peer->greeted = false;
  leave(peer, departure::lost, now);
  if (!peer->connected && !peer->life) forget(peer);
}

/// Nothing is kept of it but its connection, if there is one.
void hub_sessions::state::end_life(const peer_ptr& peer) {
  if (peer->life) --lives_;
  peer->life.reset();
  if (!peer->connected) forget(peer);
}

/// Whether the worker is in a session. One that was silent for long and speaks again on the same connection
/// has been so all the time in its own eyes: it is taken back as if it repeated its hello.
bool hub_sessions::state::take_back(const peer_ptr& peer, moment now) {
  if (!peer->here && peer->greeted && peer->life) admit(peer, peer->life->about, now);
  return peer->here;
}

void hub_sessions::state::admit(const peer_ptr& peer, protocol::hello who, moment now) {
  auto answer = owner_.greet(peer->name, who);
  if (!peer->connected) return; // the owner has ended it
  if (!answer) return turn_away(peer, answer.error().message, now);
  who.incarnation = incarnation_of(who);
  const bool new_life = !peer->life || peer->life->about.incarnation != who.incarnation;
  if (new_life && peer->here) leave(peer, departure::replaced, now);
  if (!peer->connected) return;
  if (!peer->life && !make_room_for_a_life()) {
    return turn_away(peer,
                     "the hub has " + std::to_string(settings_.most_nodes) +
                         " nodes, which is its limit: stop a worker that is not needed, or raise the limit",
                     now);
  }
  if (new_life) {
    begin_life(peer, who);
  } else {
    peer->life->about = who;
  }
  answer->epoch = settings_.epoch;
  answer->heartbeat_interval = interval_;
  put(peer->name, *answer);
  peer->greeted = true;
  peer->heard_at = now;
  if (!peer->here) {
    peer->here = true;
    peer->life->numbers.channel().connected(now);
    if (!beat_at_) beat_at_ = now + interval_;
    log::info("node-joined", "node=", peer->name, " address=", peer->address, " version=", who.software,
              " incarnation=", who.incarnation, " new_life=", new_life);
    owner_.joined(peer->name, peer->address, who, new_life);
  }
  pump(peer, now);
}

/// Its numbers begin anew, in both directions: what was on the way to the earlier life is not sent to this
/// one.
void hub_sessions::state::begin_life(const peer_ptr& peer, const protocol::hello& who) {
  if (!peer->life) ++lives_;
  const std::uint64_t channel = std::max(next_channel_, peer->least_channel);
  next_channel_ = std::min(next_channel_ + 1, protocol::max_stream_number);
  peer->least_channel = std::min(channel + 1, protocol::max_stream_number);
  peer->life = std::make_shared<worker_life>(who, channel, settings_.channel, counters_);
}

void hub_sessions::state::turn_away(const peer_ptr& peer, const std::string& reason, moment now) {
  if (const auto left_out = rare_.due("node-refused", peer->name, now)) {
    log::warn("node-refused", "node=", peer->name, " address=", peer->address, " reason=", reason,
              " repeated=", *left_out);
  }
  peer->greeted = false;
  leave(peer, departure::lost, now);
  if (peer->connected) put(peer->name, protocol::refused{reason});
}

void hub_sessions::state::leave(const peer_ptr& peer, departure why, moment now) {
  if (!peer->here) return;
  peer->here = false;
  peer->heard_at = now;
  peer->life->numbers.channel().disconnected();
  unschedule(*peer);
  log::info("node-left", "node=", peer->name, " why=", to_string(why));
  owner_.left(peer->name, why);
}

void hub_sessions::state::forget(const peer_ptr& peer) {
  if (peer->life) --lives_;
  peer->life.reset();
  const auto found = peers_.find(peer->name);
  if (found != peers_.end() && found->second == peer) peers_.erase(found);
}

/// At the limit the worker that has been away for the longest time is forgotten; should it come back, it has
/// a new life for the hub, and hears so by the channel that it then gets.
bool hub_sessions::state::make_room_for_a_life() {
  if (lives_ < settings_.most_nodes) return true;
  peer_ptr longest;
  for (const auto& [name, peer] : peers_) {
    if (!peer->life || peer->connected) continue;
    if (!longest || peer->heard_at < longest->heard_at) longest = peer;
  }
  if (longest) forget(longest);
  return longest != nullptr;
}

/// The worker knows a channel of this hub with a higher incarnation, and so hears nothing of this one: the
/// hub came back with an old disk and a clock that is behind. Begins anew above what the worker knows, for
/// that worker alone, since nobody else should suffer should it lie.
void hub_sessions::state::renew_outranked(const peer_ptr& peer, moment now) {
  const auto above = peer->life->numbers.channel().outranked_by();
  if (!above || *above >= protocol::max_stream_number) return;
  peer->least_channel = std::max(peer->least_channel, *above + 1);
  const auto about = peer->life->about;
  leave(peer, departure::lost, now);
  if (peer->here) return; // the owner let it come back
  end_life(peer);
  if (peer->connected) admit(peer, about, now);
}

bool hub_sessions::state::is_here(const std::string& node) const noexcept {
  const auto peer = find(node);
  return peer && peer->here;
}

std::vector<std::string> hub_sessions::state::nodes() const {
  std::vector<std::string> out;
  for (const auto& [name, peer] : peers_) {
    if (peer->here) out.push_back(name);
  }
  return out;
}

std::size_t hub_sessions::state::unacknowledged(const std::string& node) const noexcept {
  const auto peer = find(node);
  return peer && peer->here ? peer->life->numbers.channel().unacknowledged_messages() : 0;
}

} // namespace remora::session
