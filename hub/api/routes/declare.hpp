#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "http/router.hpp"

namespace remora::hub {

inline constexpr std::string_view api_root = "/api/v1";

/// What the handlers of this folder are: an error becomes its problem document (RFC 9457).
using handler = std::function<result<http::response>(const http::request&)>;

/// The same for handlers that answer later, through the responder. An error that one returns is answered at
/// once.
using later_handler = std::function<result<void>(const http::request&, const http::responder&)>;

/// Sets what else is to be said of a route: its parameters, schemas, time-out.
using refinement = std::function<void(http::route&)>;

/// Adds a route under /api/v1 that viewers may read or editors may call, and makes it strict: a query
/// parameter that it does not declare, or that comes twice, is refused with its name, so that a mistyped one
/// never silently selects everything.
void add_route(http::router& into, http::method verb, const std::string& path, std::string summary,
               handler answer, const refinement& refine = {});

/// add_route() for a GET that is answered later.
void add_later_route(http::router& into, const std::string& path, std::string summary, later_handler answer,
                     const refinement& refine = {});

/// Adds a WebSocket at exactly this path, for viewers, as strict as add_route().
void add_stream(http::router& into, std::string path, std::string summary, http::websocket_handler connected,
                const refinement& refine = {});

/// What is wrong with the names of the query parameters. Errors: invalid_usage, naming the parameter.
result<void> check_names(const http::fields& query, const std::vector<std::string>& known);

/// Tells the client of a WebSocket what is wrong, as the text {"error":...}, and closes it: with 1008 when
/// the mistake is the client's.
http::websocket_events refuse(const http::websocket& client, const error& why, std::uint64_t request_id);

/// "?name=": one parameter, for a declaration.
http::query_parameter takes(std::string name, std::string summary, std::string_view schema);

} // namespace remora::hub
