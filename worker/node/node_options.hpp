#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/link/options.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "traffic/capture/packet_source.hpp"
#include "traffic/item_pipeline.hpp"
#include "worker/queries/traffic_queries.hpp"
#include "worker/traffic_store.hpp"

namespace remora::worker {

/// All that a node is made of.
struct node_options {
  std::string name; ///< In the cluster.
  std::string software;
  std::string data; ///< Folder.
  link::worker_options link;
  traffic::live_options capture;
  std::vector<std::string> addresses;         ///< Of this machine.
  traffic::item_options items;                ///< How items are made of what is captured.
  item_origin origin;                         ///< What they say of this node.
  std::optional<traffic_store_options> store; ///< What is kept of the traffic; nothing: nothing is.
  /// What the hub may ask for; it outlives the node. Nothing: what `store` keeps.
  std::optional<stored_traffic> stored{};
};

/// What the settings say. @param host The machine's name, which the node has when the settings give it none.
/// Errors: invalid_config, beginning with the key: what does not show before the parts are put together.
result<node_options> node_options_of(const config::worker_settings& settings, const std::string& host,
                                     const std::string& software);

/// The machine's name as a node's: in lower case, and what may not be in one replaced by a hyphen. "" when
/// nothing is left of it.
std::string node_name_of(const std::string& host);

/// The numeric addresses of this machine but those of loopback and of single links; at most 64.
std::vector<std::string> machine_addresses();

} // namespace remora::worker
