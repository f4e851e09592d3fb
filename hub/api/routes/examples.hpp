#pragma once

#include <string_view>
#include <vector>

namespace remora::hub {

/// A script that ships with remora (examples/*.js), compiled in.
struct example {
  std::string_view file; ///< "packet-counter.js"
  std::string_view code;
};

/// All of them, by file name.
const std::vector<example>& shipped_examples();

} // namespace remora::hub
