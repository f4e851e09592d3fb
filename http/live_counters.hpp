#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "http/counters.hpp"

namespace remora::http {

/// http_counters as the server's threads write them. Shared, because a handle of a WebSocket that the
/// application keeps may outlive the server.
struct live_counters {
  using cell = std::atomic<std::uint64_t>;

  std::array<cell, 5> answers{};
  cell requests{0};
  cell malformed{0};
  cell connections_accepted{0};
  cell connections_open{0};
  cell connections_refused{0};
  cell connections_evicted{0};
  cell connections_timed_out{0};
  cell tls_failures{0};
  cell bytes_read{0};
  cell bytes_written{0};
  cell wrong_tokens{0};
  cell lockouts{0};
  cell refused_hosts{0};
  cell busy{0};
  cell handler_timeouts{0};
  cell handler_failures{0};
  cell late_answers{0};
  cell websockets_opened{0};
  cell websockets_open{0};
  cell messages_in{0};
  cell messages_out{0};
  cell messages_dropped{0};

  void count_answer(unsigned status) noexcept {
    if (status >= 100 && status < 600) ++answers[status / 100 - 1];
  }
  http_counters snapshot() const noexcept;
};

} // namespace remora::http
