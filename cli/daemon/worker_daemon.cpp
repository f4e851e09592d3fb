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
  return {};
}

std::string worker_daemon::status_text() const { return worker::status_line(node_->view(), hub_); }

} // namespace remora::cli
