#pragma once

#include <memory>

#include "http/router.hpp"
#include "hub/api/routes/api_routes.hpp"
#include "hub/service.hpp"

// The areas of the API, one file each. `hub` must outlive the router.
namespace remora::hub {

class live_feeds;

void add_health_routes(http::router& into, service& hub, const api_options& options);
void add_node_routes(http::router& into, service& hub);
void add_script_routes(http::router& into, service& hub);
void add_example_routes(http::router& into);
void add_job_routes(http::router& into, service& hub);
void add_job_history_routes(http::router& into, service& hub);
void add_job_stream(http::router& into, service& hub, const std::shared_ptr<live_feeds>& feeds);
void add_console_routes(http::router& into, service& hub);
void add_console_streams(http::router& into, service& hub, const std::shared_ptr<live_feeds>& feeds);
void add_item_routes(http::router& into, service& hub);
void add_item_streams(http::router& into, service& hub);

} // namespace remora::hub
