#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "protocol/job_run.hpp"
#include "protocol/node_stats.hpp"
#include "protocol/script_hash.hpp"
#include "protocol/script_state.hpp"

// What the hub knows of the cluster, as it is shown to people and programs.
namespace remora::hub {

enum class node_condition : std::uint8_t {
  up,
  lost,    ///< It was silent, or its connection ended.
  stopped, ///< It said goodbye.
};
/// "up", "lost", "stopped".
std::string_view to_string(node_condition condition) noexcept;

struct node_view {
  std::string name;
  std::string address; ///< Of its connection.
  std::vector<std::string> addresses;
  std::vector<std::string> interfaces;
  std::string version; ///< Of its software.
  node_condition condition = node_condition::up;
  timestamp up_since; ///< When its worker started, by the node's clock.
  timestamp last_seen;
  nanoseconds clock_offset{0};   ///< Its clock minus the hub's, as of its last heartbeat.
  node_stats stats;              ///< As of its last heartbeat.
  double packets_per_second = 0; ///< Between its last two heartbeats.
  bool current = false;          ///< It runs the newest deployment.
};

/// How a script fares on a node.
struct script_on_node {
  std::string node;
  bool known = false;   ///< False: the node has not said anything of it yet, and `state` means nothing.
  script_state state;   ///< Of the version it was last told of.
  bool current = false; ///< The version that runs is the one that is wanted.
  std::optional<script_hash> running; ///< The version that runs, if one does.
  bool node_up = false;
  script_totals totals;
};

enum class job_condition : std::uint8_t { scheduled, paused };
/// "scheduled", "paused".
std::string_view to_string(job_condition condition) noexcept;

/// A job on one node.
struct job_on_node {
  std::string node;
  bool node_up = false;
  std::uint64_t runs = 0;
  std::uint64_t limit = 0; ///< 0: none.
  std::optional<timestamp> next;
  bool paused = false;
};

/// A job of a script on all its nodes; (script, tag) identifies it.
struct job_view {
  std::string tag;
  std::string script; ///< Title.
  std::string cron;   ///< As most nodes have it.
  std::string timezone;
  job_condition condition = job_condition::scheduled;
  std::optional<timestamp> next; ///< The earliest of the nodes that are up.
  std::optional<timestamp> last_planned;
  std::optional<job_outcome> last_outcome; ///< Of last_planned: the worst of the nodes.
  std::vector<job_on_node> nodes;          ///< By name.
};

} // namespace remora::hub
