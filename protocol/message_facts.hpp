#pragma once

#include <cstdint>
#include <string_view>

namespace remora::protocol {

/// Which end of the link sends a message.
enum class side : std::uint8_t { worker, hub };

/// How a message arrives.
enum class delivery : std::uint8_t {
  unnumbered, ///< At most once: the next one of its type replaces it, or it is asked for again.
  numbered,   ///< Through the channel of that worker: once, in order, resent until it is taken over.
  logged,     ///< In the ordered log, from the hub to all workers: a worker that misses one asks for it.
};

/// "worker", "hub".
std::string_view to_string(side from) noexcept;
/// "unnumbered", "numbered", "logged".
std::string_view to_string(delivery by) noexcept;

/// What is true of every message of one type.
struct message_facts {
  std::string_view type; ///< As it stands in "t".
  side from;
  delivery by;
};

} // namespace remora::protocol
