#include "traffic/flow/flow_counters.hpp"
#include "traffic/flow/flow_types.hpp"

namespace remora::traffic {

std::string_view to_string(direction way) noexcept {
  return way == direction::from_client ? "from_client" : "from_server";
}

std::string_view to_string(stream_end end) noexcept {
  switch (end) {
    case stream_end::fin:
      return "fin";
    case stream_end::reset:
      return "reset";
    case stream_end::idle:
      return "idle";
    case stream_end::evicted:
      return "evicted";
    case stream_end::reused:
      return "reused";
    case stream_end::cut:
      return "cut";
  }
  return "?";
}

std::string_view to_string(connection_error error) noexcept {
  switch (error) {
    case connection_error::none:
      return "";
    case connection_error::syn_sent:
      return "SynSent";
    case connection_error::close_wait:
      return "CloseWait";
    case connection_error::last_ack:
      return "LastAck";
    case connection_error::reset:
      return "Reset";
  }
  return "?";
}

std::string_view to_string(flow_packet what) noexcept {
  switch (what) {
    case flow_packet::tcp:
      return "tcp";
    case flow_packet::udp:
      return "udp";
    case flow_packet::other:
      return "other";
    case flow_packet::fragment:
      return "fragment";
    case flow_packet::stray_reset:
      return "stray_reset";
  }
  return "?";
}

std::string_view to_string(byte_fate fate) noexcept {
  switch (fate) {
    case byte_fate::delivered:
      return "delivered";
    case byte_fate::duplicate:
      return "duplicate";
    case byte_fate::overlap:
      return "overlap";
    case byte_fate::keep_alive:
      return "keep_alive";
    case byte_fate::before_start:
      return "before_start";
    case byte_fate::out_of_window:
      return "out_of_window";
    case byte_fate::after_end:
      return "after_end";
    case byte_fate::unwanted:
      return "unwanted";
  }
  return "?";
}

std::string_view to_string(gap_reason reason) noexcept {
  switch (reason) {
    case gap_reason::not_captured:
      return "not_captured";
    case gap_reason::acknowledged:
      return "acknowledged";
    case gap_reason::unacknowledged:
      return "unacknowledged";
    case gap_reason::flow_full:
      return "flow_full";
    case gap_reason::table_full:
      return "table_full";
    case gap_reason::ended:
      return "ended";
  }
  return "?";
}

std::string_view to_string(flow_rank rank) noexcept {
  switch (rank) {
    case flow_rank::closed:
      return "closed";
    case flow_rank::half_open:
      return "half_open";
    case flow_rank::one_sided:
      return "one_sided";
    case flow_rank::two_sided:
      return "two_sided";
  }
  return "?";
}

} // namespace remora::traffic
