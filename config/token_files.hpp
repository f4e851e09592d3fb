#pragma once

#include "config/expand.hpp"
#include "config/report.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// Puts the content of files in the place of their names in `hub.http.tokens`: `file: /path` becomes a
/// `token`, as `token: "${file:/path}"` would. Errors (in `problems`): a file that cannot be read, a token
/// that has both.
void read_token_files(node& root, expander& files, report& problems);

} // namespace remora::config
