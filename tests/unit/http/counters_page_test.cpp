#include "http/counters_page.hpp"

#include <string>

#include <gmock/gmock.h>

namespace remora::http::test {
namespace {

using ::testing::HasSubstr;

TEST(CountersPage, ShowsEveryCounter) {
  struct shown {
    std::uint64_t http_counters::*counter;
    const char* as;
  };
  const shown all[] = {
      {&http_counters::requests, "remora_http_requests_total"},
      {&http_counters::malformed, "remora_http_requests_refused_total{reason=\"malformed\"}"},
      {&http_counters::wrong_tokens, "remora_http_requests_refused_total{reason=\"wrong_token\"}"},
      {&http_counters::lockouts, "remora_http_requests_refused_total{reason=\"locked_out\"}"},
      {&http_counters::refused_hosts, "remora_http_requests_refused_total{reason=\"host_or_origin\"}"},
      {&http_counters::busy, "remora_http_requests_refused_total{reason=\"busy\"}"},
      {&http_counters::handler_timeouts, "remora_http_handler_timeouts_total"},
      {&http_counters::handler_failures, "remora_http_handler_failures_total"},
      {&http_counters::late_answers, "remora_http_late_answers_total"},
      {&http_counters::connections_open, "remora_http_connections_open"},
      {&http_counters::connections_accepted, "remora_http_connections_accepted_total"},
      {&http_counters::connections_refused, "remora_http_connections_dropped_total{reason=\"full\"}"},
      {&http_counters::connections_evicted,
       "remora_http_connections_dropped_total{reason=\"idle_when_full\"}"},
      {&http_counters::connections_timed_out, "remora_http_connections_dropped_total{reason=\"too_slow\"}"},
      {&http_counters::tls_failures, "remora_http_connections_dropped_total{reason=\"tls\"}"},
      {&http_counters::bytes_read, "remora_http_read_bytes_total"},
      {&http_counters::bytes_written, "remora_http_written_bytes_total"},
      {&http_counters::websockets_open, "remora_http_websockets_open"},
      {&http_counters::websockets_opened, "remora_http_websockets_opened_total"},
      {&http_counters::messages_in, "remora_http_websocket_messages_received_total"},
      {&http_counters::messages_out, "remora_http_websocket_messages_sent_total"},
      {&http_counters::messages_dropped, "remora_http_websocket_messages_dropped_total"},
  };
  http_counters counted;
  // One that is added there has to be added here, or its neighbours are not all.
  EXPECT_EQ(std::size(all) * sizeof(std::uint64_t) + sizeof counted.answers, sizeof counted);
  std::uint64_t value = 100;
  for (const auto& one : all)
    counted.*one.counter = ++value;
  for (auto& answers : counted.answers)
    answers = ++value;
  const std::string page = counters_page(counted);
  value = 100;
  for (const auto& one : all)
    EXPECT_THAT(page, HasSubstr('\n' + std::string{one.as} + ' ' + std::to_string(++value) + '\n'));
  for (const char* type : {"1xx", "2xx", "3xx", "4xx", "5xx"})
    EXPECT_THAT(page, HasSubstr("\nremora_http_responses_total{class=\"" + std::string{type} + "\"} " +
                                std::to_string(++value) + '\n'));
}

} // namespace
} // namespace remora::http::test
