#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/job_run.hpp"

namespace remora::hub {

/// A run as it is stored.
struct stored_run {
  std::int64_t id = 0;      ///< Rises in the order of storing.
  std::uint64_t number = 0; ///< protocol::numbered_run::id.
  timestamp stored;         ///< When the hub took it over.
  job_run run;
};

/// Which runs: of one tag, in a span of planned instants, of one script or node or of all.
struct run_filter {
  std::string tag;
  std::string script;             ///< Title; "" for all.
  std::string node;               ///< "" for all.
  std::optional<timestamp> since; ///< Planned at or after it.
  std::optional<timestamp> until; ///< Planned before it.
};

/// A part of an answer, and where the next begins.
template <class Record>
struct page {
  std::vector<Record> records;
  std::string next; ///< The cursor of the next page; "" when this was the last.
};

/// Runs after a run, in the order they were stored, and where to go on.
struct followed_runs {
  std::vector<stored_run> runs;
  std::int64_t last = 0; ///< What to pass as `after` next: all up to it were looked at.
  bool more = false;     ///< There are further runs already.
};

/// What one node did at a planned instant.
struct node_run {
  std::string node;
  std::uint64_t number = 0;
  job_outcome outcome = job_outcome::passed;
  std::string result_json;
  std::string error;
};

/// One planned instant of one script's job, with the run of every node side by side.
struct planned_instant {
  timestamp planned;
  std::string script;
  std::vector<node_run> nodes; ///< By name.
};

} // namespace remora::hub
