#pragma once

#include <string_view>
#include <vector>

#include "cli/commands.hpp"

namespace remora::cli {

/// A command, as the program finds it.
struct command {
  std::string_view words; ///< One word, or two: "scripts check".
  std::string_view summary;
  outcome (*run)(const context&, const argument_list&);
};

/// Commands that are shown together.
struct command_group {
  std::string_view heading;
  std::vector<command> commands;
};

/// Every command there is, once: the program, its help and completion are made from this.
const std::vector<command_group>& command_groups();
/// The same in one row.
const std::vector<command>& all_commands();

} // namespace remora::cli
