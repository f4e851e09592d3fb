#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"

namespace remora::cli {

/// A command as completion needs it: made from the declarations that also parse and print the help.
struct completed_command {
  std::string words; ///< "scripts check"
  std::string summary;
  std::vector<arguments::option> options;
  bool takes_files = false; ///< Operands are paths.
};

/// The completion script of a shell for the program `remora`.
std::string bash_completion(const std::vector<completed_command>& commands);
std::string zsh_completion(const std::vector<completed_command>& commands);
std::string fish_completion(const std::vector<completed_command>& commands);

} // namespace remora::cli
