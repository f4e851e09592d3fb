#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora::link {

/// Files that only their owner may read: keys and who is enrolled. Errors name the file, never its content.

/// Creates a file of mode 0600 with this content, on disk when it returns. Errors: io_failed when it exists.
result<void> write_new_private_file(const std::filesystem::path& file, std::string_view content);

/// Replaces a file (or makes it) of mode 0600 in one step: a reader, and a crash, see the old content or the
/// new.
result<void> replace_private_file(const std::filesystem::path& file, std::string_view content);

/// Reads a regular file of at most `most` bytes that group and others can neither read nor write.
/// Errors: not_found, permission_denied, io_failed.
result<std::string> read_private_file(const std::filesystem::path& file, std::size_t most);

} // namespace remora::link
