#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/folder_lock.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "traffic/store/segment_frame.hpp"
#include "traffic/store/store_disk.hpp"

namespace remora::traffic {

struct segment_log_options {
  std::string folder;       ///< Made when it is not there.
  byte_size size{1u << 30}; ///< All files together never pass it; 64 KiB at least.
  nanoseconds age{0};       ///< Records older than this go, give or take an eighth; 0: never.
  byte_size segment{0}; ///< Size of one file; 0: a 32nd of `size`, 32 MiB at most. Half of `size` at most.
  byte_size buffer{4u << 20}; ///< What append() may hold until it is written.
};

/// Why a record was not taken.
enum class append_drop : std::uint8_t {
  too_large,   ///< Empty, or larger than max_payload().
  buffer_full, ///< flush() does not keep up.
  disk_full,   ///< The disk is full, and so is the buffer.
  disk_failed, ///< Writing fails for another reason, and the buffer is full.
};
inline constexpr std::size_t append_drops = 4;
std::string_view to_string(append_drop reason) noexcept;

/// Why a whole file of records was deleted.
enum class segment_end : std::uint8_t {
  size,  ///< Room was needed below the limit.
  age,   ///< All of it was too old.
  index, ///< The index in memory was full.
};
inline constexpr std::size_t segment_ends = 3;
std::string_view to_string(segment_end reason) noexcept;

/// What happened since the log was opened. Always: offered = written + buffered + the sum of `dropped`, and
/// recovered + written = kept + the sum of `deleted`.
struct segment_log_counters {
  std::uint64_t offered = 0; ///< Records given to append().
  std::uint64_t written = 0;
  std::uint64_t recovered = 0; ///< Found when the log was opened.
  std::uint64_t buffered = 0;  ///< Waiting for flush().
  std::uint64_t kept = 0;      ///< On disk now.
  std::array<std::uint64_t, append_drops> dropped{};
  std::array<std::uint64_t, segment_ends> deleted{};
  std::uint64_t torn_bytes = 0;       ///< Cut from the end: a write that a killed process did not finish.
  std::uint64_t damaged_places = 0;   ///< Stretches of files that hold no sound record, when opened.
  std::uint64_t lost_records = 0;     ///< Records that are missing there, by their numbers.
  std::uint64_t unreadable_files = 0; ///< Not a single record can be read. They go when their turn comes.
  std::uint64_t newer_files = 0;      ///< Likewise, of a newer version of the format.
  std::uint64_t damaged_reads = 0;    ///< Reads that met damage that was not there when it was opened.
  std::uint64_t bytes = 0;            ///< Of all files now.
  std::uint64_t failed_flushes = 0;
};

/// One record, during the call that hands it over.
struct log_record {
  std::uint64_t segment = 0; ///< Which file: the number of its first record.
  std::uint64_t begin = 0;   ///< Where it lies in the file.
  std::uint64_t end = 0;
  std::uint64_t number = 0; ///< Grows by one with each record, over restarts too.
  timestamp written;
  std::string_view payload;
};

/// Keeps an index of a log. Called in open() and in flush(), on the thread that calls them, in order.
class log_index {
 public:
  log_index() = default;
  log_index(const log_index&) = delete;
  log_index& operator=(const log_index&) = delete;
  virtual ~log_index() = default;

  virtual void on_record(const log_record& record) = 0;
  virtual void on_deleted(std::uint64_t segment) = 0;
  /// Whether records must go before more come.
  virtual bool is_full() const = 0;
};

/// A file of a log.
struct log_segment {
  std::uint64_t first = 0; ///< Number of its first record; names it.
  std::uint32_t marker = 0;
  std::string path;
  std::uint64_t bytes = 0;      ///< Up to the end of its last sound record.
  std::uint64_t file_bytes = 0; ///< On disk; more than `bytes` when a write failed half-way.
  std::uint64_t records = 0;
  std::uint64_t next = 0; ///< Number of the record after its last.
  timestamp oldest;
  timestamp newest;
  bool readable = true;
};

/// Records on disk in the order in which they came, in files of which the oldest go first.
///
/// Threads: append() from any thread, for as long as a copy takes; it never waits for the disk. flush() and
/// sync() from one that may block: the caller's writer thread. Reading and counters() from any. What was not
/// flushed is not seen by readers, and is lost with the process.
class segment_log {
 public:
  /// Opens a folder and reads all records in it once (about as fast as the disk). @param index May be null;
  /// lives as long as the log. Errors: store_in_use, permission_denied, io_failed, invalid_usage.
  static result<std::unique_ptr<segment_log>> open(segment_log_options options, log_index* index,
                                                   timestamp now,
                                                   std::unique_ptr<store_disk> disk = make_store_disk());
  ~segment_log();
  segment_log(const segment_log&) = delete;
  segment_log& operator=(const segment_log&) = delete;

  /// Takes a record, given in two parts. @returns why it was dropped; nothing when it was taken.
  std::optional<append_drop> append(std::string_view head, std::string_view body);

  /// Writes what was appended and deletes what is too old or too much. When the disk is full or fails, the
  /// log is paused: nothing that was taken is lost, the next flush() tries again.
  /// Errors: store_full, permission_denied, io_failed.
  result<void> flush(timestamp now);
  /// Makes what was flushed to the newest file survive a power cut. Errors: io_failed.
  result<void> sync();
  /// Why nothing can be written at the moment; nothing when all is well.
  std::optional<error> paused() const;

  std::vector<log_segment> segments() const; ///< Oldest first, only readable ones.
  /// The visitor sees the sound records between two offsets of a file, until it says false.
  /// Errors: not_found (the file was deleted meanwhile), permission_denied, io_failed.
  using visitor = std::function<bool(const log_record&)>;
  result<void> visit(std::uint64_t segment, std::uint64_t from, std::uint64_t to, const visitor& take) const;
  result<void> visit(const log_segment& all, const visitor& take) const;

  segment_log_counters counters() const;
  std::size_t max_payload() const noexcept;

 private:
  segment_log(segment_log_options options, log_index* index, std::unique_ptr<store_disk> disk,
              folder_lock lock);

  // segment_log_load.cpp
  result<void> load(timestamp now);
  result<void> load_file(log_segment file, bool is_last, std::optional<std::uint64_t> next_first,
                         timestamp now);
  std::uint64_t end_of_tail(log_segment& file, bool is_last);

  result<void> write_waiting(timestamp now);
  result<void> write_run(timestamp now);
  result<void> begin_segment(timestamp now);
  result<void> make_room(std::uint64_t bytes);
  result<void> delete_old(timestamp now);
  result<void> delete_oldest(segment_end reason);
  std::size_t run_length() const noexcept;

  const segment_log_options options_;
  log_index* const index_;
  const std::unique_ptr<store_disk> disk_;
  const folder_lock lock_;

  std::mutex flush_mutex_; ///< Held while writing; guards these four.
  std::string writing_;    ///< What was taken from pending_, from writing_at_ on not written yet.
  std::size_t writing_at_ = 0;
  std::uint64_t next_number_ = 1;
  bool has_active_ = false; ///< The newest file takes more.

  mutable std::mutex mutex_; ///< Held for moments only; guards these.
  std::string pending_;
  std::size_t buffered_bytes_ = 0;
  std::deque<log_segment> segments_; ///< Changed only under both.
  mutable segment_log_counters counters_;
  std::optional<error> paused_;
};

} // namespace remora::traffic
