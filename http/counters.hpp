#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace remora::http {

/// What a server has counted since it started. Gauges say "now".
struct http_counters {
  std::array<std::uint64_t, 5> answers{}; ///< By class of status: [0] is 1xx, [4] is 5xx.
  std::uint64_t requests = 0;             ///< Whose headers were read, upgrades included.
  std::uint64_t malformed = 0;            ///< Requests that could not be read: answered 400, 413, 431.
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_open = 0;      ///< Gauge; WebSockets included.
  std::uint64_t connections_refused = 0;   ///< At the limit, and none was idle.
  std::uint64_t connections_evicted = 0;   ///< Idle ones that gave way to a new one.
  std::uint64_t connections_timed_out = 0; ///< Too slow with headers, with a body, or with taking an answer.
  std::uint64_t tls_failures = 0;
  std::uint64_t bytes_read = 0; ///< Of connections' plain text.
  std::uint64_t bytes_written = 0;
  std::uint64_t wrong_tokens = 0;
  std::uint64_t lockouts = 0;         ///< Requests answered 429.
  std::uint64_t refused_hosts = 0;    ///< `Host` or `Origin` not allowed.
  std::uint64_t busy = 0;             ///< Answered 503 because the queue for handlers was full.
  std::uint64_t handler_timeouts = 0; ///< Answered 504.
  std::uint64_t handler_failures = 0; ///< A handler threw, or lost its responder.
  std::uint64_t late_answers = 0;     ///< Came after a 504 or after the client had gone.
  std::uint64_t websockets_opened = 0;
  std::uint64_t websockets_open = 0; ///< Gauge.
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t messages_dropped = 0; ///< WebSocket clients did not keep up.
};

} // namespace remora::http
