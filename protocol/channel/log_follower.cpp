#include "protocol/channel/log_follower.hpp"

#include <algorithm>

namespace remora::protocol {

log_follower::log_follower(const follower_settings& settings, log_position at) noexcept
    : settings_{settings},
      at_{std::min(at.epoch, max_stream_number), at.epoch == 0 ? 0 : std::min(at.index, max_stream_number)},
      has_state_{at.epoch != 0},
      heard_{at_},
      wait_{settings.first_wait} {
  settings_.first_wait = std::max(settings.first_wait, milliseconds{1});
  settings_.longest_wait = std::max(settings.longest_wait, settings_.first_wait);
  wait_ = settings_.first_wait;
}

std::optional<log_request> log_follower::wants() const noexcept {
  if (!has_state_ || heard_.epoch > at_.epoch) return log_request{heard_.epoch, 0};
  if (heard_.index > at_.index) return log_request{at_.epoch, at_.index + 1};
  return std::nullopt;
}

result<std::vector<log_change>> log_follower::receive(std::string_view bytes, moment now) {
  ++counters_.frames;
  const auto frame = decode_log_frame(bytes);
  if (!frame) {
    ++counters_.refused;
    return tl::unexpected<error>(frame.error());
  }
  std::vector<log_change> out;
  if (frame->kind != log_kind::head && frame->at.epoch < at_.epoch) {
    ++counters_.stale;
    return out;
  }
  const auto before = wants();
  switch (frame->kind) {
    case log_kind::head:
      ++counters_.heads;
      hear(frame->at);
      break;
    case log_kind::entry:
      hear(frame->at);
      take_entry(*frame, out);
      break;
    case log_kind::snapshot:
      take_snapshot(*frame, out);
      break;
  }
  schedule(before, !out.empty(), now);
  return out;
}

void log_follower::hear(log_position there) noexcept {
  if (there.epoch < heard_.epoch) return;
  if (there.epoch > heard_.epoch) {
    forget_early(max_stream_number); // of an epoch that nobody will complete
    heard_ = there;
  } else {
    heard_.index = std::max(heard_.index, there.index);
  }
}

void log_follower::take_entry(const log_frame& frame, std::vector<log_change>& out) {
  const bool applies = has_state_ && frame.at.epoch == at_.epoch;
  const bool waits = frame.at.epoch == heard_.epoch && early_.count(frame.at.index) != 0;
  if (waits || (applies && frame.at.index <= at_.index)) {
    ++counters_.duplicates;
  } else if (applies && frame.at.index == at_.index + 1) {
    at_ = frame.at;
    ++counters_.applied;
    out.push_back({false, at_, std::string{frame.payload}});
    take_early(out);
  } else if (frame.at.epoch != heard_.epoch || early_.size() >= settings_.early_entries ||
             frame.payload.size() > settings_.early_bytes - std::min(early_bytes_, settings_.early_bytes)) {
    ++counters_.dropped;
  } else {
    early_.emplace(frame.at.index, frame.payload);
    early_bytes_ += frame.payload.size();
  }
}

void log_follower::take_snapshot(const log_frame& frame, std::vector<log_change>& out) {
  if (has_state_ && frame.at.epoch == at_.epoch && frame.at.index <= at_.index) {
    ++counters_.duplicates;
    return;
  }
  at_ = frame.at;
  has_state_ = true;
  hear(at_);
  ++counters_.snapshots;
  out.push_back({true, at_, std::string{frame.payload}});
  if (heard_.epoch == at_.epoch) {
    forget_early(at_.index);
    take_early(out);
  }
}

/// Hands out what no longer waits for an earlier entry.
void log_follower::take_early(std::vector<log_change>& out) {
  if (heard_.epoch != at_.epoch) return; // what is buffered belongs to an epoch that has no snapshot yet
  while (!early_.empty() && early_.begin()->first == at_.index + 1) {
    ++at_.index;
    ++counters_.applied;
    early_bytes_ -= early_.begin()->second.size();
    out.push_back({false, at_, std::move(early_.begin()->second)});
    early_.erase(early_.begin());
  }
}

void log_follower::forget_early(std::uint64_t through) noexcept {
  while (!early_.empty() && early_.begin()->first <= through) {
    early_bytes_ -= early_.begin()->second.size();
    early_.erase(early_.begin());
    ++counters_.superseded;
  }
}

void log_follower::demand_snapshot() noexcept {
  has_state_ = false;
  connected();
}

void log_follower::connected() noexcept {
  ask_at_ = moment::min();
  wait_ = settings_.first_wait;
}

/// A gap may close by itself, and an answer comes in several frames: both move the next question. Old entries
/// that still flow while a snapshot is wanted do not, or a busy log would keep it from being asked for.
void log_follower::schedule(const std::optional<log_request>& before, bool progress, moment now) noexcept {
  const auto after = wants();
  if (!after) return;
  const moment soon = now + settings_.first_wait;
  const bool wants_snapshot = after->from == 0;
  if (!before || (progress && !wants_snapshot)) {
    ask_at_ = soon;
    wait_ = settings_.first_wait;
  } else if (wants_snapshot && !(*before == *after)) {
    ask_at_ = std::min(ask_at_, soon);
    wait_ = settings_.first_wait;
  }
}

std::optional<log_request> log_follower::poll(moment now) {
  auto request = wants();
  if (!request || now < ask_at_) return std::nullopt;
  ask_at_ = now + wait_;
  wait_ = std::min(wait_ * 2, settings_.longest_wait);
  ++counters_.requests;
  return request;
}

std::optional<moment> log_follower::next_deadline() const noexcept {
  return wants() ? std::optional{ask_at_} : std::nullopt;
}

} // namespace remora::protocol
