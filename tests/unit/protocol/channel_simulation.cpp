#include "channel_simulation.hpp"

#include <algorithm>

#include "protocol/channel/frame.hpp"

namespace remora::test {

using protocol::channel;
using protocol::moment;

conversation::conversation(std::uint64_t seed, const hardship& world) : world_{world}, random_{seed} {
  settings_.payload_bytes = 64;
  settings_.window_messages = 1 + up_to(24);
  settings_.window_bytes = 64 + up_to(600);
  settings_.receive_messages = 1 + up_to(24); // narrower than the other's window, too
  settings_.receive_bytes = 128 + up_to(600);
  settings_.burst = 1 + up_to(8);
  settings_.ack_every = 1 + up_to(8);
  settings_.first_timeout = milliseconds{50};
  settings_.least_timeout = milliseconds{20};
  settings_.longest_timeout = milliseconds{400};
  settings_.ack_delay = milliseconds{up_to(10)};
  records_ = 10 + up_to(40);
  calm_at_ = now_ + milliseconds{500 + up_to(1500)};
  act_at_ = now_;
}

void conversation::fail(const std::string& what) {
  if (failure_.empty()) failure_ = what;
}

void conversation::start(std::size_t side) {
  end& self = ends_.at(side);
  self.incarnation += 1 + up_to(2);
  self.base[self.incarnation] = self.deleted;
  self.channel = std::make_unique<channel>(self.incarnation, settings_,
                                           world_.remembers ? self.stored_at : protocol::stream_position{});
  self.sent = self.deleted;
  self.is_full = false;
  self.in_hand.clear();
  self.last_taken = {};
  self.last_record = 0;
  if (connected_) self.channel->connected(now_);
}

/// What the applications and the world do of their own accord.
void conversation::act() {
  act_at_ = now_ + milliseconds{1 + up_to(20)};
  const bool calm = now_ >= calm_at_;
  for (std::size_t side = 0; side < 2; ++side) {
    end& self = ends_.at(side);
    self.written = calm ? records_ : std::min(records_, self.written + up_to(3));
    write(self);
    if (!self.in_hand.empty()) confirm(side, 1 + up_to(calm ? self.in_hand.size() - 1 : 2));
  }
  if (!calm) {
    disturb();
  } else if (!connected_) {
    connected_ = true;
    for (end& self : ends_) {
      self.channel->connected(now_);
    }
  }
}

void conversation::disturb() {
  if (world_.disconnects && chance() < 5) {
    connected_ = !connected_;
    for (end& self : ends_) {
      connected_ ? self.channel->connected(now_) : self.channel->disconnected();
    }
    if (!connected_ && chance() < 50) wire_.clear(); // else what was under way still comes
  }
  if (world_.restarts && chance() < 4) {
    start(up_to(1));
    ++restarts_;
  }
}

void conversation::write(end& self) {
  while (self.sent < self.written && !self.is_full) {
    std::string payload = std::to_string(self.sent + 1) + ":";
    payload.resize(payload.size() + up_to(40), 'x');
    const auto number = self.channel->send(payload);
    if (!number) {
      self.is_full = true;
      if (number.error().code != errc::window_full) fail("send() failed: " + number.error().message);
    } else {
      ++self.sent;
      if (*number + self.base.at(self.incarnation) != self.sent) fail("send() gave an unexpected number");
    }
  }
}

void conversation::carry(std::size_t from, const std::string& bytes) {
  check_frame(from, bytes);
  if (!connected_) fail("a frame was sent without a connection");
  unsigned copies = chance() < world_.repeat_percent ? 2 : 1;
  for (; copies > 0; --copies) {
    if (chance() < world_.loss_percent) {
      ++lost_;
    } else {
      const auto longest = static_cast<std::uint64_t>(world_.longest_delay.count());
      wire_.emplace(now_ + milliseconds{up_to(chance() < 3 ? longest * 10 : longest)},
                    packet{1 - from, bytes});
    }
  }
}

/// What may stand in a frame follows from what is stored.
void conversation::check_frame(std::size_t from, const std::string& bytes) {
  const end& self = ends_.at(from);
  const end& peer = ends_.at(1 - from);
  const auto frame = protocol::decode_channel_frame(bytes);
  if (!frame) return fail("it made a frame that cannot be read: " + frame.error().message);
  const std::uint64_t base = self.base.at(self.incarnation);
  if (frame->incarnation != self.incarnation) fail("a frame of another incarnation was made");
  if (base + frame->floor != self.deleted + 1) fail("the floor is not the lowest number that is open");
  if (frame->number && base + *frame->number <= self.deleted)
    fail("a message was sent after it was acknowledged");
  if (frame->report) {
    const std::uint64_t confirmed = peer.base.at(frame->report->incarnation) + frame->report->confirmed;
    if (confirmed > self.stored)
      fail("record " + std::to_string(confirmed) + " was acknowledged, not stored");
  }
}

void conversation::take_messages(std::size_t side) {
  end& self = ends_.at(side);
  if (chance() < 20) return; // the application is busy: the buffer fills
  while (auto message = self.channel->next_message()) {
    const std::uint64_t record = std::stoull(message->payload);
    const auto& at = message->at;
    if (record != ends_.at(1 - side).base.at(at.incarnation) + at.number)
      fail("a message has the number of another");
    if (at.incarnation != self.last_taken.incarnation) {
      if (at.incarnation < self.last_taken.incarnation)
        fail("a message of an older life came after a newer one");
      if (chance() < 50) self.in_hand.clear(); // else it stores what it has, and confirms it in vain
      self.last_record = 0;
    }
    const std::uint64_t in_hand = self.in_hand.empty() ? 0 : self.in_hand.back().record;
    if (record <= self.last_record) fail("record " + std::to_string(record) + " came twice in one life");
    if (record > std::max({self.stored, self.last_record, in_hand}) + 1)
      fail("record " + std::to_string(record) + " came too early");
    if (world_.remembers && at.incarnation == self.stored_at.incarnation &&
        at.number <= self.stored_at.number)
      fail("a message came again although its position was stored");
    self.last_taken = at;
    self.last_record = record;
    self.in_hand.push_back({at, record});
    if (chance() < 30) break;
  }
}

/// Stores the first `count` messages in hand; that is what allows to confirm the last of them.
void conversation::confirm(std::size_t side, std::size_t count) {
  end& self = ends_.at(side);
  hand last{};
  for (; count > 0 && !self.in_hand.empty(); --count) {
    last = self.in_hand.front();
    self.in_hand.pop_front();
    self.stored = std::max(self.stored, last.record);
    self.stored_at = last.at;
  }
  if (const auto done = self.channel->confirm(last.at, now_); !done)
    fail("confirm(): " + done.error().message);
}

void conversation::check_bounds(const end& self) {
  if (self.channel->unacknowledged_messages() > settings_.window_messages) fail("too many messages are kept");
  if (self.channel->unacknowledged_bytes() > settings_.window_bytes) fail("too many bytes are kept");
  if (self.channel->buffered_messages() > settings_.receive_messages) fail("too many messages are buffered");
  if (self.channel->buffered_bytes() > settings_.receive_bytes) fail("too many bytes are buffered");
}

/// What an owner of a channel does after every event.
void conversation::service(std::size_t side) {
  end& self = ends_.at(side);
  take_messages(side);
  if (const auto number = self.channel->take_acknowledged()) {
    const std::uint64_t record = self.base.at(self.incarnation) + *number;
    if (record <= self.deleted) fail("an acknowledgement was told twice");
    if (record > ends_.at(1 - side).stored) fail("an acknowledgement came before its record was stored");
    self.deleted = record;
  }
  if (self.channel->take_room()) {
    self.is_full = false;
    write(self);
  }
  std::size_t frames = 0;
  while (auto frame = self.channel->poll(now_)) {
    carry(side, *frame);
    if (++frames > 1000) return fail("poll() never ends");
  }
  check_bounds(self);
  if (self.channel->counters().refused_reports != 0) fail("an honest acknowledgement was refused");
  const auto next = self.channel->next_deadline();
  if (next && *next <= now_) fail("poll() had nothing, and yet is to be called at once");
}

bool conversation::is_done() const {
  for (std::size_t side = 0; side < 2; ++side) {
    const end& self = ends_.at(side);
    if (self.deleted != records_ || self.stored != records_) return false;
    if (self.channel->unacknowledged_messages() != 0 || self.channel->buffered_messages() != 0) return false;
  }
  return true;
}

moment conversation::next_event() const {
  moment next = act_at_;
  if (!wire_.empty()) next = std::min(next, wire_.begin()->first);
  for (const end& self : ends_) {
    next = std::min(next, self.channel->next_deadline().value_or(next));
  }
  return std::max(next, now_);
}

std::string conversation::run() {
  start(0);
  start(1);
  const moment patience = calm_at_ + std::chrono::seconds{300};
  while (failure_.empty() && !is_done()) {
    now_ = next_event();
    if (now_ > patience) {
      fail("five minutes after the last disturbance, " + std::to_string(ends_[0].stored) + " and " +
           std::to_string(ends_[1].stored) + " of " + std::to_string(records_) + " records are stored");
    }
    if (now_ >= act_at_) act();
    while (!wire_.empty() && wire_.begin()->first <= now_) {
      const packet one = std::move(wire_.begin()->second);
      wire_.erase(wire_.begin());
      const auto taken = ends_.at(one.to).channel->receive(one.bytes, now_);
      if (!taken) fail("an honest frame was refused: " + taken.error().message);
    }
    service(0);
    service(1);
  }
  return failure_;
}

} // namespace remora::test
