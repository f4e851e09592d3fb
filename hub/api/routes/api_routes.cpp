#include "hub/api/routes/api_routes.hpp"

#include "http/openapi.hpp"
#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/live_feeds.hpp"

namespace remora::hub {

http::router make_api_routes(service& hub, const api_options& options) {
  http::router routes;
  const auto feeds = std::make_shared<live_feeds>(hub);
  add_health_routes(routes, hub, options);
  add_node_routes(routes, hub);
  add_script_routes(routes, hub);
  add_example_routes(routes);
  add_job_routes(routes, hub);
  add_job_history_routes(routes, hub);
  add_job_stream(routes, hub, feeds);
  add_console_routes(routes, hub);
  add_console_streams(routes, hub, feeds);
  add_item_routes(routes, hub);
  add_item_streams(routes, hub);
  http::add_openapi_route(routes, {"remora hub", "1.0.0"});
  return routes;
}

} // namespace remora::hub
