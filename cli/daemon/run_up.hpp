#pragma once

#include "cli/context.hpp"
#include "config/load.hpp"

namespace remora::cli {

/// Runs a hub and a worker in this process until it is interrupted. Source: interfaces, §1.3.
/// @param request Where their settings come from, also when they are loaded again.
outcome run_up(const context& where, const config::load_request& request);

} // namespace remora::cli
