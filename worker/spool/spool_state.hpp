#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "worker/spool/drop_counts.hpp"

namespace remora::worker {

/// What a spool remembers beside its records: small, and replaced as a whole.
struct spool_state {
  std::uint64_t runs_gone = 0;  ///< Up to this number, runs are of no interest any more.
  std::uint64_t lines_gone = 0; ///< Likewise lines: released or dropped.
  std::uint64_t last_run = 0;   ///< No number up to it is given to a run again.
  std::uint64_t last_line = 0;
  drop_counts drops; ///< Lines that the hub has not been told of.
};

/// The state as bytes with a checksum.
std::string write_state(const spool_state& state);
/// Reads what write_state() wrote. Errors: store_damaged.
result<spool_state> read_state(std::string_view bytes);

} // namespace remora::worker
