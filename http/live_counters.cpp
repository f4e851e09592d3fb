#include "http/live_counters.hpp"

namespace remora::http {

http_counters live_counters::snapshot() const noexcept {
  http_counters out;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    out.answers[i] = answers[i];
  }
  out.requests = requests;
  out.malformed = malformed;
  out.connections_accepted = connections_accepted;
  out.connections_open = connections_open;
  out.connections_refused = connections_refused;
  out.connections_evicted = connections_evicted;
  out.connections_timed_out = connections_timed_out;
  out.tls_failures = tls_failures;
  out.bytes_read = bytes_read;
  out.bytes_written = bytes_written;
  out.wrong_tokens = wrong_tokens;
  out.lockouts = lockouts;
  out.refused_hosts = refused_hosts;
  out.busy = busy;
  out.handler_timeouts = handler_timeouts;
  out.handler_failures = handler_failures;
  out.late_answers = late_answers;
  out.websockets_opened = websockets_opened;
  out.websockets_open = websockets_open;
  out.messages_in = messages_in;
  out.messages_out = messages_out;
  out.messages_dropped = messages_dropped;
  return out;
}

} // namespace remora::http
