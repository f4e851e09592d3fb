#pragma once

#include <string>

#include "base/error.hpp"

namespace remora::config {

/// The content of a configuration file, at most 1 MiB. A pipe is fine: `--config <(make-config)`.
/// Errors: not_found, permission_denied, io_failed; invalid_config for a folder or a larger file.
result<std::string> read_config_file(const std::string& path);

/// The same for `${file:...}`, where only a regular file is fine: a reload must not wait for a pipe.
result<std::string> read_value_file(const std::string& path);

} // namespace remora::config
