#include "protocol/script_state.hpp"

namespace remora {

std::string_view to_string(script_condition condition) noexcept {
  switch (condition) {
    case script_condition::running:
      return "running";
    case script_condition::failed:
      return "failed";
    case script_condition::suspended:
      return "suspended";
    case script_condition::stuck:
      return "stuck";
    case script_condition::removed:
      return "removed";
    case script_condition::declined:
      return "declined";
  }
  return "failed";
}

} // namespace remora
