#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora::script {

/// JSON text as block-style YAML 1.2 that ends with a newline. Members keep the order of the text.
/// Errors: invalid_usage, with the place, for text that is not JSON or is nested deeper than 100 levels.
result<std::string> json_to_yaml(std::string_view json);

} // namespace remora::script
