#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/store/database.hpp"

namespace remora::hub {

/// A job as a node has it. (node, script, tag) identifies it: tags are unique within a script.
struct job_definition {
  std::string node;
  std::string script; ///< Title.
  std::string tag;
  std::string cron;        ///< As it was given.
  std::uint64_t limit = 0; ///< Planned runs after which it ends; 0: none.
  bool paused = false;
  std::optional<timestamp> next; ///< The next planned instant; nothing while it waits for none.
};

inline bool operator==(const job_definition& a, const job_definition& b) {
  return a.node == b.node && a.script == b.script && a.tag == b.tag && a.cron == b.cron &&
         a.limit == b.limit && a.paused == b.paused && a.next == b.next;
}

/// Which jobs the nodes have, as they said last. Each change is durable on return. Damaged rows are left out
/// and counted in database::damaged(). Errors of all: the database's.
class job_definition_store {
 public:
  explicit job_definition_store(database& in) noexcept : in_{in} {}

  /// All jobs by script, tag, node; of one tag unless it is "".
  result<std::vector<job_definition>> list(std::string_view tag = {});
  /// Adds a job or puts it in the place of the one with its identity.
  result<void> put(const job_definition& job);
  /// @returns whether there was one.
  result<bool> remove(std::string_view node, std::string_view script, std::string_view tag);
  /// Makes `jobs`, all of this node, the whole list of the node, in one transaction.
  /// Errors also: invalid_usage when one is of another node.
  result<void> replace_node(std::string_view node, const std::vector<job_definition>& jobs);

 private:
  database& in_;
};

} // namespace remora::hub
