#include "protocol/channel/send_window.hpp"

#include <algorithm>

namespace remora::protocol {

namespace {
// So many later messages must have been answered before one counts as lost rather than overtaken.
// Source: RFC 5681, section 3.2 (three duplicate acknowledgements).
constexpr std::uint64_t overtaken_by = 3;
} // namespace

result<std::uint64_t> send_window::push(std::string payload) {
  if (payload.size() > settings_.payload_bytes) {
    return fail(errc::too_large, "a message of " + std::to_string(payload.size()) +
                                     " bytes is larger than a frame may carry (" +
                                     std::to_string(settings_.payload_bytes) + "): send it in parts");
  }
  if (entries_.size() >= settings_.window_messages || payload.size() > settings_.window_bytes - bytes_) {
    refused_bytes_ = payload.size();
    ++counters_.refused_full;
    return fail(errc::window_full, std::to_string(entries_.size()) + " messages of " +
                                       std::to_string(bytes_) +
                                       " bytes are not acknowledged: send again when there is room");
  }
  if (next() > max_stream_number) {
    return fail(errc::window_full, "this incarnation has used up its numbers: begin a new one");
  }
  bytes_ += payload.size();
  entries_.emplace_back();
  entries_.back().payload = std::move(payload);
  ++waiting_;
  return next() - 1;
}

void send_window::restart(moment now) noexcept {
  for (entry& one : entries_) {
    if (one.flight != 0) one.why = cause::start;
    one.now = state::waiting;
  }
  waiting_ = entries_.size();
  flying_ = 0;
  flights_.clear();
  scan_ = floor_;
  held_through_ = floor_ - 1;
  pace_ = settings_.burst;
  round_trip_.answered();
  heard_at_ = now;
  questions_ = 0;
}

bool send_window::is_plausible(const channel_report& report) const noexcept {
  return report.received <= highest_sent_ &&
         (report.held.empty() || report.held.back().last <= highest_sent_);
}

void send_window::learn(const channel_report& report, moment now) {
  const std::uint64_t floor_before = floor_;
  const std::size_t open_before = flying_ + waiting_;
  while (floor_ <= report.confirmed) {
    acknowledge(floor_, now);
  }
  held_through_ = std::max(held_through_, floor_ - 1);
  scan_ = std::max(scan_, floor_);
  if (report.received > held_through_) {
    hold(held_through_ + 1, report.received, now);
    held_through_ = report.received;
  }
  for (const number_range& range : report.held) {
    if (range.last >= floor_) hold(std::max(range.first, floor_), range.last, now);
  }
  heard_at_ = now;
  if (floor_ > floor_before) questions_ = 0;
  const std::size_t answered_now = open_before - (flying_ + waiting_);
  if (answered_now == 0) return;
  round_trip_.answered();
  // What arrives makes room for as much again: doubles in each round trip, up to the window.
  pace_ = std::min(pace_ + answered_now, settings_.window_messages);
  lose_overtaken();
}

void send_window::acknowledge(std::uint64_t number, moment now) {
  entry& one = at(number);
  answered(one, now);
  bytes_ -= one.payload.size();
  ++counters_.acknowledged;
  entries_.pop_front();
  ++floor_;
}

void send_window::hold(std::uint64_t first, std::uint64_t last, moment now) {
  for (std::uint64_t number = first; number <= last; ++number) {
    answered(at(number), now);
  }
}

/// The peer has it. Ends its flight, or its wait: it had been taken for lost.
void send_window::answered(entry& one, moment now) {
  if (one.now == state::held) return;
  if (one.now == state::flying) {
    --flying_;
    if (!one.repeated) {
      round_trip_.measured(now - one.sent_at);
      latest_answered_ = std::max(latest_answered_, one.flight);
    }
  } else {
    --waiting_;
  }
  one.now = state::held;
}

void send_window::lose(std::uint64_t number, cause why) {
  entry& one = at(number);
  one.now = state::waiting;
  one.why = why;
  --flying_;
  ++waiting_;
  scan_ = std::min(scan_, number);
}

void send_window::lose_overtaken() {
  trim_flights();
  while (!flights_.empty() && flights_.front().flight + overtaken_by <= latest_answered_) {
    lose(flights_.front().number, cause::gap);
    trim_flights();
  }
}

void send_window::expire(moment now) {
  trim_flights();
  bool any = false;
  while (!flights_.empty() && now - at(flights_.front().number).sent_at >= round_trip_.timeout()) {
    lose(flights_.front().number, cause::timeout);
    trim_flights();
    any = true;
  }
  if (!any) return;
  pace_ = settings_.burst;
  // Messages of one burst time out one after the other: they double the wait once, not once each.
  if (backed_off_at_ == moment::min() || now - backed_off_at_ >= round_trip_.timeout()) {
    round_trip_.timed_out();
    backed_off_at_ = now;
  }
}

std::optional<std::uint64_t> send_window::take_next(moment now) {
  if (waiting_ == 0 || flying_ >= pace_) return std::nullopt;
  while (at(scan_).now != state::waiting) {
    ++scan_;
  }
  const std::uint64_t number = scan_++;
  entry& one = at(number);
  count_sending(one);
  one.repeated = one.flight != 0;
  one.flight = ++last_flight_;
  one.sent_at = now;
  one.now = state::flying;
  --waiting_;
  ++flying_;
  flights_.push_back({number, one.flight});
  highest_sent_ = std::max(highest_sent_, number);
  return number;
}

void send_window::count_sending(const entry& one) noexcept {
  switch (one.why) {
    case cause::first:
      ++counters_.sent;
      return;
    case cause::gap:
      ++counters_.resent_gap;
      return;
    case cause::timeout:
      ++counters_.resent_timeout;
      return;
    case cause::start:
      ++counters_.resent_start;
      return;
  }
}

bool send_window::is_current(const flight& one) const {
  if (one.number < floor_) return false;
  const entry& sent = at(one.number);
  return sent.now == state::flying && sent.flight == one.flight;
}

void send_window::trim_flights() {
  while (!flights_.empty() && !is_current(flights_.front())) {
    flights_.pop_front();
  }
}

bool send_window::is_question_due(moment now) const noexcept {
  if (entries_.empty() || flying_ > 0 || waiting_ > 0) return false;
  return now >= *deadline();
}

void send_window::asked(moment now) noexcept {
  heard_at_ = now;
  ++questions_;
}

std::optional<moment> send_window::deadline() const noexcept {
  if (entries_.empty()) return std::nullopt;
  if (waiting_ > 0 && flying_ < pace_) return moment::min();
  if (flying_ > 0) {
    const auto first =
        std::find_if(flights_.begin(), flights_.end(), [this](const flight& one) { return is_current(one); });
    return at(first->number).sent_at + round_trip_.timeout();
  }
  // Held by the peer, whose application takes its time. Ask ever more rarely: the answer may have been lost.
  nanoseconds wait = round_trip_.timeout();
  for (unsigned i = 0; i < questions_ && wait < settings_.longest_timeout; ++i) {
    wait *= 2;
  }
  return heard_at_ + std::min<nanoseconds>(wait, settings_.longest_timeout);
}

std::optional<std::uint64_t> send_window::take_acknowledged() noexcept {
  if (floor_ - 1 == told_) return std::nullopt;
  told_ = floor_ - 1;
  return told_;
}

bool send_window::take_room() noexcept {
  if (!refused_bytes_) return false;
  // A quarter of the window at once, so that a sender is not woken for every single message.
  const std::size_t quarter = std::max<std::size_t>(settings_.window_messages / 4, 1);
  if (entries_.size() > settings_.window_messages - quarter) return false;
  if (*refused_bytes_ > settings_.window_bytes - bytes_) return false;
  refused_bytes_.reset();
  return true;
}

} // namespace remora::protocol
