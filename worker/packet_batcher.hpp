#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "protocol/packet_info.hpp"
#include "traffic/decode/decode_counters.hpp"
#include "traffic/decode/unwrap.hpp"
#include "traffic/frame.hpp"
#include "traffic/item_pipeline.hpp"
#include "worker/item_totals.hpp"

namespace remora::worker {

/// What was collected for scripts.
struct collected {
  packet_info_batch packets;
  std::uint64_t packets_before = 0; ///< Packets that were collected before these.
  item_batch items;

  bool empty() const noexcept { return packets.empty() && items.empty(); }
};

/// Decodes and counts frames as they are read, and collects what scripts learn of them: packets, and the
/// items that are made of what is inside of them (tunnels are taken off, fragments put together). No packet
/// is copied.
class packet_batcher final : public traffic::frame_handler {
 public:
  /// False: frames are only decoded and counted, because no script wants to know of them. At first true.
  void set_collecting(bool on);
  bool is_collecting() const noexcept { return collecting_; }

  /// Whether items are made: from the next frame on. Null: no more; what waits for its other half is lost.
  void set_items(std::unique_ptr<traffic::item_pipeline> pipeline);
  bool makes_items() const noexcept { return items_ != nullptr; }

  /// The numbers of streams and items that are used up, by all pipelines so far.
  traffic::item_numbers used_numbers() const noexcept { return items_ ? items_->used() : used_; }

  /// Gets the packets of flows while items are made; tunnels are left on. `stream`: the flow's number.
  using packet_keeper = std::function<void(std::uint64_t stream, const traffic::frame& packet)>;
  void set_keeper(packet_keeper keep) { keep_ = std::move(keep); }

  /// Time passes without a frame, up to `now`: items that waited long enough are completed.
  void advance(timestamp now);

  /// No more frames come: what waits is made into items.
  void finish();

  /// Frames of this time or later are not part of the run.
  void set_end(timestamp end) noexcept { end_ = end; }

  void on_frame(const traffic::frame& packet) override;

  std::uint64_t packets() const noexcept { return decoded_.packets(); }
  std::uint64_t bytes() const noexcept { return bytes_; }
  const traffic::decode_counters& decoded() const noexcept { return decoded_; }

  /// Of them, those from or to the port of DNS.
  std::uint64_t dns_packets() const noexcept { return dns_packets_; }

  /// Frames that were read but came after the end.
  std::uint64_t beyond_end() const noexcept { return beyond_end_; }

  /// The latest time stamp so far; the time of a capture, whose stamps may go back, is this.
  timestamp latest() const noexcept { return latest_; }

  /// What was collected since the last call.
  collected take();

  /// What came of making items; all zero while none are made.
  item_totals items() const;

 private:
  bool collecting_ = true;
  timestamp end_ = timestamp::max();
  timestamp latest_ = timestamp::min();
  std::uint64_t bytes_ = 0;
  std::uint64_t beyond_end_ = 0;
  std::uint64_t dns_packets_ = 0;
  traffic::decode_counters decoded_;
  traffic::unwrapper unwrapper_;
  packet_info_batch batch_;
  std::uint64_t collected_ = 0; ///< Packets ever put into a batch.
  std::unique_ptr<traffic::item_pipeline> items_;
  traffic::item_numbers used_; ///< By the pipelines before.
  packet_keeper keep_;
};

} // namespace remora::worker
