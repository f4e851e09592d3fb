#include "http/health.hpp"
#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/json_writer.hpp"
#include "hub/api/routes/schemas.hpp"

namespace remora::hub {

void add_health_routes(http::router& into, service& hub, const api_options& options) {
  into.add(http::livez_route());
  // The hub may wait for the disk before it knows.
  into.add(http::readyz_route([&hub] { return hub.not_ready(); }));
  into.add(http::metrics_route(
      [&hub, more = options.more_metrics] {
        auto page = hub.metrics();
        if (page && more) *page += more();
        return page;
      },
      options.count));
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
