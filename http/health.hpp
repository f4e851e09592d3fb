#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/router.hpp"

namespace remora::http {

/// GET /livez: "ok" as long as the server answers at all. Needs no token.
route livez_route();

/// GET /readyz: 200 "ok", or 503 with a problem document that lists the reasons. Needs no token.
/// @param reasons why this process is not ready, in words that tell strangers no secrets; empty: it is.
/// Called on the
///                thread that serves connections: must not block.
route readyz_route(std::function<std::vector<std::string>()> reasons);

} // namespace remora::http
