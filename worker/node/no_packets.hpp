#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "traffic/capture/packet_source.hpp"

namespace remora::worker {

/// The source of a node that captures nothing: the one on which the hub's own scripts run.
class no_packets final : public traffic::packet_source {
 public:
  result<traffic::read_status> read(traffic::frame_handler&, std::size_t, milliseconds wait) override {
    std::this_thread::sleep_for(wait);
    return traffic::read_status::idle;
  }
  traffic::source_counters counters() override { return {}; }
  const std::vector<error>& damage() const override { return no_damage_; }

 private:
  std::vector<error> no_damage_;
};

} // namespace remora::worker
