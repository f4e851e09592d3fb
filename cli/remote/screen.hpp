#pragma once

#include "base/time.hpp"
#include "cli/common_options.hpp"
#include "cli/context.hpp"

namespace remora::cli {

/// Who reads what a command prints.
struct screen {
  bool terminal = false; ///< A person; else a file or a program.
  bool colour = false;
  timestamp now; ///< For "3 s ago".
};

/// How standard output is read.
screen screen_of(const context& where, const common_options& common);

/// The same of one descriptor.
screen screen_of(int fd, const context& where, const common_options& common);

} // namespace remora::cli
