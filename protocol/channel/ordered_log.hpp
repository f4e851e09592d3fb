#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "protocol/channel/log_entry.hpp"

namespace remora::protocol {

/// What a follower asks the writer for.
struct log_request {
  std::uint64_t epoch = 0; ///< Of the log that it follows; 0: it knows nothing.
  std::uint64_t from = 0;  ///< The first entry it misses; 0: it wants a snapshot.

  bool operator==(const log_request& other) const noexcept {
    return epoch == other.epoch && from == other.from;
  }
};

/// The writer's answer: frames for the follower, in the order to send them.
struct log_answer {
  bool wants_snapshot = false; ///< The entries are gone: send ordered_log::snapshot() before `frames`.
  std::vector<std::string> frames;
};

/// How much a writer keeps for followers that missed something.
struct log_limits {
  std::size_t entries = 4096;
  std::size_t bytes = 8u << 20; ///< Of encoded entries; the newest is kept whatever its size.
};

/// The writing end of an ordered log with many readers: numbers entries and keeps the last ones. One writer
/// at a time, one thread, no socket: what the functions return is to be published or sent.
class ordered_log {
 public:
  /// @param start The epoch, and the last index that was used in it. A writer that is not certain of that
  /// index
  ///        (it was killed before the index was on disk) begins a higher epoch: see next_incarnation().
  ///        Numbers out of range count as the nearest that is possible.
  explicit ordered_log(log_position start, log_limits limits = {}) noexcept;

  /// Numbers one change. @returns the bytes to publish. Errors: too_large; window_full after 2^62 entries.
  result<std::string> append(std::string_view payload);

  /// Where the log ends, to publish now and then: a follower that lost the last entry would not know
  /// otherwise.
  std::string head() const;
  /// The whole state in one frame. @param payload What all entries up to position() amount to.
  std::string snapshot(std::string_view payload) const;

  /// What a follower misses, at most about `most_bytes` of it (at least one entry); then it asks again. Ends
  /// with a head. Any request is answered, sensible or not.
  log_answer answer(const log_request& request, std::size_t most_bytes = 1u << 20) const;

  log_position position() const noexcept { return position_; }
  std::size_t kept_entries() const noexcept { return kept_.size(); }
  std::size_t kept_bytes() const noexcept { return kept_bytes_; }

 private:
  log_limits limits_;
  log_position position_;
  std::deque<std::string> kept_; // encoded; the last one is entry position_.index
  std::size_t kept_bytes_ = 0;
};

} // namespace remora::protocol
