#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/live_counters.hpp"
#include "http/router.hpp"
#include "hub/service.hpp"

namespace remora::hub {

struct api_options {
  std::string version; ///< Of this program, for GET /api/v1/version.
  /// Of the server that serves the routes, shown with the metrics. Null: not shown.
  std::shared_ptr<const http::live_counters> count = nullptr;
  /// Further metrics for the same page, of what the hub does not know. Null: none.
  std::function<std::string()> more_metrics = nullptr;
};

/// The HTTP API of the hub: all routes with their roles, parameters and schemas, and /openapi.json that
/// describes them. Undocumented routes (the dashboard's files) may be added to what it returns.
///
/// Handlers run on the server's pool and call `hub`, which must outlive the router. With the router lives a
/// thread that feeds the WebSockets: it subscribes to `hub` here and ends when the router (a server that was
/// given it) goes, so not on that thread.
http::router make_api_routes(service& hub, const api_options& options);

} // namespace remora::hub
