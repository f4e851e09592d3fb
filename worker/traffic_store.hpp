#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "protocol/item/item.hpp"
#include "traffic/frame.hpp"
#include "traffic/item_pipeline.hpp"
#include "traffic/store/item_store.hpp"
#include "traffic/store/stream_store.hpp"

namespace remora::worker {

struct traffic_store_options {
  std::string folder; ///< "streams" and "items" are made in it.
  byte_size streams_size{1u << 30};
  nanoseconds streams_age{std::chrono::minutes{10}};
  byte_size items_size{256u << 20};
  nanoseconds items_age{std::chrono::minutes{10}};
  byte_size waiting{64u << 20}; ///< Of items that may wait to be written, before more are dropped.
};

/// How a store stands.
struct store_view {
  traffic::segment_log_counters counters;
  std::optional<error> paused; ///< Why nothing is written at the moment.
};

struct traffic_store_view {
  store_view streams;
  store_view items;
  std::uint64_t waiting_bytes = 0; ///< Of items that wait for the store's thread.
  /// Items that were not even offered to the store: its thread did not keep up.
  std::uint64_t dropped_items = 0;
};

/// What a node keeps of its traffic on disk, and the thread that writes it. Capture hands over and never
/// waits: what finds no room is dropped and counted, what the disk does not take waits as long as there is
/// room.
class traffic_store {
 public:
  /// Opens both stores, which reads all that is in them. Errors: those of traffic::segment_log::open().
  static result<std::unique_ptr<traffic_store>> open(const traffic_store_options& options, timestamp now);
  /// Writes what waits; for that the disk is waited for.
  ~traffic_store();
  traffic_store(const traffic_store&) = delete;
  traffic_store& operator=(const traffic_store&) = delete;

  /// Keeps a packet of a stream. Any thread; a copy into memory.
  void keep(std::uint64_t stream, const traffic::frame& packet);
  /// Keeps items. Any thread; their JSON is made on the store's own.
  void keep(item_batch_ptr items);

  /// Told of each item after it was given to the store, with its JSON; null: nobody is. Called on the store's
  /// thread, which waits for it. When this returns, the one before is not called any more.
  using item_tap = std::function<void(const item& what, std::string_view json)>;
  void tap(item_tap told);

  /// Makes everything that was kept before findable. Waits for the disk: no scheduler thread may.
  void settle();

  const traffic::stream_store& streams() const noexcept { return *streams_; }
  const traffic::item_store& items() const noexcept { return *items_; }

  /// The numbers of what is stored, or was.
  traffic::item_numbers used() const;
  traffic_store_view view() const;

 private:
  traffic_store(std::unique_ptr<traffic::stream_store> streams, std::unique_ptr<traffic::item_store> items,
                byte_size waiting);
  struct waiting_batch {
    item_batch_ptr items;
    std::uint64_t bytes = 0;
  };
  void work();
  void write(const std::vector<waiting_batch>& batches);

  const std::unique_ptr<traffic::stream_store> streams_;
  const std::unique_ptr<traffic::item_store> items_;
  const byte_size most_waiting_;

  mutable std::mutex mutex_; ///< Guards what follows.
  std::condition_variable changed_;
  std::vector<waiting_batch> waiting_;
  std::uint64_t waiting_bytes_ = 0; ///< In `waiting_`, or being written.
  std::uint64_t dropped_items_ = 0;
  std::uint64_t asked_ = 0;   ///< How often settle() was called,
  std::uint64_t settled_ = 0; ///< and up to which call all is written.
  bool ending_ = false;

  std::mutex tap_mutex_; ///< Held while the tap is told.
  item_tap tap_;

  std::thread writer_; // last: it uses all of the above
};

} // namespace remora::worker
