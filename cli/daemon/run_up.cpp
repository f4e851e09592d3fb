#include "cli/daemon/run_up.hpp"

#include <csignal>
#include <memory>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "cli/daemon/daemon_loop.hpp"
#include "cli/daemon/daemon_program.hpp"
#include "cli/daemon/service_notifier.hpp"
#include "cli/daemon/up_daemon.hpp"

namespace remora::cli {

outcome run_up(const context& where, const config::load_request& request) {
  config::live_settings settings{request};
  const auto loaded = settings.load();
  if (!loaded.ok()) return refuse(where, loaded.errors);
  log::configure(settings.running().log.level, settings.running().log.format);
  for (const std::string& warning : loaded.warnings)
    log::warn("configuration", warning);

  if (where.signals != nullptr) where.signals->end_gracefully(*where.stop);
  daemon_loop* loop = nullptr;
  auto both = std::make_unique<up_daemon>(
      program_version(),
      [&where](const std::string& url) { static_cast<void>(print(where, "remora is up: " + url + '\n')); },
      [&where, &loop] {
        if (*where.stop) loop->request_stop(SIGINT);
      });
  auto driver = std::make_unique<daemon_loop>(daemon_loop::parts{*both, settings, service_notifier{}, where});
  loop = driver.get();
  const outcome ended = driver->run();
  if (ended.leave_at_once) { // parts of it are still at work, and may wake the loop
    static_cast<void>(both.release());
    static_cast<void>(driver.release());
  }
  return ended;
}

} // namespace remora::cli
