#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "script/files/file_quota.hpp"
#include "script/files/folder.hpp"

namespace remora::script {

/// Removes, from the folder of one script, what is temporary by its name and was not used since
/// `unused_since`: neither it nor, for a folder, anything in it was read, written or made. Nothing is removed
/// while a data_root of the folder is open anywhere, in another process neither: the script may still want
/// it.
/// @param path Of the script's folder. @returns how many entries went. Errors: not_found, io_failed.
result<std::uint64_t> remove_old_temporaries(const std::string& path, timestamp unused_since,
                                             file_quota& quota, const go_on& more);

} // namespace remora::script
