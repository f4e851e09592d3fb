#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace remora::link {

/// Why bytes that were handed over, or came in, went no further. Append; the order is that of statistics.
enum class drop_reason : std::uint8_t {
  command_queue_full, ///< Handed over faster than the socket's thread takes.
  peer_queue_full,    ///< The peer takes less than is sent to it.
  total_queue_full,   ///< All peers together owe too much.
  too_big,            ///< Longer than a message may be.
  no_such_peer,       ///< Nobody of that name is connected.
  not_connected,      ///< No hub at the moment.
  connection_ended,   ///< Was waiting for a connection that ended.
  stopped,            ///< Handed over, or still waiting, when the socket stopped.
  malformed,          ///< Came in, but not as one frame of a known type after a heartbeat with a name.
  flooded,            ///< Came in beyond the peer's rate.
  cut_off,            ///< Came in from a connection that is revoked, replaced or expelled.
};
constexpr std::size_t drop_reasons = 11;

/// "peer_queue_full": the label of a counter.
std::string_view to_string(drop_reason why) noexcept;

/// What a socket did since it opened. Messages are those of the layer above; heartbeats are not counted.
struct link_statistics {
  std::uint64_t sent = 0;      ///< Messages given to the network.
  std::uint64_t received = 0;  ///< Messages given to the handler.
  std::uint64_t published = 0; ///< At the hub: given to the publisher. At a worker: received from it.
  std::uint64_t refused = 0;   ///< Connections turned away before they could say anything.
  std::array<std::uint64_t, drop_reasons> dropped{};

  std::uint64_t dropped_for(drop_reason why) const noexcept { return dropped[static_cast<std::size_t>(why)]; }
};

/// The same, counted by the socket's thread and by those that hand over.
class link_counters {
 public:
  void sent() noexcept { add(sent_); }
  void received() noexcept { add(received_); }
  void published() noexcept { add(published_); }
  void refused() noexcept { add(refused_); }
  void dropped(drop_reason why, std::uint64_t how_many = 1) noexcept {
    dropped_[static_cast<std::size_t>(why)].fetch_add(how_many, std::memory_order_relaxed);
  }
  link_statistics read() const noexcept;

 private:
  using counter = std::atomic<std::uint64_t>;
  static void add(counter& one) noexcept { one.fetch_add(1, std::memory_order_relaxed); }

  counter sent_{0};
  counter received_{0};
  counter published_{0};
  counter refused_{0};
  std::array<counter, drop_reasons> dropped_{};
};

} // namespace remora::link
