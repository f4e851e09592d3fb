#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "traffic/frame.hpp"
#include "traffic/store/segment_log.hpp"

namespace remora::traffic {

struct stream_store_options {
  segment_log_options log;
  /// Entries of the index, one for each stream in each file, about 100 bytes each; when there are more, the
  /// oldest packets go.
  std::size_t index_entries = 1u << 18;
};

/// What is stored of a stream.
struct stored_stream {
  std::uint64_t number = 0;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0; ///< As captured.
  timestamp first;         ///< Earliest and latest capture time.
  timestamp last;
};

/// Where a packet lies.
struct packet_place {
  timestamp time;
  std::uint64_t segment = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint32_t captured = 0;
  link_type link = link_type::unsupported;
};

/// Packets on disk, found by the number of their stream.
///
/// Threads as of segment_log: append() on the capture thread, flush() on the caller's writer thread, the rest
/// from any. A packet is found once it was flushed: whoever needs the last ones calls flush() before.
/// Stream numbers must not begin again after a restart: go on behind last_stream().
class stream_store {
 public:
  /// Errors: as of segment_log::open().
  static result<std::unique_ptr<stream_store>> open(stream_store_options options, timestamp now,
                                                    std::unique_ptr<store_disk> disk = make_store_disk());
  ~stream_store();
  stream_store(const stream_store&) = delete;
  stream_store& operator=(const stream_store&) = delete;

  /// Takes a packet. @returns why it was dropped; nothing when it was taken.
  std::optional<append_drop> append(std::uint64_t stream, const frame& packet);
  result<void> flush(timestamp now) { return log_->flush(now); } ///< As segment_log::flush().
  result<void> sync() { return log_->sync(); }
  std::optional<error> paused() const { return log_->paused(); }
  segment_log_counters counters() const { return log_->counters(); }

  /// What is there, by number.
  std::vector<stored_stream> streams() const;
  bool contains(std::uint64_t stream) const;
  /// The highest number that is stored, or was since the store was opened; 0: none.
  std::uint64_t last_stream() const;

  /// Hands over what is stored of a stream, in the order in which it was appended; nothing when it is
  /// unknown. Packets that are deleted meanwhile are left out. Errors: permission_denied, io_failed.
  result<void> read(std::uint64_t stream, frame_handler& to) const;

  /// Where the packets of some streams lie, in the order of their times; of equal times, as they were
  /// appended. Errors: too_large when there are more than `most`; permission_denied, io_failed.
  result<std::vector<packet_place>> find(const std::set<std::uint64_t>& streams, std::size_t most) const;
  /// Hands over packets of find(). @returns how many could not be read any more.
  result<std::uint64_t> read(const std::vector<packet_place>& places,
                             const std::function<bool(const frame&)>& take) const;

 private:
  class index;
  stream_store();

  std::unique_ptr<index> index_;
  std::unique_ptr<segment_log> log_;
};

} // namespace remora::traffic
