#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "traffic/capture/packet_source.hpp"

namespace remora::worker {

/// Counters of a capture, as another thread may read them at any time. Each is right by itself; their sums
/// may be a moment apart.
struct capture_gauges {
  std::atomic<std::uint64_t> packets{0};
  std::atomic<std::uint64_t> bytes{0}; ///< On the wire.
  std::atomic<std::uint64_t> kernel_dropped{0};
  std::atomic<std::uint64_t> interface_dropped{0};
  std::atomic<std::uint64_t> gaps{0};   ///< Times that the capture was lost.
  std::atomic<bool> capturing{true};    ///< False while it waits to be opened again.
  std::atomic<std::int64_t> read_at{0}; ///< steady_clock: the last time that somebody asked for packets.
};

/// A live capture that comes back: when an interface vanishes, or reading fails for another reason, it is
/// opened again, once a second until that succeeds. What passed meanwhile is not counted as dropped, since
/// nobody saw it; that there was a gap is counted and logged. One thread uses it, others read the gauges.
class reopening_source final : public traffic::packet_source {
 public:
  struct parts {
    std::unique_ptr<traffic::packet_source> first; ///< Open.
    std::function<result<std::unique_ptr<traffic::packet_source>>()> open;
    std::function<std::chrono::steady_clock::time_point()> clock;
    std::function<void(milliseconds)> pause; ///< Waits: there is nothing to read.
    std::shared_ptr<capture_gauges> gauges;
  };

  explicit reopening_source(parts with);

  /// Never fails and never ends: `idle` while there is no capture.
  result<traffic::read_status> read(traffic::frame_handler& handler, std::size_t max_frames,
                                    milliseconds wait) override;
  /// Of all captures together.
  traffic::source_counters counters() override;
  const std::vector<error>& damage() const override { return no_damage_; }

 private:
  using moment = std::chrono::steady_clock::time_point;

  void lose(const error& why, moment now);
  bool open_again(moment now);
  void show(moment now);

  parts with_;
  std::unique_ptr<traffic::packet_source> source_;
  traffic::source_counters before_; ///< Of the captures that were lost.
  moment open_at_;
  moment shown_at_;
  moment lost_at_;
  std::string last_refusal_; ///< Said once, not every second.
  std::vector<error> no_damage_;
};

} // namespace remora::worker
