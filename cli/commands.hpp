#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace remora::cli {

/// The arguments behind the words of the command.
using argument_list = std::vector<std::string>;

// One command, one file. Each prints its help when it is asked for.

/// remora run: scripts on one machine, over live traffic or capture files.
outcome run_command(const context& where, const argument_list& given);

/// remora up: a hub and a worker in one process. Source: interfaces, §1.3.
outcome up_command(const context& where, const argument_list& given);

/// remora scripts check: would these scripts load?
outcome scripts_check_command(const context& where, const argument_list& given);

/// remora config check: is this configuration right?
outcome config_check_command(const context& where, const argument_list& given);

/// The whole program: finds the command that the first words name and runs it. `arguments` without the name
/// of the program.
outcome run_program(const context& where, const argument_list& arguments);

} // namespace remora::cli
