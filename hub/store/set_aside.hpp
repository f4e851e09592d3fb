#pragma once

#include <string>

#include "base/error.hpp"
#include "base/time.hpp"

namespace remora::hub {

/// Renames a database file that is not sound, with its log, to `FILE.damaged-20260131T235959Z` (and
/// `...-wal`), with a number behind when that name is taken. Nothing is deleted or overwritten.
/// @returns the new name. Errors: permission_denied, not_found, io_failed.
result<std::string> set_aside(const std::string& file, timestamp now);

/// The name of a file that set_aside() made of `file`, the youngest; "" when there is none.
result<std::string> find_set_aside(const std::string& file);

/// Makes renames and new files in the folder of `file` durable. Errors: as above.
result<void> sync_folder_of(const std::string& file);

} // namespace remora::hub
