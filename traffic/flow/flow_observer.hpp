#pragma once

#include <cstdint>
#include <memory>

#include "base/time.hpp"
#include "traffic/bytes.hpp"
#include "traffic/flow/flow_types.hpp"

namespace remora::traffic {

/// What a consumer still wants, as the answer to each call.
enum class interest : std::uint8_t {
  bytes,    ///< Go on.
  end_only, ///< No more bytes of this direction (nothing is buffered for it any more), but its end.
  nothing,  ///< Nothing more of either direction: the consumer is destroyed as soon as its call returns.
};

/// Takes the two byte streams of one TCP connection. Calls come on the thread of the flow table, from inside
/// its calls; they must neither throw nor call the table. Each direction is in order by itself; between the
/// directions the order is that of capture, except where one had to wait for a missing segment.
class stream_consumer {
 public:
  stream_consumer() = default;
  stream_consumer(const stream_consumer&) = delete;
  stream_consumer& operator=(const stream_consumer&) = delete;
  virtual ~stream_consumer() = default;

  /// The next bytes of a direction: each byte once, in order, never empty.
  /// @param bytes Valid during the call; mostly the captured packet itself.
  /// @param time Capture time of the packet that made them contiguous. Behind a gap: of the packet that
  /// carried them, which may be earlier than the time of calls made before.
  virtual interest on_bytes(direction way, byte_view bytes, timestamp time) = 0;

  /// `missing_bytes` (> 0) were on the wire, or should have been, and will not come. What on_bytes brings
  /// next lies behind them.
  virtual interest on_gap(direction way, std::uint64_t missing_bytes, timestamp time) = 0;

  /// Nothing more comes in this direction. Once for each direction, unless the consumer wanted nothing any
  /// more; a reset, a time-out and the like end both. The consumer is destroyed after the second.
  virtual void on_end(direction way, stream_end end, timestamp time) = 0;
};

/// Takes the datagrams of one UDP flow; otherwise as stream_consumer.
class datagram_consumer {
 public:
  datagram_consumer() = default;
  datagram_consumer(const datagram_consumer&) = delete;
  datagram_consumer& operator=(const datagram_consumer&) = delete;
  virtual ~datagram_consumer() = default;

  /// One datagram, which may be empty. @param missing_bytes How many more it had that were not captured.
  /// To answer end_only silences both directions: a datagram flow has one end.
  virtual interest on_datagram(direction way, byte_view payload, std::uint32_t missing_bytes,
                               timestamp time) = 0;

  /// Nothing more comes; once.
  virtual void on_end(stream_end end, timestamp time) = 0;
};

/// Learns of flows and says who takes their bytes. The same rules as for consumers.
class flow_observer {
 public:
  flow_observer() = default;
  flow_observer(const flow_observer&) = delete;
  flow_observer& operator=(const flow_observer&) = delete;
  virtual ~flow_observer() = default;

  /// A flow's first packet, of any kind.
  virtual void opened(const flow_info& flow) { static_cast<void>(flow); }

  /// A TCP connection's first byte (or gap): connections without data cost no consumer. Null: its bytes are
  /// counted and nothing else.
  virtual std::unique_ptr<stream_consumer> open_stream(const flow_info& flow) = 0;

  /// A UDP flow's first datagram. Null: as above.
  virtual std::unique_ptr<datagram_consumer> open_datagrams(const flow_info& flow) = 0;

  /// A flow is over; its consumer has heard on_end. TCP: after the last acknowledgement, or when it failed to
  /// come in time. Once for every flow that opened() was told of.
  virtual void closed(const flow_info& flow, const flow_totals& totals) {
    static_cast<void>(flow);
    static_cast<void>(totals);
  }
};

} // namespace remora::traffic
