#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "protocol/script_source.hpp"

namespace remora::script {

/// What is known of a script before it runs. See outline.js, which finds it out.
struct script_outline {
  std::vector<std::string> declared;   ///< Declared at the top level.
  std::vector<std::string> undeclared; ///< Assigned somewhere, declared nowhere: they become script scope.
  std::vector<std::string> free_names; ///< Read or assigned somewhere, declared nowhere.
  bool uses_shared = false;            ///< It can see or change what other scripts see.
  /// The members of its argument that onPacketCaptured reads, when it provably does nothing else with it.
  std::optional<std::vector<std::string>> packet_fields;
};

/// Checks that a script is ES5 and tells what it declares and uses. Takes about a millisecond for a short
/// script, 14 more for the first; may be called from any thread, one call runs at a time. Errors:
/// invalid_script as "file:line:column: reason"; columns count characters from 1.
result<script_outline> analyse(const script_source& script, nanoseconds budget);

} // namespace remora::script
