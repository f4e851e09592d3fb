#include "cli/daemon/daemon_program.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "cli/common_options.hpp"
#include "cli/daemon/daemon_loop.hpp"
#include "cli/daemon/service_notifier.hpp"
#include "cli/process.hpp"

namespace remora::cli {

namespace {

struct daemon_options {
  common_options common;
  bool version = false;
};

void declare(arguments& args, const daemon_facts& facts, daemon_options& options) {
  declare(args, options.common);
  args.flag("--version", options.version, "Show the version.");
  args.section("Configuration",
               "  Built-in defaults, then each --config FILE, then REMORA_... variables, then --set.\n"
               "  SIGHUP, and a change of a file, loads them again: what can takes effect at once,\n"
               "  a file that is wrong is refused as a whole.\n");
  args.section("Examples", facts.examples);
  args.section("Exit status",
               "  0 ended by SIGTERM; 1 failed while running; 2 wrong usage or configuration (nothing\n"
               "  was started); 130 interrupted.\n");
}

/// The two options as settings: a later reload must not undo them. Errors: invalid_usage, in the words of the
/// options.
result<void> make_settings_of(common_options& common) {
  if (auto fine = set_up_log({}, common); !fine) return fine;
  if (common.log_level) common.set.push_back("log.level=" + *common.log_level);
  if (common.log_format) common.set.push_back("log.format=" + *common.log_format);
  return {};
}

/// The signals go to the loop as long as it is there.
class signals_to_loop {
 public:
  signals_to_loop(daemon_signals* signals, daemon_loop& loop) : signals_{signals} {
    if (signals_ == nullptr) return;
    signals_->tell({[&loop] { loop.request_reload(); }, [&loop](int signal) { loop.request_stop(signal); }});
  }
  ~signals_to_loop() {
    if (signals_ != nullptr) signals_->tell({});
  }
  signals_to_loop(const signals_to_loop&) = delete;
  signals_to_loop& operator=(const signals_to_loop&) = delete;

 private:
  daemon_signals* signals_;
};

} // namespace

std::string program_version() { return REMORA_VERSION; }

outcome run_daemon(const context& where, const daemon_facts& facts, const argument_list& given,
                   const std::function<std::unique_ptr<daemon>()>& make, daemon_signals* signals) {
  daemon_options options;
  arguments args{"", "[options]", facts.about, facts.program};
  declare(args, facts, options);
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  if (options.version) return {print(where, facts.program + ' ' + program_version() + '\n')};
  if (const auto made = make_settings_of(options.common); !made) return refuse(where, made.error().message);

  config::live_settings settings{request_for(where, options.common), facts.foreign, facts.judge};
  const auto loaded = settings.load();
  if (!loaded.ok()) return refuse(where, loaded.errors);
  log::configure(settings.running().log.level, settings.running().log.format);
  for (const std::string& warning : loaded.warnings)
    log::warn("configuration", warning);

  const auto manager = service_notifier::from(where.environment);
  auto runs = make();
  auto loop = std::make_unique<daemon_loop>(daemon_loop::parts{*runs, settings, manager, where});
  const signals_to_loop connected{signals, *loop};
  const outcome ended = loop->run();
  if (ended.leave_at_once) { // parts of the daemon are still at work, and may wake the loop
    static std::pair<std::unique_ptr<daemon>, std::unique_ptr<daemon_loop>> left_behind;
    left_behind = {std::move(runs), std::move(loop)};
  }
  return ended;
}

int daemon_main(int argc, char** argv, const daemon_facts& facts,
                const std::function<std::unique_ptr<daemon>()>& make) {
  prepare_process();
  try {
    daemon_signals signals;
    context where;
    where.environment = environment();
    const auto ended = run_daemon(where, facts, {argv + (argc > 0 ? 1 : 0), argv + argc}, make, &signals);
    if (ended.leave_at_once) std::_Exit(static_cast<int>(ended.status));
    return static_cast<int>(ended.status);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: gave up: %s\n", facts.program.c_str(), e.what());
    return static_cast<int>(exit_status::failed);
  }
}

} // namespace remora::cli
