#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hub/queries/node_budget.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

/// How questions reach nodes; shared by all that are open. Functions are called where the core lives.
struct node_line {
  /// @returns false when the node is not connected.
  std::function<bool(const std::string& node, const protocol::message&)> say;
  std::function<std::vector<std::string>()> nodes; ///< That are connected now, but the hub's own.
  std::function<protocol::moment()> steady;
  std::function<timestamp()> wall;
  node_budget budget{};
  std::uint64_t last_id = 0; ///< Of a question to a node.

  bool is_here(const std::string& node) const {
    const auto all = nodes();
    return std::find(all.begin(), all.end(), node) != all.end();
  }
};

/// So long a node may be silent.
inline constexpr std::chrono::seconds node_patience{5};
inline constexpr const char* is_away = "it is not connected";
inline constexpr const char* is_silent =
    "it did not answer in time; an older version of remora never answers this";

} // namespace remora::hub
