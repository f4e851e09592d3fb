#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/report.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// What a YAML text may cost at most.
struct yaml_limits {
  static constexpr std::size_t bytes = 1u << 20;  ///< Of a file.
  static constexpr std::size_t depth = 64;        ///< Lists and maps inside each other.
  static constexpr std::size_t nodes = 100'000;   ///< Keys, values and ends of lists and maps.
  static constexpr std::size_t pending = 250'000; ///< See pending_budget in the .cpp.
};

/// Parses one YAML document. An empty text is an empty map. Anchors, aliases, tags (but !!str, !!map, !!seq),
/// duplicate keys, keys that are no text, a second document, control characters and what exceeds
/// `yaml_limits` are errors. Whatever could be read is returned, so that its content can be checked too.
/// @param name What error messages call the text; mostly the path of the file.
node read_yaml(std::string_view text, const std::string& name, report& problems);

} // namespace remora::config
