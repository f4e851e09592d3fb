#include "cli/daemon/up_daemon.hpp"

#include <utility>

namespace remora::cli {

up_daemon::up_daemon(const std::string& software, std::function<void(const std::string& url)> ready,
                     std::function<void()> looked)
    : ready_{std::move(ready)}, looked_{std::move(looked)}, hub_{software}, worker_{software} {}

tl::expected<void, std::vector<error>> up_daemon::start(const config::settings& settings,
                                                        std::function<void()> wake) {
  if (auto begun = hub_.start(settings, wake); !begun) return begun;
  config::settings of_worker = settings;
  of_worker.worker.hub = hub_.link_address();
  if (auto begun = worker_.start(of_worker, std::move(wake)); !begun) {
    hub_.stop();
    return begun;
  }
  ready_(hub_.url());
  return {};
}

void up_daemon::apply(const config::settings_change& change, const config::settings& settings) {
  hub_.apply(change, settings);
  worker_.apply(change, settings);
}

std::vector<std::string> up_daemon::files_to_watch(const config::settings& settings) const {
  return hub_.files_to_watch(settings);
}

void up_daemon::look() {
  worker_.look();
  looked_();
}

std::string up_daemon::status_text() const { return hub_.status_text() + "; " + worker_.status_text(); }

/// The worker first: what it has left to say is then stored.
bool up_daemon::stop() {
  const bool worker_ended = worker_.stop();
  return hub_.stop() && worker_ended;
}

} // namespace remora::cli
