#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/scripts/published_deployment.hpp"
#include "hub/views.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

/// Who is in the cluster, which version of each script runs where, and how it fares: what the nodes said
/// last. A node that went away stays listed, for as long as there is room. The node of the hub's own scripts
/// is known here like the others, but neither listed nor counted. Not thread-safe: the hub's core owns it.
class node_registry {
 public:
  static constexpr std::size_t most_nodes = 8'192; ///< Beyond it those that went away first are forgotten.
  static constexpr std::size_t most_states_of_a_node =
      4'096; ///< Scripts; what a node says beyond is not kept.

  /// A worker was welcomed. @param new_life It has just started: nothing that it said before holds.
  void joined(const std::string& node, const std::string& address, const protocol::hello& who, bool new_life,
              timestamp now);
  void left(const std::string& node, node_condition how, timestamp now);
  void heard(const std::string& node, const protocol::heartbeat& health, timestamp now);
  void script_is(const std::string& node, const script_state& state);

  /// @param wanted What shall run; null before the first deployment.
  std::vector<node_view> nodes(const published_deployment* wanted) const;
  /// How a script fares, on every node that was told of it or shall run it, by name.
  std::vector<script_on_node> status_of(const std::string& title, const published_deployment* wanted) const;

  bool is_up(const std::string& node) const;
  std::size_t up() const noexcept;

 private:
  struct script_record {
    script_state state;                 ///< What was said last.
    std::optional<script_hash> running; ///< The version that runs.
  };
  struct record {
    node_view view;
    std::map<std::string, script_record> scripts; ///< By title.
  };
  void make_room();

  std::map<std::string, record> nodes_;
};

} // namespace remora::hub
