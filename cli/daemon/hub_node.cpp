#include "cli/daemon/hub_node.hpp"

#include <utility>

#include "actors/link/secret_key.hpp"
#include "worker/node/no_packets.hpp"

namespace remora::cli {

namespace {

/// A key of its own for the node, which the hub lets in; nothing where the hub has none itself.
result<void> take_key(hub::running_hub& hub, const std::string& secret_of_hub, link::worker_options& to) {
  to.insecure = secret_of_hub.empty();
  if (to.insecure) return {};
  auto secret = link::secret_key::parse(secret_of_hub);
  if (!secret) return fail(errc::invalid_config, "hub.link.curve.secret_key: " + secret.error().message);
  auto own = link::make_key_pair();
  if (!own) return pass_on(std::move(own));
  if (auto let_in = hub.admit_own_node(own->public_key); !let_in) return let_in;
  to.hub_key = secret->public_key();
  to.secret = std::move(own->secret);
  return {};
}

} // namespace

std::string reachable_here(const std::string& listens_at) {
  const std::size_t colon = listens_at.rfind(':');
  if (colon == std::string::npos) return listens_at;
  const std::string host = listens_at.substr(0, colon);
  const std::string port = listens_at.substr(colon);
  if (host == "0.0.0.0" || host == "*") return "127.0.0.1" + port;
  if (host == "[::]" || host == "::") return "[::1]" + port;
  return listens_at;
}

result<std::unique_ptr<worker::node>> start_hub_node(hub::running_hub& hub, const config::settings& settings,
                                                     const std::string& software) {
  worker::node_options options;
  options.name = protocol::hub_node;
  options.software = software;
  options.data = settings.hub.data + "/node";
  options.link.hub = reachable_here(hub.link_address());
  options.link.name = options.name;
  if (auto taken = take_key(hub, settings.hub.link.curve.secret_key, options.link); !taken)
    return pass_on(std::move(taken));
  options.capture.interfaces.clear();
  return worker::node::start(options, []() -> result<std::unique_ptr<traffic::packet_source>> {
    return std::make_unique<worker::no_packets>();
  });
}

} // namespace remora::cli
