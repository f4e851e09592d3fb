#include <utility>

#include "http/health.hpp"
#include "http/problem.hpp"
#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/json_writer.hpp"
#include "hub/api/routes/schemas.hpp"

namespace remora::hub {

namespace {

/// On the pool, unlike /livez: the hub may wait for the disk before it knows, and a pool that is not to be
/// had is a hub that is not ready.
http::response ready(service& hub, const http::request& asked) {
  const auto reasons = hub.not_ready();
  if (reasons.empty()) return http::text_response("ok\n");
  std::string all;
  for (const auto& reason : reasons)
    all += (all.empty() ? "" : "; ") + reason;
  return http::problem(503, all, asked.path);
}

http::response metrics(service& hub, const http::request& asked) {
  auto text = hub.metrics();
  if (!text) return http::problem_from(text.error(), asked);
  auto answer = http::text_response(std::move(*text));
  answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return answer;
}

} // namespace

void add_health_routes(http::router& into, service& hub, const api_options& options) {
  into.add(http::livez_route());
  auto readyz = http::blocking_route(http::method::get, "/readyz", http::access::none,
                                     "Whether the hub is ready; 503 with the reasons when it is not",
                                     [&hub](const http::request& asked) { return ready(hub, asked); });
  readyz.answer_type = "text/plain";
  into.add(std::move(readyz));
  auto scrape = http::blocking_route(http::method::get, "/metrics", http::access::none,
                                     "Metrics in the text format of Prometheus",
                                     [&hub](const http::request& asked) { return metrics(hub, asked); });
  scrape.answer_type = "text/plain";
  into.add(std::move(scrape));
  add_route(
      into, http::method::get, "/version", "The version of this hub",
      [version = options.version](const http::request&) {
        json_writer out;
        out.object([&] { out.text("version", version); });
        return http::json_response(out.take());
      },
      [](http::route& one) {
        one.answer_schema = schema::object({{"version", schema::text}});
      });
}

} // namespace remora::hub
