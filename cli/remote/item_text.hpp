#pragma once

#include <string>

#include "cli/client/json.hpp"

namespace remora::cli {

/// An item as a hub gives it, as a line for people, without its newline, in the form that `remora run
/// --items` prints: "2025-10-09T08:53:20.250118Z HTTP 10.1.3.20:41730 > 10.1.4.9:8080 GET /v2/prices 503 12.5
/// ms". What came from the wire cannot act on a terminal.
std::string item_text(const client::json& item);

} // namespace remora::cli
