#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/folder_lock.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "protocol/messages.hpp"
#include "worker/spool/drop_counts.hpp"
#include "worker/spool/segment_chain.hpp"
#include "worker/spool/spool_state.hpp"

namespace remora::worker {

struct spool_settings {
  std::string folder;              ///< worker.data. The files lie in `spool` below it, for their owner alone.
  byte_size max_size = mib(256);   ///< Of all files, at least 64 KiB. What was set aside is not counted.
  byte_size segment_size = mib(4); ///< Of one file; at most 16 MiB and an eighth of max_size.
  std::size_t batch_bytes =
      wire::max_message_bytes; ///< The largest message, unless a single record is larger.
  timestamp now = wall_now();  ///< Numbers that are given from now on lie above it.
};

/// Part of what is waiting, as one message.
struct spool_batch {
  protocol::message what; ///< job_runs, console_lines or lines_dropped.
  std::uint64_t ticket = 0;
};

/// Since the spool was opened, and what waits now.
/// Runs: found when opened + added = released + dropped_records + waiting.
struct spool_stats {
  std::uint64_t waiting_records = 0; ///< Runs and lines that were not released.
  std::uint64_t waiting_bytes = 0;
  std::uint64_t disk_bytes = 0;      ///< Of all files: also what is released and not deleted yet.
  std::uint64_t dropped_records = 0; ///< Runs that could not be kept, or became unreadable.
  drop_counts dropped_lines;         ///< "" for those whose script is not known any more.
  std::uint64_t torn_bytes = 0;      ///< Cut off when opened: of a write that a kill interrupted.
  std::uint64_t damaged = 0;         ///< Places in files, found when opened, that could not be read.
};

/// What a worker's scripts produced and the hub has not acknowledged, on disk and in order. A run for which
/// add() returned a number is there until it is released, also when the process is killed. When space runs
/// out the oldest lines go, whole files of them, and runs last; every drop is counted and told to the hub.
///
/// Numbers of runs and of lines rise on a node for ever, also over restarts: a gap among the lines of one
/// life of the worker is one that was dropped. README.md says how the hub tells repeated lines with them.
///
/// Not thread-safe: one owner calls it, on any thread. Every call may block for as long as the disk takes.
/// Throws only for lack of memory.
class record_spool {
 public:
  static constexpr std::size_t max_outstanding = 4096;

  /// Opens the folder, which is made when it is not there, and holds it for this process.
  /// Errors: store_in_use (another worker), permission_denied, not_found, store_full, io_failed.
  static result<std::unique_ptr<record_spool>> open(spool_settings settings);

  record_spool(const record_spool&) = delete;
  record_spool& operator=(const record_spool&) = delete;
  /// Writes what add() put off, as far as the disk lets it.
  ~record_spool();

  /// Keeps a run; what is too large for a message is shortened, and the run says so. @returns its number,
  /// once it is written. Errors: store_full, io_failed: it is not kept, and counted.
  result<std::uint64_t> add(job_run run);
  /// Keeps a line, written after the next flush() or next_batch(), or when 64 KiB have come together; a kill
  /// before that loses it. @returns its number. Errors: as above.
  result<std::uint64_t> add(console_line line);
  /// Writes what was put off; call it 10 ms after the first add() of a line. Errors: store_full, io_failed;
  /// nothing is lost, it is tried again with the next call.
  result<void> flush();
  /// Whether flush() has something to do.
  bool has_unwritten() const noexcept { return lines_.has_unwritten() || state_changed_; }
  /// flush(), and makes all of it survive a power cut. Takes a disk's time: call it once a second at most.
  /// Errors: store_full, io_failed.
  result<void> sync();

  /// The next message: runs first, then what was dropped, then lines. Any number may be handed out before the
  /// first is released, up to max_outstanding. Nothing when all is handed out.
  std::optional<spool_batch> next_batch();
  /// The hub has taken over that message and all that were handed out before it: as the channel acknowledges.
  /// Tickets from before a rewind() are passed over. Errors: invalid_confirm for one that was never given.
  result<void> release(std::uint64_t ticket);
  /// next_batch() begins again with the first that is not released; the tickets given so far are void.
  void rewind();

  spool_stats stats() const;

 private:
  /// A message that was handed out.
  struct outstanding {
    std::uint64_t ticket = 0;
    segment_chain* chain = nullptr; // nullptr: lines_dropped
    std::uint64_t up_to = 0;        // the number of its last record
    std::uint64_t records = 0;      // that still wait
    std::uint64_t bytes = 0;
    drop_counts drops; // of lines_dropped: what it says; of lines: those dropped from disk since
  };

  record_spool(spool_settings settings, folder_lock lock, const std::string& folder);
  result<void> load();
  result<spool_state> load_state();
  std::string state_file() const { return folder_ + "/spool.state"; }
  spool_state state() const;
  void save_state();

  /// Makes room for one more record by pushing lines out. @returns false when there is none to be had.
  bool make_room(std::uint64_t bytes, bool is_run);
  void drop_oldest_lines();
  void note_dropped(std::string_view script, std::uint64_t count);
  tl::unexpected<error> refuse_run(error why);
  tl::unexpected<error> refuse_line(std::string_view script, error why);
  error no_room() const;
  void count_lost();

  std::optional<protocol::message> next_runs();
  std::optional<protocol::message> next_notice();
  std::optional<protocol::message> next_lines();
  /// Hands out what `decode` makes of the next records of a chain; nothing when there are none.
  template <class Message, class Decode>
  std::optional<protocol::message> next_of(segment_chain& chain, Decode decode);

  spool_settings settings_;
  folder_lock lock_; // given up after everything is written
  std::string folder_;
  segment_chain runs_;
  segment_chain lines_;
  std::uint64_t next_run_ = 1;
  std::uint64_t next_line_ = 1;

  std::deque<outstanding> outstanding_;
  std::uint64_t next_ticket_ = 1;
  drop_counts drops_;         // that the hub is still to be told of
  bool lines_are_due_ = true; // so that drops without end do not keep lines from being sent
  bool state_changed_ = false;
  bool state_unsynced_ = false;

  std::uint64_t dropped_records_ = 0;
  drop_counts dropped_lines_;
  chain_findings findings_;
  std::uint64_t drops_of_files_ = 0;
  bool refusing_runs_ = false; // the refusals that follow are counted, not logged
  bool refusing_lines_ = false;
};

} // namespace remora::worker
