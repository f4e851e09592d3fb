#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.hpp"
#include "base/time.hpp"

namespace remora::worker {

/// A number for this life of the worker, above that of every earlier one: kept in `file` before it is
/// returned. A file that is lost or unreadable is made up for by the clock. See protocol::next_incarnation().
/// Errors: permission_denied, not_found, io_failed; invalid_frame when no number is left.
result<std::uint64_t> begin_incarnation(const std::filesystem::path& file, timestamp now);

} // namespace remora::worker
