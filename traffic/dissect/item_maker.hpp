#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/item/item.hpp"
#include "traffic/dissect/conversation.hpp"
#include "traffic/dissect/deadlines.hpp"
#include "traffic/dissect/dissect_counters.hpp"
#include "traffic/flow/flow_observer.hpp"
#include "traffic/names/name_book.hpp"

namespace remora::traffic {

/// How items are made. The defaults are those of the contract (items, section 4), but a request over TCP
/// waits longer for its response: slow answers are what users look for.
struct dissect_options {
  nanoseconds pairing_time = std::chrono::seconds{10};        ///< Of datagrams.
  nanoseconds stream_pairing_time = std::chrono::seconds{30}; ///< As long as a silent connection is followed.
  bool half_items = true;
  std::size_t body_limit_bytes = 1 << 20;
  bool keeps_packets = false; ///< What item::has_pcap says.
};

/// The last step from packets to items: opens a reader for each flow, and collects what the dissectors
/// understood. One thread, that of the flow table.
class item_maker final : public flow_observer, private item_sink {
 public:
  /// @param names Fills in what the ends of items are called, and learns from DNS answers. Outlives this;
  /// null: ends are addresses and nothing more. @param last_seq Items are counted from the next one on.
  item_maker(const dissect_options& options, std::shared_ptr<const item_origin> origin,
             name_book* names = nullptr, std::uint64_t last_seq = 0);

  std::unique_ptr<stream_consumer> open_stream(const flow_info& flow) override;
  std::unique_ptr<datagram_consumer> open_datagrams(const flow_info& flow) override;

  /// Lets time pass: halves that waited too long become items. Call it before each packet.
  /// @param now The latest time of the capture; what is completed from here on is completed then.
  /// @param packets What items from here on say as item::after_packet.
  void advance(timestamp now, std::uint64_t packets = 0) {
    now_ = now;
    packets_ = packets;
    deadlines_.advance(now);
  }

  /// Items completed since the last call, in the order of their completion.
  item_batch take() {
    item_batch next;
    next.reserve(batch_.size()); // the next one will be about as long
    return std::exchange(batch_, std::move(next));
  }
  std::size_t collected() const noexcept { return batch_.size(); }

  const dissect_counters& counters() const noexcept { return counters_; }

  /// item::seq of the last item.
  std::uint64_t last_seq() const noexcept { return seq_; }

  /// How many items there were of each protocol's name ("http"), in the order of their first.
  const std::vector<std::pair<std::string_view, std::uint64_t>>& by_protocol() const noexcept {
    return by_protocol_;
  }

 private:
  void take(item done) override;
  void name_ends(item& of);
  void count(std::string_view protocol);

  std::shared_ptr<const item_origin> origin_;
  name_book* names_;
  deadlines deadlines_;
  dissect_counters counters_;
  dissect_surroundings around_;
  bool keeps_packets_;
  std::uint64_t seq_;
  std::vector<std::pair<std::string_view, std::uint64_t>> by_protocol_;
  timestamp now_;
  std::uint64_t packets_ = 0;
  item_batch batch_;
};

} // namespace remora::traffic
