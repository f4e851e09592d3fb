#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "hub/store/database.hpp"

namespace remora::hub {

/// How much is kept. Ages count from when the hub stored a record, not from the time in it: runs of a capture
/// that was made last year are not a year old.
struct retention_limits {
  nanoseconds runs = std::chrono::hours{7 * 24};
  nanoseconds console = std::chrono::hours{24};
  byte_size size = gib(4); ///< Of the pages in use; leave room below store_options::max_size.
};

/// What a step did. Everything that goes is counted, with its reason.
struct retention_step {
  std::uint64_t lines_expired = 0;
  std::uint64_t runs_expired = 0;
  std::uint64_t lines_over_size = 0;
  std::uint64_t runs_over_size = 0;
  byte_size returned; ///< To the file system.
  bool more = false;  ///< There is more to do: call again soon.
};

/// Deletes a few hundred records that are too old or, beyond the size, the oldest, console lines before runs;
/// then gives back a few pages. Each call takes milliseconds, so that it runs between other work. Errors: the
/// database's.
result<retention_step> retain(database& in, const retention_limits& limits, timestamp now);

} // namespace remora::hub
