#pragma once

#include <string>

#include "http/counters.hpp"

namespace remora::http {

/// What a server has counted, for /metrics: every counter, as remora_http_... Source: Prometheus text-based
/// exposition format 0.0.4.
std::string counters_page(const http_counters& counted);

} // namespace remora::http
