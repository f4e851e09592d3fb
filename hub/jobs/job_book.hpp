#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "hub/service.hpp"
#include "hub/store/job_definition_store.hpp"
#include "hub/views.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

/// A job of a script, by its identity in the cluster.
struct job_name {
  std::string script; ///< Title.
  std::string tag;
  bool operator<(const job_name& other) const {
    return std::tie(tag, script) < std::tie(other.tag, other.script);
  }
  bool operator==(const job_name& other) const { return tag == other.tag && script == other.script; }
};
using job_names = std::set<job_name>;

/// Which jobs the nodes have, as they said last, and which of them are paused. Not thread-safe: the hub's
/// core owns it.
class job_book {
 public:
  static constexpr std::size_t most_jobs_of_a_node = 100'000; ///< What a node says beyond is not kept.

  /// What was known when the hub stopped.
  void load(const std::vector<job_definition>& known);

  /// The jobs of a script on a node, all of them. @returns whether they differ in more than their next
  /// instant and their number of runs: then it is worth storing.
  bool jobs_are(const std::string& node, const std::string& script, const std::vector<scheduled_job>& jobs);
  /// A node has begun a new life: it will say anew what it has.
  void forget_node(const std::string& node);
  /// The scripts that shall run; jobs of others are gone. @returns the (node, script) whose jobs went.
  std::vector<std::pair<std::string, std::string>> keep_scripts(const std::set<std::string>& titles);

  /// The jobs that are meant. Errors: not_found when there is none, with the nearest tag; invalid_usage when
  /// neither a tag nor `all` is given.
  result<job_names> find(const job_selection& which) const;
  /// The nodes that have one of these jobs.
  std::set<std::string> nodes_with(const job_names& jobs) const;

  /// The jobs that are paused everywhere, as the deployment says.
  void paused_are(job_names paused) { paused_ = std::move(paused); }

  /// Everything by tag, script, node, without what the runs' records tell.
  std::vector<job_view> jobs(const std::function<bool(const std::string&)>& is_up,
                             const std::string& timezone) const;

 private:
  using of_script = std::map<std::string, scheduled_job>;         ///< By tag.
  std::map<std::string, std::map<std::string, of_script>> nodes_; ///< By node, script.
  job_names paused_;
};

/// The paused jobs as a fact of the store, and back. Errors of the second: store_damaged.
std::string to_fact(const job_names& jobs);
result<job_names> job_names_of(std::string_view fact);

} // namespace remora::hub
