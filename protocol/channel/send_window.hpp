#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "protocol/channel/channel_settings.hpp"
#include "protocol/channel/frame.hpp"
#include "protocol/channel/round_trip.hpp"

namespace remora::protocol {

/// The sending half of a channel: the messages that are not acknowledged, which of them to send next, and
/// when to send one again. Knows nothing of the other direction.
///
///     floor()                                             next()
///       | held | flying | waiting | held | flying | waiting |
///
/// Held: the peer has it in memory, so it is not sent again unless the peer forgets. Flying: sent, and
/// nothing heard. Waiting: to be sent, for the first time or again.
class send_window {
 public:
  send_window(const channel_settings& settings, channel_counters& counters) noexcept
      : settings_{settings}, counters_{counters}, round_trip_{settings}, pace_{settings.burst} {}

  /// Takes one message and returns its number. Errors: window_full, too_large.
  result<std::uint64_t> push(std::string payload);

  /// The peer may have lost everything that it did not acknowledge: begins again, slowly.
  void restart(moment now) noexcept;

  /// False when a report about this stream claims what was never sent.
  bool is_plausible(const channel_report& report) const noexcept;
  /// Takes in a plausible report.
  void learn(const channel_report& report, moment now);

  /// Makes what was not answered in time wait again.
  void expire(moment now);
  /// The next message to send; it counts as sent.
  std::optional<std::uint64_t> take_next(moment now);
  /// The payload of an unacknowledged message.
  const std::string& payload(std::uint64_t number) const { return at(number).payload; }

  /// True when the peer holds all there is and has long said nothing: then it should be asked.
  bool is_question_due(moment now) const noexcept;
  void asked(moment now) noexcept;

  /// When take_next(), expire() or is_question_due() will next have something to do; moment::min() for at
  /// once.
  std::optional<moment> deadline() const noexcept;

  std::uint64_t floor() const noexcept { return floor_; }
  std::uint64_t next() const noexcept { return floor_ + entries_.size(); }
  std::size_t messages() const noexcept { return entries_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }
  nanoseconds timeout() const noexcept { return round_trip_.timeout(); }

  /// The highest acknowledged number, once for each time that it grew.
  std::optional<std::uint64_t> take_acknowledged() noexcept;
  /// True once after push() said window_full and there is room for that message again.
  bool take_room() noexcept;

 private:
  enum class state : std::uint8_t { waiting, flying, held };
  enum class cause : std::uint8_t { first, gap, timeout, start };
  struct entry {
    std::string payload;
    moment sent_at{};
    std::uint64_t flight = 0; // of the last time it was sent
    bool repeated = false;    // sent more than once: its answer measures nothing
    state now = state::waiting;
    cause why = cause::first;
  };
  struct flight {
    std::uint64_t number;
    std::uint64_t flight;
  };

  const entry& at(std::uint64_t number) const {
    return entries_.at(static_cast<std::size_t>(number - floor_));
  }
  entry& at(std::uint64_t number) { return entries_.at(static_cast<std::size_t>(number - floor_)); }
  bool is_current(const flight& one) const;
  void trim_flights();
  void answered(entry& one, moment now);
  void acknowledge(std::uint64_t number, moment now);
  void hold(std::uint64_t first, std::uint64_t last, moment now);
  void lose(std::uint64_t number, cause why);
  void lose_overtaken();
  void count_sending(const entry& one) noexcept;

  const channel_settings& settings_;
  channel_counters& counters_;
  round_trip round_trip_;
  std::deque<entry> entries_; // floor_, floor_ + 1, ...
  std::uint64_t floor_ = 1;
  std::size_t bytes_ = 0;
  std::uint64_t highest_sent_ = 0;
  std::uint64_t held_through_ = 0; // everything from floor_ to here is held: not looked at again
  std::uint64_t scan_ = 1;         // nothing below waits

  std::deque<flight> flights_; // in the order of sending; the front is current
  std::uint64_t last_flight_ = 0;
  std::uint64_t latest_answered_ = 0; // flight
  std::size_t flying_ = 0;
  std::size_t waiting_ = 0;
  std::size_t pace_; // at most so many may fly

  moment backed_off_at_{moment::min()};
  moment heard_at_{};
  unsigned questions_ = 0;
  std::uint64_t told_ = 0; // highest number that take_acknowledged() gave out
  std::optional<std::size_t> refused_bytes_;
};

} // namespace remora::protocol
