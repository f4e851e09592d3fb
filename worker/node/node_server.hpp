#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "http/http_server.hpp"
#include "worker/node/node.hpp"

namespace remora::worker {

/// What the routes of a node ask. Functions are called on the server's threads.
struct node_routes_parts {
  std::function<node_view()> view; ///< May wait for the disk.
  std::function<std::vector<std::string>()> not_ready;
  std::function<bool()> is_healthy; ///< Must not block.
  std::string software;
  std::shared_ptr<const http::live_counters> count; ///< Of the server.
};

/// GET /metrics, /livez, /readyz. All may be read without a token. Source: interfaces, §2.
http::router make_node_routes(const node_routes_parts& with);

/// The HTTP server of a node. Watching a node must not keep it from working: while another program has the
/// port, the node works unwatched, and look() tries again. The main thread uses it.
class node_server {
 public:
  /// @param options What the configuration says: `listen` and `names`. The rest is seen to here.
  /// @param asked Outlives it.
  node_server(const node& asked, http::server_options options, std::string software);
  /// The same with routes of another.
  node_server(http::server_options options, node_routes_parts with);

  /// Listens. Errors: those of http_server::start(), but for a port that is taken, which is only logged.
  result<void> open();
  /// To be called now and then: takes the port once it is free.
  void look();
  /// No route is called any more when it returns.
  void stop();

  /// "http://127.0.0.1:49100"; nothing while the port is not its own.
  std::optional<std::string> url() const;

 private:
  result<void> listen();

  http::server_options options_;
  node_routes_parts with_;
  std::unique_ptr<http::http_server> server_;
  bool waits_ = false; ///< For the port.
};

} // namespace remora::worker
