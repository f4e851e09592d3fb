#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.hpp"
#include "protocol/item/item.hpp"
#include "traffic/decode/decoded_packet.hpp"
#include "traffic/dissect/item_maker.hpp"
#include "traffic/flow/flow_limits.hpp"
#include "traffic/flow/flow_table.hpp"
#include "traffic/names/name_book.hpp"

namespace remora::traffic {

/// The numbers that are used up. Whoever makes items again begins behind them, or two items would have one
/// id.
struct item_numbers {
  std::uint64_t stream = 0;
  std::uint64_t seq = 0;
};

/// How packets become items.
struct item_options {
  flow_limits flows;
  dissect_options dissect;
  name_limits names;
  std::vector<hosts_entry> hosts; ///< Names of addresses that are known before, as /etc/hosts has them.
};

/// From packets to items: flows, reassembly, dissection, names. One thread.
class item_pipeline {
 public:
  item_pipeline(const item_options& options, std::shared_ptr<const item_origin> origin,
                item_numbers used = {});

  /// Takes a packet. @param now The latest time of the capture, which never goes back. @param collected What
  /// the items that it completes say as item::after_packet. @returns Which flow it is part of.
  packet_flow on_packet(const decoded_packet& packet, timestamp time, timestamp now, std::uint64_t collected);

  /// Lets time pass without a packet.
  void advance(timestamp now, std::uint64_t collected);

  /// The capture has ended: what waits becomes items.
  void finish(timestamp now, std::uint64_t collected);

  /// Items completed since the last call.
  item_batch take() { return maker_.take(); }
  std::size_t collected() const noexcept { return maker_.collected(); }

  item_numbers used() const noexcept { return {flows_.last_number(), maker_.last_seq()}; }

  const flow_counters& flows() const noexcept { return flows_.counters(); }
  const dissect_counters& dissected() const noexcept { return maker_.counters(); }
  const auto& by_protocol() const noexcept { return maker_.by_protocol(); }

 private:
  name_book names_;
  item_maker maker_;
  flow_table flows_; // after what it tells
};

} // namespace remora::traffic
