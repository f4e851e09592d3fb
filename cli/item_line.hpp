#pragma once

#include <string>

#include "protocol/item/item.hpp"

namespace remora::cli {

/// An item as a line for people, with its newline:
/// "2025-10-09T08:53:20.250118Z HTTP 10.1.3.20:41730 > 10.1.4.9:8080 GET /v2/prices 503 12.5 ms". What came
/// from the wire has no control characters in it.
std::string item_line(const item& what);

} // namespace remora::cli
