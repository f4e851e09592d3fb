#pragma once

#include <string>

#include "http/router.hpp"

namespace remora::http {

struct api_description {
  std::string title;   ///< "remora hub"
  std::string version; ///< Of the API: "1.0.0".
};

/// The OpenAPI 3.1 document of all documented routes, WebSockets included (as GET with 101).
std::string openapi_document(const router& routes, const api_description& about);

/// Adds GET /openapi.json, which serves the document of all routes that are there by then, itself included:
/// call it last. It needs no token: the document is the same for everybody and says nothing about this hub.
void add_openapi_route(router& routes, const api_description& about);

} // namespace remora::http
