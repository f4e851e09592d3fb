#include "protocol/console_line.hpp"

namespace remora {

std::string_view to_string(console_level level) noexcept {
  switch (level) {
    case console_level::debug:
      return "debug";
    case console_level::info:
      return "info";
    case console_level::log:
      return "log";
    case console_level::warn:
      return "warn";
    case console_level::error:
      return "error";
  }
  return "log";
}

} // namespace remora
