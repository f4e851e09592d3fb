#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace remora {

enum class console_level : std::uint8_t { debug, info, log, warn, error };

/// "debug", "info", "log", "warn", "error".
std::string_view to_string(console_level level) noexcept;

/// One message a script printed, or an error that remora reports on the script's console.
struct console_line {
  timestamp time; ///< By the clock of the run: the capture's when a file is read.
  std::string node;
  std::string script; ///< Title.
  console_level level = console_level::log;
  std::string text; ///< Well-formed UTF-8; may hold newlines.
};

} // namespace remora
