#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/item/item.hpp"
#include "traffic/store/segment_log.hpp"

namespace remora::traffic {

struct item_store_options {
  segment_log_options log;
  /// Entries of the index, one for each item, 16 bytes each; when there are more, the oldest items go.
  std::size_t index_entries = 1u << 20;
};

/// An item as it is stored: the document, and what it is found by. Texts live during the call that hands it
/// over.
struct stored_item {
  std::uint64_t number = 0; ///< Its place in the store: a cursor. Given by the store.
  std::uint64_t seq = 0;
  std::uint64_t stream = 0;
  std::uint32_t index = 0;
  stream_kind kind = stream_kind::tcp;
  timestamp time;
  std::string_view protocol; ///< Its name; at most 255 bytes.
  std::string_view json;
};

enum class scan_order : std::uint8_t { newest_first, oldest_first };

/// How far a scan came.
struct scan_page {
  std::uint64_t items = 0;
  std::optional<std::uint64_t>
      cursor;            ///< Of the last item that was handed over: the next scan goes on there.
  bool has_more = false; ///< It ended at its limit or because the visitor had enough.
};

/// Items on disk, found by their id, or read in the order of their completion. An item that is appended again
/// under the same id takes the place of the earlier one for find(); scan() shows both.
///
/// Threads as of segment_log: append() on the thread that makes items, flush() on the caller's writer thread,
/// the rest from any. An item is found once it was flushed. Stream numbers and `seq` must not begin again
/// after a restart: go on behind last_stream() and last_seq().
class item_store {
 public:
  /// Errors: as of segment_log::open().
  static result<std::unique_ptr<item_store>> open(item_store_options options, timestamp now,
                                                  std::unique_ptr<store_disk> disk = make_store_disk());
  ~item_store();
  item_store(const item_store&) = delete;
  item_store& operator=(const item_store&) = delete;

  /// Takes an item; its JSON is written here. @returns why it was dropped; nothing when it was taken.
  std::optional<append_drop> append(const item& what);
  /// The same with its JSON, for who has made it already.
  std::optional<append_drop> append(const item& what, std::string_view json);
  /// The same without an item; `number` does not matter.
  std::optional<append_drop> append(const stored_item& what);
  result<void> flush(timestamp now) { return log_->flush(now); } ///< As segment_log::flush().
  result<void> sync() { return log_->sync(); }
  std::optional<error> paused() const { return log_->paused(); }
  segment_log_counters counters() const { return log_->counters(); }

  /// Hands over the item of an id as items show it ("10.1.0.7:30001/000000000042.pcap-3"; which worker it
  /// names does not matter). Errors: not_found, permission_denied, io_failed.
  result<void> find(std::string_view id, const std::function<void(const stored_item&)>& take) const;

  /// Hands over at most `limit` items, behind the one a cursor names when there is one, until the visitor
  /// says false. Items deleted meanwhile are left out. Errors: permission_denied, io_failed.
  using visitor = std::function<bool(const stored_item&)>;
  result<scan_page> scan(scan_order order, std::optional<std::uint64_t> cursor, std::uint64_t limit,
                         const visitor& take) const;

  /// The highest that is stored, or was since the store was opened; 0: none.
  std::uint64_t last_stream() const;
  std::uint64_t last_seq() const;

 private:
  class index;
  item_store();
  result<void> scan_newest(std::uint64_t cursor, std::uint64_t limit, scan_page& page,
                           const visitor& take) const;
  result<void> scan_oldest(std::uint64_t cursor, std::uint64_t limit, scan_page& page,
                           const visitor& take) const;

  std::unique_ptr<index> index_;
  std::unique_ptr<segment_log> log_;
};

} // namespace remora::traffic
