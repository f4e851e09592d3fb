#include "actors/link/counters.hpp"

namespace remora::link {

std::string_view to_string(drop_reason why) noexcept {
  switch (why) {
    case drop_reason::command_queue_full:
      return "command_queue_full";
    case drop_reason::peer_queue_full:
      return "peer_queue_full";
    case drop_reason::total_queue_full:
      return "total_queue_full";
    case drop_reason::too_big:
      return "too_big";
    case drop_reason::no_such_peer:
      return "no_such_peer";
    case drop_reason::not_connected:
      return "not_connected";
    case drop_reason::connection_ended:
      return "connection_ended";
    case drop_reason::stopped:
      return "stopped";
    case drop_reason::malformed:
      return "malformed";
    case drop_reason::flooded:
      return "flooded";
    case drop_reason::cut_off:
      return "cut_off";
  }
  return "unknown";
}

link_statistics link_counters::read() const noexcept {
  link_statistics now;
  now.sent = sent_.load(std::memory_order_relaxed);
  now.received = received_.load(std::memory_order_relaxed);
  now.published = published_.load(std::memory_order_relaxed);
  now.refused = refused_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < drop_reasons; ++i) {
    now.dropped[i] = dropped_[i].load(std::memory_order_relaxed);
  }
  return now;
}

} // namespace remora::link
