#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "actors/scripts/round.hpp"
#include "worker/item_totals.hpp"

namespace remora::worker {

/// How far one slot of a capture has come.
struct slot_progress {
  bool used = false; ///< A script has it.
  actors::script_tally tally;
  std::uint64_t dropped_events = 0; ///< It was too slow for them.
  std::uint64_t queued_events = 0;
};

/// What a capture has done so far, for whoever shows it.
struct capture_totals {
  std::uint64_t decode_errors = 0;
  std::uint64_t tcp_packets = 0;
  std::uint64_t icmp_packets = 0; ///< Of IPv4 and IPv6.
  std::uint64_t dns_packets = 0;
  item_totals items;
  std::vector<slot_progress> slots;
};

/// The same while the capture goes on: the conductor writes it a few times a second, any thread reads.
class capture_progress {
 public:
  void publish(capture_totals totals) {
    const std::lock_guard lock{mutex_};
    totals_ = std::move(totals);
  }
  capture_totals read() const {
    const std::lock_guard lock{mutex_};
    return totals_;
  }

 private:
  mutable std::mutex mutex_;
  capture_totals totals_;
};

} // namespace remora::worker
