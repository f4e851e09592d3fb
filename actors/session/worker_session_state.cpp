#include "actors/session/worker_session_state.hpp"

#include <utility>
#include <variant>

#include "actors/session/envelope.hpp"
#include "actors/session/flag.hpp"
#include "base/log.hpp"

namespace remora::session {

using protocol::delivery;
using protocol::moment;
using protocol::side;

worker_session::state::state(protocol::hello about, const worker_session_settings& settings,
                             worker_transport& out, worker_session_owner& owner)
    : settings_{settings},
      out_{out},
      owner_{owner},
      about_{std::move(about)},
      lane_{about_.incarnation, settings.channel, side::hub, counters_},
      pauses_{settings.hello_again, settings.hello_longest, settings.jitter_seed} {}

void worker_session::state::connected(moment now) {
  if (phase_ == phase::welcome) lose("the link has a new connection");
  pauses_.reset();
  ask(now);
}

void worker_session::state::disconnected() {
  if (phase_ == phase::welcome) lose("the link lost its connection");
  phase_ = phase::away;
  hello_at_.reset();
  awaits_answer_ = false;
}

/// What was published since the hub answered, and before the subscription reached it, is lost. A hello more
/// is answered with a welcome that has the newest generation; otherwise the next heartbeat has it.
void worker_session::state::subscribed() {
  if (phase_ == phase::welcome || awaits_answer_) say_hello();
}

// ---- what comes in

void worker_session::state::receive(std::string_view bytes, moment now) {
  ++counters_.received;
  const auto frame = open(bytes);
  if (!frame) {
    ++counters_.malformed;
  } else if (phase_ == phase::away) {
    ++counters_.unexpected;
  } else if (frame->kind == frame_kind::message) {
    hear_message(frame->body, now);
  } else if (frame->kind == frame_kind::channel) {
    hear_channel(frame->body, now);
  } else {
    ++counters_.unknown;
  }
}

void worker_session::state::receive_published(std::string_view bytes, moment now) {
  ++counters_.received;
  const auto frame = open(bytes);
  if (!frame || frame->kind == frame_kind::channel) {
    ++counters_.malformed;
  } else if (frame->kind != frame_kind::message) {
    ++counters_.unknown;
  } else if (const auto what = read(frame->body, delivery::logged, now)) {
    const auto* news = std::get_if<protocol::deployment_changed>(&*what);
    if (phase_ != phase::welcome) {
      ++counters_.unexpected;
    } else if (news == nullptr) {
      ++counters_.unknown;
    } else {
      ++counters_.unnumbered;
      tell_generation(news->generation, false);
    }
  }
}

void worker_session::state::hear_channel(std::string_view frame, moment now) {
  if (phase_ != phase::welcome) {
    ++counters_.unexpected;
    return;
  }
  if (!lane_.receive(frame, now)) return;
  heard_at_ = now;
  notice_new_channel();
  pump(now);
}

/// The hub gives each life of a worker one channel; a second one means that it has forgotten this worker, in
/// the same life of its own.
void worker_session::state::notice_new_channel() {
  const std::uint64_t now_there = lane_.channel().peer_incarnation();
  if (now_there == hub_channel_) return;
  hub_channel_ = now_there;
  if (std::exchange(expects_new_channel_, false)) return;
  const auto by = *welcome_; // a copy: the owner may call in
  owner_.welcomed(by, true);
}

/// Counts what cannot be read or has no business here.
std::optional<protocol::message> worker_session::state::read(std::string_view bytes, delivery by,
                                                             moment now) {
  auto what = protocol::decode(bytes);
  if (!what) {
    if (what.error() == errc::version_mismatch) {
      ++counters_.other_version;
      hear_other_version(what.error(), now);
    } else {
      ++(what.error() == errc::unknown_message ? counters_.unknown : counters_.malformed);
    }
    return std::nullopt;
  }
  const auto& facts = protocol::facts(*what);
  if (facts.from != side::hub || facts.by != by) {
    ++counters_.misdirected;
    return std::nullopt;
  }
  return std::move(*what);
}

void worker_session::state::hear_message(std::string_view bytes, moment now) {
  const auto what = read(bytes, delivery::unnumbered, now);
  if (!what) return;
  if (const auto* by = std::get_if<protocol::welcome>(&*what)) return hear(*by, now);
  if (const auto* by = std::get_if<protocol::refused>(&*what)) return hear(*by, now);
  if (const auto* by = std::get_if<protocol::hub_heartbeat>(&*what)) return hear(*by, now);
  if (phase_ != phase::welcome) {
    ++counters_.unexpected;
    return;
  }
  ++counters_.unnumbered;
  heard_at_ = now;
  owner_.said(*what);
}

void worker_session::state::hear(const protocol::welcome& by, moment now) {
  ++counters_.unnumbered;
  const bool new_life = !welcome_ || welcome_->epoch != by.epoch;
  const bool was_welcome = phase_ == phase::welcome;
  phase_ = phase::welcome;
  welcome_ = by;
  heard_at_ = now;
  interval_ = within_beat_bounds(by.heartbeat_interval);
  awaits_answer_ = false;
  hello_at_.reset();
  refused_as_.reset();
  pauses_.reset();
  if (new_life) expects_new_channel_ = true;
  if (!was_welcome) lane_.channel().connected(now);
  if (!was_welcome || new_life) {
    log::info("hub-welcomes", "hub_version=", by.software, " epoch=", by.epoch, " new_life=", new_life);
    owner_.welcomed(by, new_life);
    if (phase_ != phase::welcome) return;
    tell_generation(by.generation, true);
    if (phase_ != phase::welcome) return;
    beat(now);
  } else if (by.generation != told_generation_) {
    tell_generation(by.generation, false);
  }
  pump(now);
}

void worker_session::state::hear(const protocol::refused& by, moment now) {
  ++counters_.unnumbered;
  if (phase_ == phase::welcome) lose("the hub no longer takes this worker");
  if (phase_ == phase::away) return; // the owner said so
  ask_later(now);
  if (refused_as_ == by.reason) return;
  refused_as_ = by.reason;
  if (rare_.due("hub-refuses", "", now)) log::warn("hub-refuses", "reason=", by.reason);
  owner_.refused(by.reason);
}

void worker_session::state::hear(const protocol::hub_heartbeat& by, moment now) {
  if (phase_ != phase::welcome) {
    ++counters_.unexpected;
    return;
  }
  ++counters_.unnumbered;
  heard_at_ = now;
  if (by.epoch == welcome_->epoch) return tell_generation(by.generation, false);
  lose("the hub has begun a new life");
  if (phase_ == phase::asking) ask(now);
}

/// A hub of another version cannot say in words of ours that it refuses; that it answers is enough.
void worker_session::state::hear_other_version(const error& why, moment now) {
  if (const auto left_out = rare_.due("hub-version", "", now)) {
    log::warn("hub-version", "problem=", why.message, " repeated=", *left_out);
  }
  if (awaits_answer_) ask_later(now);
}

/// In one life of the hub generations only grow: a lower one was on its way for longer, on the other socket.
void worker_session::state::tell_generation(std::uint64_t generation, bool after_welcome) {
  if (!after_welcome && generation <= told_generation_) return;
  told_generation_ = generation;
  owner_.generation_is(generation);
}

// ---- what goes out

void worker_session::state::ask(moment now) {
  phase_ = phase::asking;
  awaits_answer_ = true;
  hello_at_ = now + pauses_.next();
  say_hello();
}

void worker_session::state::ask_later(moment now) {
  awaits_answer_ = false;
  hello_at_ = now + pauses_.spread(settings_.hello_longest);
}

void worker_session::state::say_hello() { put(about_); }

void worker_session::state::beat(moment now) {
  heartbeat_at_ = now + interval_;
  put(owner_.describe_health());
}

bool worker_session::state::put(const protocol::message& what) {
  const auto bytes = protocol::encode(what);
  if (!bytes) {
    log::error("message-not-sent", "problem=", bytes.error().message);
    return false;
  }
  out_.send(wrap(frame_kind::message, *bytes));
  return true;
}

void worker_session::state::lose(const char* why) {
  phase_ = phase::asking;
  lane_.channel().disconnected();
  log::info("hub-lost", "why=", why);
  owner_.lost();
}

result<std::uint64_t> worker_session::state::send(const protocol::message& what, moment now) {
  auto number = lane_.send(what);
  if (number) pump(now);
  return number;
}

bool worker_session::state::say(const protocol::message& what) {
  const auto& facts = protocol::facts(what);
  if (phase_ != phase::welcome || facts.from != side::worker || facts.by != delivery::unnumbered)
    return false;
  const bool went_out = put(what);
  if (std::holds_alternative<protocol::goodbye>(what)) { // whoever leaves does not knock again
    lane_.channel().disconnected();
    phase_ = phase::away;
  }
  return went_out;
}

void worker_session::state::confirm(protocol::stream_position at, moment now) {
  lane_.confirm(at, now);
  pump(now);
}

/// Everything that the channel has for the owner and for the hub. An owner that calls in meanwhile is served
/// by the loop that is already running, so that it never hears a message within another one.
void worker_session::state::pump(moment now) {
  if (pumping_) {
    pump_again_ = true;
    return;
  }
  const flag_guard running{pumping_};
  do {
    pump_again_ = false;
    while (const auto one = lane_.next(now)) {
      owner_.received(one->what, one->at);
    }
    auto& channel = lane_.channel();
    if (const auto number = channel.take_acknowledged()) owner_.acknowledged(*number);
    if (channel.take_room()) owner_.has_room();
    while (const auto frame = channel.poll(now)) {
      out_.send(wrap(frame_kind::channel, *frame));
    }
  } while (pump_again_);
}

void worker_session::state::tick(moment now) {
  if (phase_ == phase::asking && hello_at_ && *hello_at_ <= now) {
    ask(now);
  } else if (phase_ == phase::welcome && silent_at() <= now) {
    lose("the hub is silent");
    if (phase_ == phase::asking) ask(now);
  } else if (phase_ == phase::welcome) {
    if (heartbeat_at_ <= now) beat(now);
    pump(now);
  }
}

std::optional<moment> worker_session::state::next_deadline() const noexcept {
  if (phase_ == phase::away) return std::nullopt;
  if (phase_ == phase::asking) return hello_at_;
  const moment own = std::min(heartbeat_at_, silent_at());
  return std::min(own, lane_.channel().next_deadline().value_or(own));
}

} // namespace remora::session
