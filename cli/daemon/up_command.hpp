#pragma once

#include "cli/commands.hpp"
#include "cli/context.hpp"

namespace remora::cli {

/// `remora up`: a hub and a worker in one process. Source: interfaces, §1.3.
outcome run_up(const context& where, const argument_list& given);

} // namespace remora::cli
