#pragma once

#include <cstdint>
#include <memory>

#include "base/time.hpp"
#include "protocol/item/protocol_facts.hpp"
#include "traffic/bytes.hpp"
#include "traffic/flow/flow_observer.hpp"

namespace remora::traffic {

class conversation;

/// Understands the two byte streams of one TCP connection, and tells its conversation what it found.
/// Directions are right by now: from_client is what the client of the protocol says. It keeps what it needs
/// of bytes; how a stream is cut into pieces means nothing. Memory is bounded whatever arrives.
class stream_dissector {
 public:
  stream_dissector() = default;
  stream_dissector(const stream_dissector&) = delete;
  stream_dissector& operator=(const stream_dissector&) = delete;
  virtual ~stream_dissector() = default;

  /// The next bytes of a direction, valid during the call. Answers end_only when a direction can tell no
  /// more, nothing when neither can (opaque from here on).
  virtual interest on_bytes(direction way, byte_view bytes, timestamp time) = 0;

  /// That many bytes of a direction are missing here: what was begun is lost, and what comes next may be the
  /// middle of a message.
  virtual interest on_gap(direction way, std::uint64_t missing_bytes, timestamp time) = 0;

  /// No more bytes come in this direction; once for each. The conversation ends after the second by itself.
  virtual void on_end(direction way, stream_end end, timestamp time) = 0;
};

/// Understands the datagrams of one UDP flow.
class datagram_dissector {
 public:
  datagram_dissector() = default;
  datagram_dissector(const datagram_dissector&) = delete;
  datagram_dissector& operator=(const datagram_dissector&) = delete;
  virtual ~datagram_dissector() = default;

  /// One datagram, valid during the call. @param missing_bytes How many more it had that were not captured.
  virtual interest on_datagram(direction way, byte_view payload, std::uint32_t missing_bytes,
                               timestamp time) = 0;
};

/// Whether the first bytes of a direction belong to a protocol, and which side says such things.
enum class likeness : std::uint8_t {
  no,
  unsure,      ///< Too few bytes to tell.
  of_a_client, ///< Yes, and a client speaks.
  of_a_server, ///< Yes, and a server speaks.
};

/// How streams of one protocol are recognised and dissected. A constant in the file of its dissector; the
/// list is traffic/dissect/dissectors.cpp.
struct stream_protocol {
  const protocol_facts* facts = nullptr; ///< For its priority and ports.
  /// @param start What a direction began with, or what follows a gap: at least one byte.
  likeness (*looks_like)(byte_view start, const flow_info& flow);
  std::unique_ptr<stream_dissector> (*make)(conversation& about);
};

/// The same for UDP. Each datagram is judged until one is recognised; from then on the flow is the
/// dissector's.
struct datagram_protocol {
  const protocol_facts* facts = nullptr;
  likeness (*looks_like)(byte_view payload, const flow_info& flow, direction way);
  std::unique_ptr<datagram_dissector> (*make)(conversation& about);
};

} // namespace remora::traffic
