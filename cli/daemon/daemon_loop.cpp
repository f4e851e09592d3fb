#include "cli/daemon/daemon_loop.hpp"

#include <algorithm>
#include <csignal>
#include <exception>

#include "base/log.hpp"

namespace remora::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds between_looks{1'000};
constexpr const char* configuration = "configuration";
constexpr const char* watched = "files of the daemon";

/// As the program ends when this kept it from starting. Unlike a person at a terminal, a service manager
/// tries again after 1 and not after 2: what may come right by itself, such as an interface that is not there
/// yet, is no wrong usage.
exit_status status_of_start(const std::vector<error>& why) {
  const bool wrong = std::any_of(why.begin(), why.end(), [](const error& e) {
    return e.code == errc::invalid_usage || e.code == errc::invalid_config || e.code == errc::invalid_filter;
  });
  return wrong ? exit_status::wrong_usage : exit_status::failed;
}

} // namespace

daemon_loop::daemon_loop(const parts& with) : with_{with} {}

void daemon_loop::request_reload() noexcept {
  reload_ = true;
  wake();
}

void daemon_loop::request_stop(int signal) noexcept {
  stop_ = signal;
  wake();
}

outcome daemon_loop::run() {
  if (const auto started = with_.runs.start(with_.settings.running(), [this] { wake(); }); !started) {
    complain(with_.where, started.error());
    return {status_of_start(started.error())};
  }
  watch_files();
  last_status_ = with_.runs.status_text();
  with_.manager.ready(last_status_);
  while (true) {
    take_note();
    if (const int signal = stop_; signal != 0)
      return stop(signal == SIGTERM ? exit_status::done : exit_status::interrupted);
    with_.runs.look();
    if (const auto failure = with_.runs.failure()) {
      log::error("gave-up", failure->message);
      return stop(exit_status::failed);
    }
    report_health();
  }
}

/// Waits, and does what changed files and signals ask for.
void daemon_loop::take_note() {
  const auto changes = watch_.wait(time_to_wait());
  const auto changed = [&](const char* name) {
    return std::find(changes.begin(), changes.end(), name) != changes.end();
  };
  const bool asked = reload_.exchange(false);
  if (asked || changed(configuration)) reload();
  if (asked || changed(watched)) with_.runs.files_changed();
}

void daemon_loop::reload() {
  with_.manager.reloading();
  const auto loaded = with_.settings.reload();
  for (const std::string& warning : loaded.warnings)
    log::warn("configuration", warning);
  if (!loaded.ok()) {
    for (const error& wrong : loaded.errors)
      log::error("configuration", wrong.message);
    log::error("configuration", "the new settings are refused as a whole; those that run stay");
  } else if (!loaded.change.empty()) {
    log::info("configuration", config::describe(loaded.change));
    const config::settings& now = with_.settings.running();
    if (loaded.change.touches("log")) log::configure(now.log.level, now.log.format);
    if (!loaded.change.at_once.empty()) with_.runs.apply(loaded.change, now);
  }
  watch_files();
  last_status_ = with_.runs.status_text();
  with_.manager.ready(last_status_);
}

void daemon_loop::watch_files() {
  watch_.watch(configuration, with_.settings.files());
  watch_.watch(watched, with_.runs.files_to_watch(with_.settings.running()));
}

void daemon_loop::report_health() {
  const auto moment = std::chrono::steady_clock::now();
  const bool due = with_.manager.watchdog() && moment - last_alive_ >= time_to_wait() / 2;
  if (due && with_.runs.is_healthy()) {
    with_.manager.alive();
    last_alive_ = moment;
  }
  std::string now = with_.runs.status_text();
  if (now == last_status_) return;
  with_.manager.status(now);
  last_status_ = std::move(now);
}

milliseconds daemon_loop::time_to_wait() const {
  const auto watchdog = with_.manager.watchdog();
  if (!watchdog) return between_looks;
  const auto third = std::chrono::duration_cast<milliseconds>(*watchdog / 3);
  return std::clamp(third, milliseconds{1}, between_looks);
}

outcome daemon_loop::stop(exit_status status) {
  with_.manager.stopping();
  const bool ended = with_.runs.stop();
  return {status, !ended};
}

} // namespace remora::cli
