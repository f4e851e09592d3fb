#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/time.hpp"
#include "traffic/decode/decoded_packet.hpp"
#include "traffic/flow/flow_counters.hpp"
#include "traffic/flow/flow_limits.hpp"
#include "traffic/flow/flow_observer.hpp"
#include "traffic/flow/flow_types.hpp"

namespace remora::traffic {

/// Where a packet belongs. number 0: to no flow.
struct packet_flow {
  std::uint64_t number = 0;
  direction way = direction::from_client;
};

class flow_engine;

/// Sorts packets into flows and puts TCP streams together (RFC 9293), seen from beside the wire: it may have
/// missed the beginning, packets in between, or one of the two sides.
///
/// - In-order payload goes to the consumer straight from the packet. What comes too early is copied and waits
///   for what is missing, within flow_limits. Of bytes that come twice the first count, whatever the second
///   say; a byte that was delivered is never taken back.
/// - The result depends on the packets and their times alone: two runs over a capture do the same.
/// - Memory is bounded by flow_limits. Nothing is allocated for a packet that is in order.
///
/// One thread. Checksums are not verified (see decode()).
class flow_table {
 public:
  /// @param observer Outlives the table. @param last_number The flows are numbered from the next one on.
  flow_table(const flow_limits& limits, flow_observer& observer, std::uint64_t last_number = 0);
  flow_table(flow_table&&) noexcept;
  flow_table& operator=(flow_table&&) noexcept;
  /// Consumers are destroyed without on_end; finish() before is what tells them.
  ~flow_table();

  /// Takes one packet: TCP and UDP without fragments (a packet put together from fragments must not be marked
  /// as one). Time-outs that are due by `time` come first.
  /// @param time When it was captured. Times may go back a little, as between interfaces; a step back of more
  /// than a minute counts as a clock that was set anew, and no flow ends of it.
  packet_flow on_packet(const decoded_packet& packet, timestamp time);

  /// Lets time pass without a packet: call it now and then while a live capture is silent.
  void advance(timestamp now);

  /// The capture has ended: what is held is delivered with its gaps, every flow is closed, and the table is
  /// empty. @param time What on_end and closed tell, usually the time of the last packet.
  void finish(timestamp time);

  /// Tells of every flow that is open, with its totals so far (their `end` and `error` mean nothing yet), the
  /// longest silent first among its like. It touches every record: for reports, not for packets. `use` must
  /// not call the table.
  void visit(const std::function<void(const flow_info&, const flow_totals&)>& use) const;

  const flow_counters& counters() const noexcept;

  /// Number of the flow that was opened last.
  std::uint64_t last_number() const noexcept;

  /// Bytes allocated for flows, index and held segments; consumers not included.
  std::uint64_t memory_bytes() const noexcept;

 private:
  std::unique_ptr<flow_engine> engine_;
};

} // namespace remora::traffic
