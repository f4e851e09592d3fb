#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora {

/// One user script as text.
struct script_source {
  std::size_t index = 0; ///< Order among the scripts; several hooks of one name run in ascending index.
  std::string title;     ///< Unique among the scripts. Source: scripting API, §2.2.
  std::string file;      ///< Where it came from, as errors name it; the title when there is no file.
  std::string code;      ///< UTF-8, ECMAScript 5.1.
};

/// The largest source text that is accepted; checking one takes a few seconds, within the budget of a load.
inline constexpr std::size_t max_script_bytes = 512u << 10;

/// The longest path that is kept of where a script came from.
inline constexpr std::size_t max_script_file_bytes = 1024;

/// Whether a text may stand for where a script came from: it is shown, and never opened by whoever is told.
/// Errors: invalid_usage for one that is longer or has control characters.
result<void> check_script_file(std::string_view file);

/// The title of a script: the text of the first comment of the code, else the base name of `file` without
/// ".js". Source: scripting API, §2.2.
std::string script_title(std::string_view code, std::string_view file);

/// Checks what can be checked without a JavaScript engine: size, NUL bytes, UTF-8 (a byte order mark at the
/// start is fine). Errors: invalid_script, as file:line:column: reason.
result<void> check_script_text(std::string_view code, std::string_view file);

} // namespace remora
