#pragma once

#include <vector>

#include "http/router.hpp"
#include "hub/api/routes/query_reader.hpp"
#include "hub/store/console_store.hpp"

namespace remora::hub {

/// ?script=&node=&level=: which lines of the console, for GET and WebSockets.
line_filter read_line_filter(query_reader& query);
/// Their declaration.
std::vector<http::query_parameter> line_filter_parameters();

} // namespace remora::hub
