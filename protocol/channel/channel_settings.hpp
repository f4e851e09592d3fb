#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/error.hpp"
#include "base/time.hpp"

namespace remora::protocol {

/// A point in time that never runs backwards. Nothing in this folder reads a clock: callers pass it in.
using moment = std::chrono::steady_clock::time_point;

/// The largest message number, log index, incarnation and epoch. Far below 2^64, so that sums of numbers from
/// outside cannot wrap around.
inline constexpr std::uint64_t max_stream_number = std::uint64_t{1} << 62;

/// The largest payload of one frame or log entry: together with headers and envelopes it stays below the
/// 1 MiB that a socket accepts. What is larger is announced, and fetched in parts.
inline constexpr std::size_t max_payload_bytes = (std::size_t{1} << 20) - 4096;

/// Bounds and delays of a channel. Both ends should agree on `payload_bytes`; a sender's window that is wider
/// than its receiver's costs frames sent twice, never a message.
struct channel_settings {
  std::size_t payload_bytes = max_payload_bytes; ///< The largest payload that is sent or accepted.

  std::size_t window_messages = 1024;   ///< Sending: at most so many unacknowledged messages...
  std::size_t window_bytes = 4u << 20;  ///< ...and so many bytes of payload, at least payload_bytes.
  std::size_t receive_messages = 2048;  ///< Receiving: at most so many numbers beyond the last confirmed...
  std::size_t receive_bytes = 8u << 20; ///< ...and so many bytes buffered, at least twice payload_bytes.
  std::size_t burst = 32;               ///< Messages in flight at once after connecting or a timeout.
  milliseconds first_timeout{500};      ///< Until a round trip was measured.
  milliseconds least_timeout{100};      ///< Should be well above ack_delay.
  milliseconds longest_timeout{4000};   ///< Where backing off ends.
  milliseconds ack_delay{20};           ///< An acknowledgement waits so long for a frame that carries it...
  std::size_t ack_every = 16;           ///< ...or until so many frames came.

  /// The same with every impossible value replaced by the nearest possible one.
  channel_settings within_bounds() const noexcept;
};

/// What a channel counted since it was made. Frames with data that came in: accepted + duplicates +
/// dropped_beyond + dropped_full. Accepted messages: delivered + forgotten + those still buffered.
struct channel_counters {
  std::uint64_t sent = 0;            ///< Messages sent for the first time.
  std::uint64_t resent_gap = 0;      ///< Sent again because later ones had arrived.
  std::uint64_t resent_timeout = 0;  ///< Sent again because nothing was heard of them.
  std::uint64_t resent_start = 0;    ///< Sent again because the connection or the peer is new.
  std::uint64_t acknowledged = 0;    ///< Messages the peer's application has taken over.
  std::uint64_t refused_full = 0;    ///< send() said that the window is full.
  std::uint64_t acks_alone = 0;      ///< Frames sent without data: acknowledgements, and questions for one.
  std::uint64_t accepted = 0;        ///< Messages taken into the buffer, each number once.
  std::uint64_t out_of_order = 0;    ///< Of these: had to wait for an earlier one.
  std::uint64_t delivered = 0;       ///< Handed to the application.
  std::uint64_t confirmed = 0;       ///< Numbers the application confirmed.
  std::uint64_t duplicates = 0;      ///< Messages that had arrived before.
  std::uint64_t dropped_beyond = 0;  ///< Messages with a number too far ahead.
  std::uint64_t dropped_full = 0;    ///< Messages for which the buffer had no room.
  std::uint64_t forgotten = 0;       ///< Buffered, then superseded by a new incarnation or floor.
  std::uint64_t skipped = 0;         ///< Numbers never seen here, because the floor was already above them.
  std::uint64_t stale_frames = 0;    ///< Frames of an older incarnation of the peer.
  std::uint64_t stale_reports = 0;   ///< Acknowledgements for another incarnation of ours.
  std::uint64_t refused_reports = 0; ///< Acknowledgements of what was never sent.
  std::uint64_t stale_confirms = 0;  ///< The application confirmed what an older incarnation had sent.
  std::uint64_t refused_frames = 0;  ///< Frames that are damaged or claim what cannot be.
};

/// A number for a sender that starts: above the last one it kept on disk, and above that of an earlier life
/// whose disk is gone, as long as the wall clock moves forward.
/// @param last What the disk says; 0 when there is nothing. Store the result before sending with it.
/// Errors: invalid_frame when `last` cannot have been stored by us or no number is left.
result<std::uint64_t> next_incarnation(std::uint64_t last, timestamp wall);

} // namespace remora::protocol
