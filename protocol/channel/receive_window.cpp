#include "protocol/channel/receive_window.hpp"

#include <algorithm>

namespace remora::protocol {

receive_window::receive_window(const channel_settings& settings, channel_counters& counters,
                               stream_position remembered)
    : settings_{settings},
      counters_{counters},
      incarnation_{std::min(remembered.incarnation, max_stream_number)},
      confirmed_{incarnation_ == 0 ? 0 : std::min(remembered.number, max_stream_number)},
      delivered_{confirmed_},
      received_{confirmed_} {}

void receive_window::forget_buffered() noexcept {
  counters_.forgotten += messages();
  ready_.clear();
  later_.clear();
  bytes_ = 0;
}

void receive_window::begin(std::uint64_t incarnation, std::uint64_t floor) {
  forget_buffered();
  incarnation_ = incarnation;
  confirmed_ = delivered_ = received_ = floor - 1;
  counters_.skipped += floor - 1;
}

void receive_window::skip_to(std::uint64_t floor) {
  if (floor - 1 <= confirmed_) return;
  confirmed_ = floor - 1;
  while (!ready_.empty() && delivered_ < confirmed_) {
    bytes_ -= ready_.front().size();
    ready_.pop_front();
    ++delivered_;
    ++counters_.forgotten;
  }
  if (received_ >= confirmed_) return;
  std::uint64_t unseen = confirmed_ - received_;
  delivered_ = received_ = confirmed_;
  while (!later_.empty() && later_.begin()->first <= received_) {
    bytes_ -= later_.begin()->second.size();
    later_.erase(later_.begin());
    ++counters_.forgotten;
    --unseen;
  }
  counters_.skipped += unseen;
  move_on();
}

receive_window::intake receive_window::take(std::uint64_t number, std::string_view payload) {
  if (number <= received_ || later_.count(number) != 0) {
    ++counters_.duplicates;
    return intake::duplicate;
  }
  if (number - confirmed_ > settings_.receive_messages) {
    ++counters_.dropped_beyond;
    return intake::dropped;
  }
  // Early messages leave room for one of the largest kind: the one that closes the gap always finds a place
  // as soon as the application has taken what is ready.
  const bool in_order = number == received_ + 1;
  const std::size_t limit = settings_.receive_bytes - (in_order ? 0 : settings_.payload_bytes);
  if (bytes_ + payload.size() > limit) {
    ++counters_.dropped_full;
    return intake::dropped;
  }
  bytes_ += payload.size();
  ++counters_.accepted;
  if (in_order) {
    ready_.emplace_back(payload);
    ++received_;
    move_on();
    return intake::in_order;
  }
  ++counters_.out_of_order;
  const std::uint64_t highest = later_.empty() ? received_ : later_.rbegin()->first;
  later_.emplace(number, payload);
  return number > highest + 1 ? intake::gap : intake::early;
}

/// Moves what no longer waits for an earlier message.
void receive_window::move_on() {
  while (!later_.empty() && later_.begin()->first == received_ + 1) {
    ready_.push_back(std::move(later_.begin()->second));
    later_.erase(later_.begin());
    ++received_;
  }
}

std::optional<channel_message> receive_window::next() {
  if (ready_.empty()) return std::nullopt;
  channel_message out{{incarnation_, ++delivered_}, std::move(ready_.front())};
  ready_.pop_front();
  bytes_ -= out.payload.size();
  ++counters_.delivered;
  return out;
}

result<bool> receive_window::confirm(stream_position at) {
  if (at.incarnation < incarnation_) {
    ++counters_.stale_confirms; // its sender is gone; the new one sends it again
    return false;
  }
  if (at.incarnation > incarnation_ || at.number > delivered_) {
    return fail(errc::invalid_confirm,
                "message " + std::to_string(at.number) + " of incarnation " + std::to_string(at.incarnation) +
                    " was confirmed, but the last one handed out is " + std::to_string(delivered_) + " of " +
                    std::to_string(incarnation_));
  }
  if (at.number <= confirmed_) return false;
  counters_.confirmed += at.number - confirmed_;
  confirmed_ = at.number;
  return true;
}

std::optional<channel_report> receive_window::report(bool with_ranges) const {
  if (incarnation_ == 0) return std::nullopt;
  channel_report out{incarnation_, confirmed_, received_, {}};
  if (!with_ranges) return out;
  for (const auto& [number, payload] : later_) {
    if (!out.held.empty() && number == out.held.back().last + 1) {
      out.held.back().last = number;
    } else if (out.held.size() == max_held_ranges) {
      break;
    } else {
      out.held.push_back({number, number});
    }
  }
  return out;
}

} // namespace remora::protocol
