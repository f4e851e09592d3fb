#include "actors/session/hub_sessions_state.hpp"

#include <algorithm>
#include <variant>

#include "actors/session/beats.hpp"
#include "actors/session/envelope.hpp"
#include "actors/session/flag.hpp"
#include "base/log.hpp"

namespace remora::session {

using protocol::delivery;
using protocol::moment;
using protocol::side;

namespace {

/// Channels of one life of the hub must have higher incarnations than those of the life before. Epochs are
/// milliseconds of the wall clock, or one more than the last: a million channels fit between any two.
std::uint64_t first_channel(std::uint64_t epoch) noexcept {
  constexpr unsigned channels_bits = 20;
  if (epoch >= protocol::max_stream_number >> channels_bits) return protocol::max_stream_number >> 1U;
  return epoch << channels_bits;
}

std::string said(const protocol::message_facts& facts) {
  return "a message of type " + std::string{facts.type} + " is " + std::string{to_string(facts.by)} +
         " and of the " + std::string{to_string(facts.from)};
}

} // namespace

hub_sessions::state::state(const hub_session_settings& settings, hub_transport& out,
                           hub_sessions_owner& owner)
    : settings_{settings},
      interval_{within_beat_bounds(settings.heartbeat)},
      out_{out},
      owner_{owner},
      next_channel_{std::max<std::uint64_t>(first_channel(settings.epoch), 1)} {}

hub_sessions::state::peer_ptr hub_sessions::state::find(const std::string& node) const noexcept {
  const auto found = peers_.find(node);
  return found == peers_.end() ? nullptr : found->second;
}

// ---- what comes in

void hub_sessions::state::receive(const std::string& node, std::string_view bytes, moment now) {
  ++counters_.received;
  const auto frame = open(bytes);
  const auto peer = find(node);
  if (!frame) {
    ++counters_.malformed;
  } else if (!peer || !peer->connected) {
    ++counters_.unexpected;
  } else if (frame->kind == frame_kind::message) {
    hear_message(peer, frame->body, now);
  } else if (frame->kind == frame_kind::channel) {
    hear_channel(peer, frame->body, now);
  } else {
    ++counters_.unknown;
  }
}

void hub_sessions::state::hear_channel(const peer_ptr& peer, std::string_view frame, moment now) {
  if (!take_back(peer, now)) {
    ++counters_.unexpected;
    return;
  }
  if (!peer->life->numbers.receive(frame, now)) return;
  peer->heard_at = now;
  renew_outranked(peer, now);
  pump(peer, now);
}

void hub_sessions::state::hear_message(const peer_ptr& peer, std::string_view bytes, moment now) {
  const auto what = protocol::decode(bytes);
  if (!what) return hear_unreadable(peer, what.error(), now);
  const auto& facts = protocol::facts(*what);
  if (facts.from != side::worker || facts.by != delivery::unnumbered) {
    ++counters_.misdirected;
  } else if (const auto* who = std::get_if<protocol::hello>(&*what)) {
    ++counters_.unnumbered;
    admit(peer, *who, now);
  } else if (!take_back(peer, now)) {
    ++counters_.unexpected;
  } else {
    ++counters_.unnumbered;
    peer->heard_at = now;
    hear(peer, *what, now);
  }
}

void hub_sessions::state::hear(const peer_ptr& peer, const protocol::message& what, moment now) {
  if (const auto* health = std::get_if<protocol::heartbeat>(&what)) {
    owner_.heartbeat(peer->name, *health);
  } else if (std::holds_alternative<protocol::goodbye>(what)) {
    leave(peer, departure::said_goodbye, now);
    peer->greeted = false;
    end_life(peer);
  } else {
    owner_.said(peer->name, what);
  }
}

void hub_sessions::state::hear_unreadable(const peer_ptr& peer, const error& why, moment now) {
  if (why == errc::version_mismatch) {
    ++counters_.other_version;
    if (!peer->here) turn_away(peer, why.message, now);
  } else {
    ++(why == errc::unknown_message ? counters_.unknown : counters_.malformed);
  }
}

// ---- what goes out

void hub_sessions::state::put(const std::string& node, const protocol::message& what) {
  const auto bytes = protocol::encode(what);
  if (bytes) {
    out_.send(node, wrap(frame_kind::message, *bytes));
  } else {
    log::error("message-not-sent", "node=", node, " problem=", bytes.error().message);
  }
}

result<void> hub_sessions::state::send(const std::string& node, const protocol::message& what, moment now) {
  const auto peer = find(node);
  if (!peer || !peer->here) {
    return fail(errc::not_found, "node " + node +
                                     " is not connected: nothing is kept for it; send again once it has "
                                     "joined");
  }
  const auto life = peer->life;
  auto number = life->numbers.send(what);
  if (!number) return pass_on(std::move(number));
  pump(peer, now);
  return {};
}

result<void> hub_sessions::state::say(const std::string& node, const protocol::message& what) {
  const auto& facts = protocol::facts(what);
  if (facts.by != delivery::unnumbered || facts.from != side::hub) {
    return fail(errc::invalid_usage, said(facts) + ": only unnumbered messages of the hub are said");
  }
  const auto peer = find(node);
  if (!peer || !peer->here) return fail(errc::not_found, "node " + node + " is not connected");
  auto bytes = protocol::encode(what);
  if (!bytes) return pass_on(std::move(bytes));
  out_.send(node, wrap(frame_kind::message, *bytes));
  return {};
}

result<void> hub_sessions::state::publish(const protocol::message& what) {
  const auto& facts = protocol::facts(what);
  if (facts.by != delivery::logged || facts.from != side::hub) {
    return fail(errc::invalid_usage, said(facts) + ": only logged messages of the hub are published");
  }
  auto bytes = protocol::encode(what);
  if (!bytes) return pass_on(std::move(bytes));
  out_.publish(wrap(frame_kind::message, *bytes));
  return {};
}

void hub_sessions::state::confirm(const std::string& node, protocol::stream_position at, moment now) {
  const auto peer = find(node);
  if (!peer || !peer->life) return; // that life is forgotten: the worker sends it again, should it come back
  peer->life->numbers.confirm(at, now);
  pump(peer, now);
}

/// Everything that the channel has for the owner and for the worker. An owner that calls in meanwhile is
/// served by the loop that is already running, so that it never hears a message within another one.
void hub_sessions::state::pump(const peer_ptr& peer, moment now) {
  const auto life = peer->life;
  if (!life) return;
  if (life->pumping) {
    life->pump_again = true;
    return;
  }
  const flag_guard running{life->pumping};
  auto& channel = life->numbers.channel();
  do {
    life->pump_again = false;
    while (peer->life == life) {
      const auto one = life->numbers.next(now);
      if (!one) break;
      owner_.received(peer->name, one->what, one->at);
    }
    if (peer->life != life) return; // the owner, or who it called, has ended it
    channel.take_acknowledged();    // the hub's application does not count on it
    if (peer->here && channel.take_room()) owner_.has_room(peer->name);
    while (const auto frame = channel.poll(now)) {
      out_.send(peer->name, wrap(frame_kind::channel, *frame));
    }
  } while (life->pump_again);
  if (peer->here && peer->life == life) schedule(*peer);
}

// ---- time

moment hub_sessions::state::silent_at(const hub_peer& peer) const noexcept {
  return peer.heard_at + silent_beats * interval_;
}

void hub_sessions::state::schedule(hub_peer& peer) {
  const moment own = silent_at(peer);
  const moment due = std::min(own, peer.life->numbers.channel().next_deadline().value_or(own));
  if (peer.timer && *peer.timer <= due) return;
  unschedule(peer);
  timers_.emplace(due, &peer);
  peer.timer = due;
}

void hub_sessions::state::unschedule(hub_peer& peer) noexcept {
  if (!peer.timer) return;
  timers_.erase({*peer.timer, &peer});
  peer.timer.reset();
}

void hub_sessions::state::tick(moment now) {
  std::vector<peer_ptr> due; // a copy: whoever is called may change the set
  for (auto it = timers_.begin(); it != timers_.end() && it->first <= now; ++it) {
    due.push_back(find(it->second->name));
  }
  for (const auto& peer : due) {
    unschedule(*peer);
    if (!peer->here) continue; // one of those before it has changed that
    if (silent_at(*peer) <= now) {
      leave(peer, departure::lost, now);
    } else {
      pump(peer, now);
    }
  }
  if (beat_at_ && *beat_at_ <= now) beat(now);
}

void hub_sessions::state::beat(moment now) {
  beat_at_.reset();
  std::vector<peer_ptr> here;
  for (const auto& [name, peer] : peers_) {
    if (peer->here) here.push_back(peer);
  }
  if (here.empty()) return;
  beat_at_ = now + interval_;
  auto health = owner_.describe_health();
  health.epoch = settings_.epoch;
  const auto bytes = protocol::encode(health);
  if (!bytes) return log::error("message-not-sent", "problem=", bytes.error().message);
  const std::string frame = wrap(frame_kind::message, *bytes);
  for (const auto& peer : here) {
    if (peer->here) out_.send(peer->name, frame);
  }
}

std::optional<moment> hub_sessions::state::next_deadline() const noexcept {
  if (timers_.empty()) return beat_at_;
  const moment first = timers_.begin()->first;
  return std::min(first, beat_at_.value_or(first));
}

} // namespace remora::session
