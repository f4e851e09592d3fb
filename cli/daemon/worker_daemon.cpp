#include "cli/daemon/worker_daemon.hpp"

#include <utility>

#include "cli/process.hpp"
#include "worker/node/node_metrics.hpp"
#include "worker/node/privileges.hpp"

namespace remora::cli {

tl::expected<void, std::vector<error>> worker_daemon::start(const config::settings& settings,
                                                            std::function<void()> /*wake*/) {
  const auto failed = [](error why) { return tl::unexpected<std::vector<error>>({std::move(why)}); };
  auto options = worker::node_options_of(settings.worker, host_name(), software_);
  if (!options) return failed(options.error());
  hub_ = options->link.hub;
  auto open = [capture = options->capture] {
    const worker::raw_sockets_allowed allowed;
    return traffic::open_live(capture);
  };
  auto begun = worker::node::start(*options, std::move(open));
  if (!begun) return failed(begun.error());
  node_ = std::move(*begun);
  if (auto served = serve_metrics(settings.worker.metrics, options->name); !served) {
    if (!node_->stop()) static_cast<void>(node_.release()); // its threads are still at work
    return failed(std::move(served).error());
  }
  return {};
}

result<void> worker_daemon::serve_metrics(const config::metrics_settings& how, const std::string& name) {
  http::server_options options;
  options.listen = how.listen;
  options.names = how.names;
  options.names.push_back(name);
  options.names.push_back(host_name());
  server_ = std::make_unique<worker::node_server>(*node_, std::move(options), software_);
  return server_->open();
}

bool worker_daemon::stop() {
  server_->stop();
  return node_->stop();
}

std::string worker_daemon::status_text() const { return worker::status_line(node_->view(), hub_); }

} // namespace remora::cli
