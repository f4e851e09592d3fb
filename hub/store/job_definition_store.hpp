#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hub/store/database.hpp"
#include "protocol/scheduled_job.hpp"

namespace remora::hub {

/// A job as a node has it. (node, script, tag) identifies it: tags are unique within a script.
struct job_definition {
  std::string node;
  std::string script; ///< Title.
  scheduled_job job;
};

/// Which jobs the nodes have, as they said last. Each change is durable on return. Damaged rows are left out
/// and counted in database::damaged(). Errors of all: the database's.
class job_definition_store {
 public:
  explicit job_definition_store(database& in) noexcept : in_{in} {}

  /// All jobs by script, tag, node; of one tag unless it is "".
  result<std::vector<job_definition>> list(std::string_view tag = {});
  /// Adds a job or puts it in the place of the one with its identity.
  result<void> put(std::string_view node, std::string_view script, const scheduled_job& job);
  /// @returns whether there was one.
  result<bool> remove(std::string_view node, std::string_view script, std::string_view tag);
  /// Makes `jobs` all jobs that this script has on this node, in one transaction; of one tag the last counts.
  result<void> replace(std::string_view node, std::string_view script,
                       const std::vector<scheduled_job>& jobs);
  /// Forgets the jobs of a node. @returns how many there were.
  result<std::size_t> forget_node(std::string_view node);

 private:
  database& in_;
};

} // namespace remora::hub
