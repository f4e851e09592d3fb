#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"
#include "config/settings.hpp"
#include "hub/running_hub.hpp"
#include "worker/node/node.hpp"

namespace remora::cli {

/// Starts the node on which the hub's own scripts run (scripting API §2.4): a node like that of a worker, in
/// the hub's process, that captures nothing and is named "hub". It reaches the hub over its link, with a key
/// made for this life of it, and keeps what it has to deliver in the folder `node` of the hub's data.
/// Errors: those of worker::node::start(), and of keys.
result<std::unique_ptr<worker::node>> start_hub_node(hub::running_hub& hub, const config::settings& settings,
                                                     const std::string& software);

/// Where this machine reaches what listens there: a listener on all addresses is reached over loopback.
std::string reachable_here(const std::string& listens_at);

} // namespace remora::cli
