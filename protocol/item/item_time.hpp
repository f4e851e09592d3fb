#pragma once

#include <string>

#include "base/time.hpp"

namespace remora {

/// RFC 3339 in UTC with the trailing zeros of the fraction cut: "2025-10-09T08:53:20.250118Z",
/// "2025-10-09T08:53:20Z". Source: items, section 1, `startTime`.
std::string to_item_time(timestamp when);

} // namespace remora
