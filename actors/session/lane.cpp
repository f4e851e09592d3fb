#include "actors/session/lane.hpp"

#include <string>
#include <utility>

namespace remora::session {

using protocol::delivery;
using protocol::moment;
using protocol::side;

lane::lane(std::uint64_t incarnation, const protocol::channel_settings& settings, side peer,
           session_counters& counters, protocol::stream_position remembered)
    : counters_{counters},
      peer_{peer},
      most_held_bytes_{settings.within_bounds().receive_bytes},
      channel_{incarnation, settings, remembered} {}

result<std::uint64_t> lane::send(const protocol::message& what) {
  const auto& facts = protocol::facts(what);
  if (facts.by != delivery::numbered || facts.from == peer_) {
    return fail(errc::invalid_usage, "a message of type " + std::string{facts.type} + " is " +
                                         std::string{to_string(facts.by)} + " and of the " +
                                         std::string{to_string(facts.from)} +
                                         ": only this side's numbered messages go through the channel");
  }
  auto bytes = protocol::encode(what);
  if (!bytes) return pass_on(std::move(bytes));
  return channel_.send(std::move(*bytes));
}

bool lane::receive(std::string_view frame, moment now) {
  const bool taken = channel_.receive(frame, now).has_value();
  ++(taken ? counters_.channel_frames : counters_.malformed);
  return taken;
}

std::optional<numbered_message> lane::next(moment now) {
  while (held_bytes_ < most_held_bytes_) {
    const auto raw = channel_.next_message();
    if (!raw) break;
    if (raw->at.incarnation != held_of_) { // its sender has a new life and sends again what is unconfirmed
      held_.clear();
      held_bytes_ = 0;
      held_of_ = raw->at.incarnation;
    }
    auto what = protocol::decode(raw->payload);
    const bool wanted = is_wanted(what);
    held_.push_back({raw->at.number, wanted ? raw->payload.size() : 0, !wanted});
    held_bytes_ += held_.back().bytes;
    if (wanted) {
      ++counters_.delivered;
      return numbered_message{raw->at, std::move(*what)};
    }
    confirm_dropped(0, now);
  }
  return std::nullopt;
}

bool lane::is_wanted(const result<protocol::message>& what) noexcept {
  if (!what) {
    ++counters_.unknown_numbered;
    return false;
  }
  const auto& facts = protocol::facts(*what);
  if (facts.from == peer_ && facts.by == delivery::numbered) return true;
  ++counters_.misdirected_numbered;
  return false;
}

void lane::confirm(protocol::stream_position at, moment now) {
  if (at.incarnation != held_of_ || held_.empty() || at.number > held_.back().number) return;
  if (at.number < held_.front().number) return; // said before
  forget(at.number);
  confirm_dropped(at.number, now);
}

void lane::forget(std::uint64_t through) noexcept {
  while (!held_.empty() && held_.front().number <= through) {
    held_bytes_ -= held_.front().bytes;
    held_.pop_front();
  }
}

/// Confirms up to `through` and whatever was dropped right behind it.
void lane::confirm_dropped(std::uint64_t through, moment now) {
  while (!held_.empty() && held_.front().dropped) {
    through = held_.front().number;
    held_.pop_front();
  }
  // It was handed out, so the channel cannot refuse it; 0 means that the owner has something in front.
  if (through != 0) static_cast<void>(channel_.confirm({held_of_, through}, now));
}

} // namespace remora::session
