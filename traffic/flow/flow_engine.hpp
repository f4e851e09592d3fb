#pragma once

#include <cstdint>
#include <functional>

#include "traffic/flow/capture_clock.hpp"
#include "traffic/flow/flow_hash.hpp"
#include "traffic/flow/flow_index.hpp"
#include "traffic/flow/flow_queues.hpp"
#include "traffic/flow/flow_slab.hpp"
#include "traffic/flow/flow_table.hpp"
#include "traffic/flow/reassembler.hpp"

namespace remora::traffic {

/// What a flow_table is made of: which flows there are (flow_engine.cpp), and what TCP says of theirs
/// (tcp_tracking.cpp).
class flow_engine {
 public:
  flow_engine(const flow_limits& limits, flow_observer& observer, std::uint64_t last_number);
  flow_engine(const flow_engine&) = delete;
  flow_engine& operator=(const flow_engine&) = delete;
  ~flow_engine() = default;

  packet_flow on_packet(const decoded_packet& packet, timestamp time);
  void advance(timestamp now);
  void finish(timestamp time);
  void visit(const std::function<void(const flow_info&, const flow_totals&)>& use) const;
  const flow_counters& counters() const noexcept { return counters_; }
  std::uint64_t last_number() const noexcept { return last_number_; }
  std::uint64_t memory_bytes() const noexcept;

 private:
  /// A packet and what was found out about it.
  struct seen_packet {
    const decoded_packet& packet;
    keyed_packet keyed;
    std::uint32_t hash;
  };
  /// What a SYN means to a flow that has its addresses and ports.
  enum class syn_meaning : std::uint8_t { part_of_it, ignored, another_connection };

  // ---- flows
  void pass_time(timestamp time, unsigned budget);
  void run_due(unsigned budget);
  void note_due(flow_rank rank) noexcept;
  std::int64_t time_out_of(flow_rank rank) const noexcept;
  bool is_due(const flow_record& flow) const noexcept;
  std::uint32_t open(const seen_packet& seen);
  void evict_one();
  void expire(std::uint32_t place);
  void forget(std::uint32_t place);
  void note_packet(std::uint32_t place, direction way, const decoded_packet& packet);
  void move_to(std::uint32_t place, flow_rank rank);
  packet_flow udp(std::uint32_t place, const seen_packet& seen);
  void end_flow(std::uint32_t place, stream_end how);
  void close(std::uint32_t place, stream_end how, connection_error error);
  flow_totals totals_of(const flow_record& flow) const noexcept;

  // ---- TCP
  packet_flow tcp(std::uint32_t place, const seen_packet& seen);
  packet_flow begin_anew(std::uint32_t place, const seen_packet& seen);
  syn_meaning meaning_of_syn(const flow_record& flow, direction way, const tcp_fields& tcp) const noexcept;
  void after_close(std::uint32_t place, direction way, const decoded_packet& packet);
  void reset(stream_at at, const decoded_packet& packet);
  bool is_plausible_reset(stream_at at, const tcp_fields& tcp) const noexcept;
  void synchronise(stream_at at, const tcp_fields& tcp) noexcept;
  void acknowledge(stream_at of, const tcp_fields& tcp);
  void linger(std::uint32_t place);
  void note_finished();

  flow_limits limits_;
  flow_observer& observer_;
  flow_counters counters_;
  capture_clock clock_;
  timestamp time_; ///< Of the packet, or call, that is being worked on.
  flow_slab slab_;
  flow_index index_;
  keyed_hash hash_;
  flow_queues queues_{slab_};
  reassembler streams_;
  std::int64_t due_ = INT64_MAX; ///< No flow times out before this instant.
  std::uint64_t last_number_;
};

} // namespace remora::traffic
