#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora::protocol {

/// A place in an ordered log. Within one epoch the entries are numbered from 1 without a gap, and the number
/// of an entry never means another entry. {0, 0}: nowhere.
struct log_position {
  std::uint64_t epoch = 0;
  std::uint64_t index = 0; ///< Of the last entry that is included; 0: none.

  bool operator==(const log_position& other) const noexcept {
    return epoch == other.epoch && index == other.index;
  }
  bool operator!=(const log_position& other) const noexcept { return !(*this == other); }
};

/// What a frame of a log is. The numbers travel: append, never renumber.
enum class log_kind : std::uint8_t {
  entry = 1,    ///< One change.
  head = 2,     ///< No change: says where the log ends.
  snapshot = 3, ///< Everything up to and including that index, in place of the entries.
};

struct log_frame {
  log_kind kind = log_kind::head;
  log_position at;
  std::string_view payload; ///< Points into what was decoded; empty for a head.
};

/// The bytes of a frame: version u8 | kind u8 | epoch u64 | index u64 | payload, in network byte order.
std::string encode(const log_frame& frame);

/// Errors: invalid_frame.
result<log_frame> decode_log_frame(std::string_view bytes);

} // namespace remora::protocol
