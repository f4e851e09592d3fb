#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/error.hpp"
#include "http/request.hpp"

namespace remora::http {

/// The body of a request as JSON. Errors: invalid_usage, with the place (byte) and what is wrong: no JSON,
/// nested deeper than 64, a member twice in one object.
result<nlohmann::json> read_json(const request& asked);

} // namespace remora::http
