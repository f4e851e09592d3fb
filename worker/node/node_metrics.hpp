#pragma once

#include <string>
#include <string_view>

#include "worker/node/node.hpp"

namespace remora::worker {

/// The page of /metrics: everything in the view, as remora_worker_... Source: Prometheus text-based
/// exposition format 0.0.4.
std::string metrics_page(const node_view& view, std::string_view software);

/// Only what it says of scripts and their jobs, as remora_script_...: for a node that has no page of its own.
std::string scripting_page(const node_view& view);

/// The line for the service manager: what a person wants to know first.
std::string status_line(const node_view& view, std::string_view hub);

} // namespace remora::worker
