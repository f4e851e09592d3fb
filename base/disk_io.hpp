#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora {

/// "cannot WHAT PATH: why", of an errno; what to do when the disk, or a quota, is full: store_full then.
tl::unexpected<error> disk_failure(std::string_view what, const std::string& path, int number);

/// Reads up to `most` bytes of an open file from an offset on; fewer when it ends before. @param path For the
/// error. Errors: io_failed and its like.
result<std::string> read_at(int file, const std::string& path, std::uint64_t from, std::size_t most);

} // namespace remora
