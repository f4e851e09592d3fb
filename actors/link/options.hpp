#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "actors/link/enrolment.hpp"
#include "actors/link/secret_key.hpp"
#include "base/time.hpp"

namespace remora::link {

/// What one peer, or the caller, may make a socket hold. Beyond it things are dropped and counted.
struct queue_limits {
  std::size_t message_bytes = std::size_t{1} << 20U; ///< One message; the network refuses longer ones.
  std::size_t messages = 4096;                       ///< Waiting for one peer.
  std::size_t bytes = std::size_t{8} << 20U;         ///< Waiting for one peer.
  std::size_t command_messages = 65'536;             ///< Handed over, not yet taken by the thread.
  std::size_t command_bytes = std::size_t{64} << 20U;
  /// Messages of one peer inside libzmq, each way; its memory is at most this times message_bytes.
  int library_messages = 16;
};

/// What a peer may send. A bucket of `burst` that fills at the rate.
struct rate_limits {
  double messages_per_second = 10'000;
  double message_burst = 20'000;
  double bytes_per_second = 32.0 * 1024 * 1024;
  double byte_burst = 64.0 * 1024 * 1024;
  milliseconds ban{10'000}; ///< How long a peer that floods, or sends nonsense, is turned away.
};

struct hub_options {
  std::string listen = "127.0.0.1:8891";  ///< Port 0: the system chooses, see hub_socket::listens_at().
  std::string publish = "127.0.0.1:8892"; ///< The same.
  std::optional<secret_key> secret;       ///< Nothing: no CURVE, on loopback only unless `insecure`.
  enrolment enrolled;                     ///< Who may join. Without CURVE it is not asked.
  bool insecure = false;                  ///< Plain text to other machines is wanted.
  milliseconds heartbeat{2000};           ///< A peer silent for three of them is gone. At least 10 ms.
  milliseconds linger{300};      ///< How long stop() waits for what is already handed over. At most 1.5 s.
  std::size_t most_peers = 4096; ///< Connections at a time.
  std::size_t total_queue_bytes = std::size_t{256} << 20U; ///< Waiting for all peers together.
  /// One publication. The log announces, it does not carry: what is large is fetched.
  std::size_t publish_bytes = std::size_t{128} << 10U;
  /// Of one subscriber inside libzmq, which drops what is beyond. Subscribers share the memory of a
  /// publication.
  int publish_library_messages = 2048;
  queue_limits queues;
  rate_limits rates;
};

struct worker_options {
  std::string hub = "127.0.0.1:8891";
  std::string publish;              ///< Empty: the hub's host, and the port that its heartbeat tells.
  std::string name;                 ///< Claimed; a hub with CURVE goes by the key instead.
  std::string hub_key;              ///< The hub's public key in Z85. Empty: no CURVE.
  std::optional<secret_key> secret; ///< This worker's own; needed with hub_key.
  bool insecure = false;
  milliseconds heartbeat{2000}; ///< As the hub's.
  milliseconds linger{300};     ///< At most 1.5 s.
  milliseconds reconnect_first{
      100}; ///< Pause before the second attempt; doubles up to reconnect_most, with jitter.
  milliseconds reconnect_most{5000};
  queue_limits queues;
};

} // namespace remora::link
