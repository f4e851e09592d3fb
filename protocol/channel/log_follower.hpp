#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "protocol/channel/channel_settings.hpp"
#include "protocol/channel/log_entry.hpp"
#include "protocol/channel/ordered_log.hpp"

namespace remora::protocol {

struct follower_settings {
  std::size_t early_entries = 256;    ///< Buffered while an earlier one is missing.
  std::size_t early_bytes = 1u << 20; ///< The same, of payload.
  milliseconds first_wait{50}; ///< From noticing a gap to asking: it may close by itself. Followers of one
                               ///< writer should differ here, so that they do not all ask at once.
  milliseconds longest_wait{5000}; ///< Between two questions; they double up to there.
};

/// What a follower counted. Frames = applied entries + snapshots + heads + duplicates + stale + dropped +
/// refused
/// + those still buffered + superseded.
struct follower_counters {
  std::uint64_t frames = 0;
  std::uint64_t applied = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t heads = 0;
  std::uint64_t duplicates = 0; ///< Entries and snapshots that say nothing new.
  std::uint64_t stale = 0;      ///< Of an older epoch.
  std::uint64_t dropped = 0;    ///< Early entries for which the buffer had no room.
  std::uint64_t superseded = 0; ///< Buffered, then covered by a snapshot or a new epoch.
  std::uint64_t refused = 0;    ///< Damaged, or claiming what cannot be.
  std::uint64_t requests = 0;
};

/// A change for the application to make. A snapshot replaces everything it knew.
struct log_change {
  bool is_snapshot = false;
  log_position at;
  std::string payload;
};

/// The reading end of an ordered log: hands out each entry once and in order, notices what is missing and
/// asks for it. Begins with a snapshot; so does each new epoch. An epoch counts only when its snapshot has
/// come, so that a writer which announces one and vanishes stops nobody. One thread, no socket, no clock.
class log_follower {
 public:
  /// @param at Where the application stands, when it kept that.
  explicit log_follower(const follower_settings& settings = {}, log_position at = {}) noexcept;

  /// Takes in a frame, published or sent as an answer. @returns the changes to make now, in order.
  /// Errors: invalid_frame.
  result<std::vector<log_change>> receive(std::string_view frame, moment now);

  /// The application could not make a change, or does not trust its state: begins again with a snapshot.
  void demand_snapshot() noexcept;
  /// There is a connection (again): asks without waiting, if anything is missing.
  void connected() noexcept;

  /// What to ask the writer for, when that is due.
  std::optional<log_request> poll(moment now);
  /// When poll() will next have a question; moment::min() for at once, nothing when nothing is missing.
  std::optional<moment> next_deadline() const noexcept;

  /// The last change handed out.
  log_position position() const noexcept { return at_; }
  /// True when everything that was heard of has been handed out.
  bool is_current() const noexcept { return !wants(); }
  std::size_t buffered() const noexcept { return early_.size(); }
  std::size_t buffered_bytes() const noexcept { return early_bytes_; }
  const follower_counters& counters() const noexcept { return counters_; }

 private:
  std::optional<log_request> wants() const noexcept;
  void hear(log_position there) noexcept;
  void take_entry(const log_frame& frame, std::vector<log_change>& out);
  void take_snapshot(const log_frame& frame, std::vector<log_change>& out);
  void take_early(std::vector<log_change>& out);
  void forget_early(std::uint64_t through) noexcept;
  void schedule(const std::optional<log_request>& before, bool progress, moment now) noexcept;

  follower_settings settings_;
  follower_counters counters_;
  log_position at_;
  bool has_state_;     // false: nothing but a snapshot helps
  log_position heard_; // the newest epoch anyone spoke of, and its last entry; never behind at_
  std::map<std::uint64_t, std::string> early_; // entries of heard_.epoch
  std::size_t early_bytes_ = 0;

  moment ask_at_{moment::min()}; // the next question, if there is one then
  milliseconds wait_;            // from that to the one after
};

} // namespace remora::protocol
