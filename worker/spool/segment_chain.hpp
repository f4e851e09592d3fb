#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/spool/segment_file.hpp"
#include "worker/spool/spool_frame.hpp"

namespace remora::worker {

/// What was not as it was left, found when a folder was opened.
struct chain_findings {
  std::uint64_t torn_bytes = 0; ///< Of writes that a kill cut short; cut off.
  std::uint64_t damaged = 0;    ///< Places that could not be read; the files were set aside.
};

/// All records of one kind in the order of their numbers, in files of limited size, with one place where
/// reading goes on. Records are *gone* up to a number: released or dropped. Files that hold none but those
/// are deleted. Not thread-safe. Nothing here throws but for lack of memory.
class segment_chain {
 public:
  /// Sees one record; false: it was not taken, reading ends in front of it.
  using reader = std::function<bool(const found_frame&)>;

  /// @param kind Begins the names of the files. @param segment_bytes A file is closed before it grows past
  /// that, unless it holds a single record.
  segment_chain(std::string folder, std::string kind, std::uint64_t segment_bytes);

  /// Reads what is in the folder; nothing up to `gone` is of interest. What a killed writer left is cut off,
  /// damaged files are replaced by what can be read of them. Errors: permission_denied, io_failed.
  result<chain_findings> load(std::uint64_t gone, timestamp now);

  /// Adds a record behind all others. @param at_once It is in the file when this returns; otherwise after
  /// flush() or when 64 KiB have come together. Errors: store_full, io_failed; then nothing has changed.
  result<void> add(std::uint64_t number, std::string_view payload, bool at_once);
  /// Writes what add() has put off. Errors: as of add(); it is kept and tried again with the next call.
  result<void> flush();
  /// Makes durable what was written. Errors: io_failed.
  result<void> sync();

  /// Reads on, until `take` refuses or nothing written is left. What turns out to be damaged is passed over,
  /// counted and said in the log.
  void read(const reader& take);
  /// Reading begins again at the first record that is not gone.
  void rewind() noexcept;

  /// Everything up to a number is gone. @param records, bytes How many of those were waiting.
  void release(std::uint64_t up_to, std::uint64_t records, std::uint64_t bytes);
  /// Deletes the last file too when all in it is gone. @returns whether there was something to delete.
  bool reclaim();

  /// Shows every waiting record of the oldest file. @returns how many waited there, shown or not: some may
  /// have become unreadable. Only when not empty().
  std::uint64_t visit_oldest(const std::function<void(const found_frame&)>& visitor) const;
  /// The number of its last record.
  std::uint64_t last_of_oldest() const noexcept { return segments_.front().last; }
  /// Deletes it: its records are gone.
  void drop_oldest();

  bool empty() const noexcept { return segments_.empty(); }
  std::uint64_t last_number() const noexcept { return last_number_; }
  std::uint64_t gone() const noexcept { return gone_; }
  std::uint64_t next_to_read() const noexcept { return next_; }
  std::uint64_t disk_bytes() const noexcept; ///< With what is yet to be written.
  std::uint64_t waiting_records() const noexcept;
  std::uint64_t waiting_bytes() const noexcept;
  bool has_unwritten() const noexcept { return !buffer_.empty(); }
  /// Records that were lost because a file became unreadable after it was opened, since the last call.
  std::uint64_t take_lost() noexcept;

 private:
  struct held : segment {
    explicit held(segment from) : segment{std::move(from)} {}
    std::uint64_t frame_bytes = 0;   // of all records
    std::uint64_t waiting = 0;       // records that are not gone
    std::uint64_t waiting_bytes = 0; // and their frames
    bool is_damaged = false;         // not to be written to, and set aside instead of deleted
    file_descriptor unsynced;        // closed for writing, and not durable yet
  };

  /// Takes one file in; nothing is kept of it when it holds no records.
  result<void> load_one(segment from, bool is_last, chain_findings& findings);
  std::size_t scan(held& into, std::string_view content, chain_findings& findings);
  result<void> replace_damaged(held& one, std::string_view content);
  /// Makes sure that the last segment may take a frame of that size.
  result<void> make_place(std::uint64_t frame_bytes);
  /// Reads on in one segment. @returns false when `take` refused.
  bool read_segment(held& from, const reader& take);
  /// Counts what damage behind the place of reading has cost. @param rest All that is left of the file.
  void count_damage(held& at, std::string_view rest);
  void lose(held& from, std::uint64_t records, std::uint64_t bytes);
  void move_to(const held& segment) noexcept;
  held* reading_from() noexcept;
  void close_last();
  void discard_front();
  std::uint64_t buffered_bytes() const noexcept { return buffer_.size(); }

  std::string folder_;
  std::string kind_;
  std::uint64_t segment_bytes_;
  timestamp opened_; // names what is set aside

  std::deque<held> segments_;
  std::uint64_t next_index_ = 1;
  std::uint64_t last_number_ = 0;
  std::uint64_t gone_ = 0;
  std::uint64_t lost_ = 0;

  file_descriptor file_;       // of the last segment, once something was written to it
  std::string buffer_;         // frames for the last segment
  std::uint64_t buffered_ = 0; // how many
  bool file_unsynced_ = false;
  bool folder_unsynced_ = false;

  // Where reading goes on: a segment, an offset in it, and the frames that were passed from its beginning.
  std::uint64_t at_index_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t passed_ = 0;
  std::uint64_t passed_bytes_ = 0;
  std::uint64_t next_ = 1; // the number of the next record to hand out is not below it
};

} // namespace remora::worker
