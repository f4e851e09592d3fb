#include "worker/traffic_store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "protocol/item/json_writer.hpp"

namespace remora::worker {

namespace {

/// How long what was kept may stay in memory alone.
constexpr milliseconds between_flushes{100};
/// Of a power cut no more than this is to be lost.
constexpr std::chrono::seconds between_syncs{5};

traffic::segment_log_options log_of(const std::string& folder, byte_size size, nanoseconds age) {
  traffic::segment_log_options out;
  out.folder = folder;
  out.size = size;
  out.age = age;
  return out;
}

} // namespace

result<std::unique_ptr<traffic_store>> traffic_store::open(const traffic_store_options& options,
                                                           timestamp now) {
  traffic::stream_store_options of_streams;
  of_streams.log = log_of(options.folder + "/streams", options.streams_size, options.streams_age);
  auto streams = traffic::stream_store::open(std::move(of_streams), now);
  if (!streams) return pass_on(std::move(streams));
  traffic::item_store_options of_items;
  of_items.log = log_of(options.folder + "/items", options.items_size, options.items_age);
  auto items = traffic::item_store::open(std::move(of_items), now);
  if (!items) return pass_on(std::move(items));
  return std::unique_ptr<traffic_store>{
      new traffic_store{std::move(*streams), std::move(*items), options.waiting}};
}

traffic_store::traffic_store(std::unique_ptr<traffic::stream_store> streams,
                             std::unique_ptr<traffic::item_store> items, byte_size waiting)
    : streams_{std::move(streams)}, items_{std::move(items)}, most_waiting_{waiting}, writer_{[this] {
        work();
      }} {}

traffic_store::~traffic_store() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  changed_.notify_all();
  writer_.join();
}

void traffic_store::keep(std::uint64_t stream, const traffic::frame& packet) {
  static_cast<void>(streams_->append(stream, packet)); // which counts what it drops
}

void traffic_store::keep(item_batch_ptr items) {
  if (!items || items->empty()) return;
  std::uint64_t bytes = 0;
  for (const item& one : *items)
    bytes += footprint(one);
  const std::lock_guard lock{mutex_};
  // Items that alone are more than may wait are taken when nothing else waits.
  if (waiting_bytes_ > 0 && bytes > most_waiting_.bytes - std::min(waiting_bytes_, most_waiting_.bytes)) {
    dropped_items_ += items->size();
    return;
  }
  waiting_bytes_ += bytes;
  waiting_.push_back({std::move(items), bytes});
}

void traffic_store::tap(item_tap told) {
  const std::lock_guard lock{tap_mutex_};
  tap_ = std::move(told);
}

void traffic_store::settle() {
  std::unique_lock lock{mutex_};
  const std::uint64_t mine = ++asked_;
  changed_.notify_all();
  changed_.wait(lock, [this, mine] { return settled_ >= mine; });
}

void traffic_store::work() {
  auto synced_at = std::chrono::steady_clock::now();
  for (bool ended = false; !ended;) {
    std::vector<waiting_batch> batches;
    std::uint64_t up_to = 0;
    {
      std::unique_lock lock{mutex_};
      changed_.wait_for(lock, between_flushes, [this] { return ending_ || asked_ > settled_; });
      batches.swap(waiting_);
      up_to = asked_;
      ended = ending_;
    }
    write(batches);
    const timestamp now = wall_now();
    // Each keeps what it could not write, and says itself why it is paused.
    static_cast<void>(streams_->flush(now));
    static_cast<void>(items_->flush(now));
    if (const auto clock = std::chrono::steady_clock::now(); ended || clock - synced_at >= between_syncs) {
      synced_at = clock;
      static_cast<void>(streams_->sync());
      static_cast<void>(items_->sync());
    }
    const std::lock_guard lock{mutex_};
    settled_ = up_to;
    changed_.notify_all();
  }
}

void traffic_store::write(const std::vector<waiting_batch>& batches) {
  for (const waiting_batch& batch : batches) {
    for (const item& one : *batch.items) {
      const std::string json = to_json(members_of(one));
      static_cast<void>(items_->append(one, json)); // which counts what it drops
      const std::lock_guard lock{tap_mutex_};
      if (tap_) tap_(one, json);
    }
    const std::lock_guard lock{mutex_};
    waiting_bytes_ -= batch.bytes;
  }
}

traffic::item_numbers traffic_store::used() const {
  return {std::max(streams_->last_stream(), items_->last_stream()), items_->last_seq()};
}

traffic_store_view traffic_store::view() const {
  traffic_store_view out;
  out.streams = {streams_->counters(), streams_->paused()};
  out.items = {items_->counters(), items_->paused()};
  const std::lock_guard lock{mutex_};
  out.waiting_bytes = waiting_bytes_;
  out.dropped_items = dropped_items_;
  return out;
}

} // namespace remora::worker
