#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace remora::protocol {

/// Message numbers from `first` to `last`, both included.
struct number_range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// The most ranges that one report lists. What does not fit is reported later.
inline constexpr std::size_t max_held_ranges = 32;

/// What a receiver tells a sender. `confirmed` may be forgotten by the sender, everything else it must keep.
struct channel_report {
  std::uint64_t incarnation = 0;  ///< Of the sender whose messages these are.
  std::uint64_t confirmed = 0;    ///< The application has taken over everything up to here.
  std::uint64_t received = 0;     ///< Everything up to here arrived; never below `confirmed`.
  std::vector<number_range> held; ///< What arrived beyond a gap, ascending; not always all of it.
};

/// One frame of a channel. It always says who sends and where its stream begins; the rest is optional.
struct channel_frame {
  std::uint64_t incarnation = 0; ///< Of the sender of this frame, from 1.
  std::uint64_t floor = 1;       ///< The lowest number it still has to get acknowledged.
  bool asks = false;             ///< It wants a report at once.
  std::optional<channel_report> report;
  std::optional<std::uint64_t> number; ///< Of the message carried, at least `floor`.
  std::string_view payload;            ///< Of that message; points into what was decoded.
};

/// The bytes of a frame. The payload follows the header unchanged:
///
///     version u8 | flags u8 | ranges u8 | incarnation u64 | floor u64
///     [report: incarnation u64 | confirmed u64 | received u64 | ranges * (missing u32, held u32)]
///     [data: number u64 | payload]
///
/// Integers are in network byte order. A range is the count of numbers missing before it, then the count of
/// numbers in it, both at least 1. Flags: 1 data, 2 report, 4 asks; others are ignored.
std::string encode(const channel_frame& frame);

/// Reads a frame and refuses one that contradicts itself; whether it fits the state of a channel is for the
/// channel to say. Allocates for at most max_held_ranges ranges.
/// Errors: invalid_frame.
result<channel_frame> decode_channel_frame(std::string_view bytes);

} // namespace remora::protocol
