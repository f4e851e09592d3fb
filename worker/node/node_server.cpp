#include "worker/node/node_server.hpp"

#include <utility>

#include "base/log.hpp"
#include "http/health.hpp"
#include "worker/node/node_metrics.hpp"

namespace remora::worker {

namespace {

node_routes_parts parts_of(const node& asked, std::string software) {
  node_routes_parts out;
  out.view = [&asked] { return asked.view(); };
  out.not_ready = [&asked] { return asked.not_ready(); };
  out.is_healthy = [&asked] { return asked.is_healthy(); };
  out.software = std::move(software);
  return out;
}

} // namespace

http::router make_node_routes(const node_routes_parts& with) {
  http::router out;
  out.add(http::livez_route([healthy = with.is_healthy] {
    std::vector<std::string> reasons;
    if (!healthy()) reasons.emplace_back("the capture, or what speaks with the hub, does not move any more");
    return reasons;
  }));
  out.add(http::readyz_route(with.not_ready));
  out.add(http::metrics_route([view = with.view, software = with.software]()
                                  -> result<std::string> { return metrics_page(view(), software); },
                              with.count));
  return out;
}

node_server::node_server(const node& asked, http::server_options options, std::string software)
    : node_server{std::move(options), parts_of(asked, std::move(software))} {}

node_server::node_server(http::server_options options, node_routes_parts with)
    : options_{std::move(options)}, with_{std::move(with)} {
  options_.section = "worker.metrics";
  // No route needs a role and none changes anything, so it may listen for others without tokens.
  options_.insecure = true;
  // For a few programs that look every few seconds.
  options_.handler_threads = 2;
  options_.queued_calls = 32;
  options_.connections = 64;
  options_.count = std::make_shared<http::live_counters>();
  with_.count = options_.count;
}

result<void> node_server::listen() {
  auto started = http::http_server::start(options_, make_node_routes(with_));
  if (!started) return pass_on(std::move(started));
  server_ = std::move(*started);
  return {};
}

result<void> node_server::open() {
  auto opened = listen();
  waits_ = !opened && opened.error() == errc::io_failed;
  if (!waits_) return opened;
  log::error("metrics-not-served", opened.error().message,
             " what=the worker works without them, and tries again every second");
  return {};
}

void node_server::look() {
  if (!waits_) return;
  if (listen()) waits_ = false; // the server says itself that it listens
}

void node_server::stop() {
  waits_ = false;
  if (server_) server_->stop();
}

std::optional<std::string> node_server::url() const {
  return server_ ? std::optional{server_->url()} : std::nullopt;
}

} // namespace remora::worker
