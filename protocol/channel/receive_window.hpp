#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "protocol/channel/channel_settings.hpp"
#include "protocol/channel/frame.hpp"

namespace remora::protocol {

/// Where a message stands in the life of its sender. {0, 0}: nowhere.
struct stream_position {
  std::uint64_t incarnation = 0;
  std::uint64_t number = 0;

  bool operator==(const stream_position& other) const noexcept {
    return incarnation == other.incarnation && number == other.number;
  }
};

/// A message as its receiver's application gets it.
struct channel_message {
  stream_position at; ///< To be confirmed once the message is taken over.
  std::string payload;
};

/// The receiving half of a channel: puts messages in order, hands each out once, and knows what the
/// application confirmed. Buffers at most what the settings say.
///
///     confirmed <= delivered <= received,   beyond a gap: later_
class receive_window {
 public:
  /// @param remembered What was confirmed in an earlier life, when the application keeps that.
  receive_window(const channel_settings& settings, channel_counters& counters, stream_position remembered);

  /// 0: no peer was heard of.
  std::uint64_t incarnation() const noexcept { return incarnation_; }
  /// The peer has a new life, of which everything from `floor` on is to come. Forgets the earlier one.
  void begin(std::uint64_t incarnation, std::uint64_t floor);
  /// The peer will never send again what is below its floor.
  void skip_to(std::uint64_t floor);

  /// What became of a message that came in.
  enum class intake : std::uint8_t {
    in_order,  ///< Accepted.
    early,     ///< Accepted, behind a gap that was known.
    gap,       ///< Accepted, and shows that something before it is missing.
    duplicate, ///< Known.
    dropped,   ///< No room, or too far ahead.
  };
  intake take(std::uint64_t number, std::string_view payload);

  /// The next message in order.
  std::optional<channel_message> next();
  /// The application has taken over everything up to `at`. True when that is news for the sender.
  /// Errors: invalid_confirm when it was never handed out.
  result<bool> confirm(stream_position at);

  /// What to tell the sender; nothing when no peer was heard of.
  std::optional<channel_report> report(bool with_ranges) const;

  std::size_t messages() const noexcept { return ready_.size() + later_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  void forget_buffered() noexcept;
  void move_on();

  const channel_settings& settings_;
  channel_counters& counters_;
  std::uint64_t incarnation_;
  std::uint64_t confirmed_;
  std::uint64_t delivered_;
  std::uint64_t received_;
  std::deque<std::string> ready_;              // delivered_ + 1 to received_
  std::map<std::uint64_t, std::string> later_; // above received_ + 1
  std::size_t bytes_ = 0;                      // of both
};

} // namespace remora::protocol
