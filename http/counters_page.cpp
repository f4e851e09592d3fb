#include "http/counters_page.hpp"

#include "base/metrics_text.hpp"

namespace remora::http {

namespace {

void add_requests(metrics_text& page, const http_counters& counted) {
  page.counter("remora_http_requests_total", "HTTP requests whose headers were read.", counted.requests);
  constexpr const char* answers[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
  for (std::size_t i = 0; i < counted.answers.size(); ++i)
    page.counter("remora_http_responses_total", "HTTP answers, by class of status.", counted.answers[i],
                 {{"class", answers[i]}});
  constexpr const char* refused = "remora_http_requests_refused_total";
  constexpr const char* refused_help = "HTTP requests that did not get to what they asked for, by reason.";
  page.counter(refused, refused_help, counted.malformed, {{"reason", "malformed"}});
  page.counter(refused, refused_help, counted.wrong_tokens, {{"reason", "wrong_token"}});
  page.counter(refused, refused_help, counted.lockouts, {{"reason", "locked_out"}});
  page.counter(refused, refused_help, counted.refused_hosts, {{"reason", "host_or_origin"}});
  page.counter(refused, refused_help, counted.busy, {{"reason", "busy"}});
  page.counter("remora_http_handler_timeouts_total", "HTTP requests answered 504.", counted.handler_timeouts);
  page.counter("remora_http_handler_failures_total", "HTTP requests whose handler failed.",
               counted.handler_failures);
  page.counter("remora_http_late_answers_total",
               "Answers that came after a 504, or after the client had gone.", counted.late_answers);
}

void add_connections(metrics_text& page, const http_counters& counted) {
  page.gauge("remora_http_connections_open", "Open connections, those of WebSockets included.",
             static_cast<double>(counted.connections_open));
  page.counter("remora_http_connections_accepted_total", "Connections accepted.",
               counted.connections_accepted);
  constexpr const char* dropped = "remora_http_connections_dropped_total";
  constexpr const char* dropped_help = "Connections that the server ended, by reason.";
  page.counter(dropped, dropped_help, counted.connections_refused, {{"reason", "full"}});
  page.counter(dropped, dropped_help, counted.connections_evicted, {{"reason", "idle_when_full"}});
  page.counter(dropped, dropped_help, counted.connections_timed_out, {{"reason", "too_slow"}});
  page.counter(dropped, dropped_help, counted.tls_failures, {{"reason", "tls"}});
  page.counter("remora_http_read_bytes_total", "Bytes of requests and messages.", counted.bytes_read);
  page.counter("remora_http_written_bytes_total", "Bytes of answers and messages.", counted.bytes_written);
}

void add_websockets(metrics_text& page, const http_counters& counted) {
  page.gauge("remora_http_websockets_open", "WebSocket clients now.",
             static_cast<double>(counted.websockets_open));
  page.counter("remora_http_websockets_opened_total", "WebSocket clients so far.", counted.websockets_opened);
  page.counter("remora_http_websocket_messages_received_total", "Messages of WebSocket clients.",
               counted.messages_in);
  page.counter("remora_http_websocket_messages_sent_total", "Messages to WebSocket clients.",
               counted.messages_out);
  page.counter("remora_http_websocket_messages_dropped_total",
               "Messages that WebSocket clients were too slow for.", counted.messages_dropped);
}

} // namespace

std::string counters_page(const http_counters& counted) {
  metrics_text page;
  add_requests(page, counted);
  add_connections(page, counted);
  add_websockets(page, counted);
  return page.text();
}

} // namespace remora::http
