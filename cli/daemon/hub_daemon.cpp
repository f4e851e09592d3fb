#include "cli/daemon/hub_daemon.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "config/scripts/script_set.hpp"
#include "filter/macro_table.hpp"
#include "hub/api/routes/api_routes.hpp"
#include "script/analysis/analyser.hpp"
#include "worker/node/node_metrics.hpp"

namespace remora::cli {

namespace {

/// Whether a script is fit to run, as far as that shows before it runs. The nodes load it and know more.
config::script_judge es5_judge() {
  return [](const script_source& script) -> result<void> {
    if (auto text = check_script_text(script.code, script.file); !text) return text;
    auto outline = script::analyse(script, std::chrono::seconds{10});
    if (!outline) return pass_on(std::move(outline));
    return {};
  };
}

} // namespace

hub_daemon::hub_daemon(std::string software) : software_{std::move(software)}, scripts_{es5_judge()} {}

hub_daemon::~hub_daemon() { stop(); }

tl::expected<void, std::vector<error>> hub_daemon::start(const config::settings& settings,
                                                         std::function<void()>) {
  const auto failed = [](error why) { return tl::unexpected<std::vector<error>>({std::move(why)}); };
  if (const auto macros = filter::macro_table::make(settings.filter.macros); !macros)
    return failed({errc::invalid_config, "filter.macros: " + macros.error().message});
  settings_ = settings;
  auto started = hub::running_hub::start(settings, read_scripts(), software_);
  if (!started) return failed(std::move(started).error());
  hub_ = std::move(*started);
  auto node = start_hub_node(*hub_, settings, software_);
  if (!node) return failed(std::move(node).error());
  node_ = std::move(*node);
  if (auto opened = open_api(settings.hub.http); !opened) {
    static_cast<void>(node_->stop());
    return failed(std::move(opened).error());
  }
  log::info("hub-ready", "api=", api_->url(), " link=", hub_->link_address(), " data=", settings.hub.data);
  return {};
}

result<void> hub_daemon::open_api(const config::http_settings& http) {
  http::server_options options;
  options.listen = http.listen;
  options.certificate = http.tls.certificate;
  options.key = http.tls.key;
  options.tokens = http.tokens;
  options.insecure = http.insecure;
  options.names = http.names;
  options.count = std::make_shared<http::live_counters>();
  const auto own_scripts = [this] { return worker::scripting_page(node_->view()); };
  auto routes = hub::make_api_routes(*hub_, {software_, options.count, own_scripts});
  auto server = http::http_server::start(std::move(options), std::move(routes));
  if (!server) return pass_on(std::move(server));
  api_ = std::move(*server);
  return {};
}

void hub_daemon::apply(const config::settings_change& change, const config::settings& settings) {
  const auto macros = filter::macro_table::make(settings.filter.macros);
  if (!macros)
    log::error("settings-not-applied", "filter.macros: ", macros.error().message, "; those of before stay");
  auto macros_before = std::move(settings_.filter.macros);
  settings_ = settings;
  if (!macros) settings_.filter.macros = std::move(macros_before);
  if (auto done = hub_->apply(settings_); !done) log::error("settings-not-applied", done.error().message);
  if (change.touches("scripting")) take_over_scripts();
}

std::vector<std::string> hub_daemon::files_to_watch(const config::settings& settings) const {
  std::vector<std::string> files;
  if (settings.scripting.watch_scripts) files = config::script_paths(settings.scripting);
  files.push_back(hub_->enrolment_file());
  return files;
}

void hub_daemon::files_changed() {
  take_over_scripts();
  if (auto done = hub_->reload_enrolment(); !done)
    log::error("enrolment-refused", done.error().message, " what=the keys that were enrolled before stay");
}

/// A bad file never replaces a good one, and does not keep the others from changing.
config::script_set hub_daemon::read_scripts() {
  auto read = scripts_.read(settings_.scripting);
  auto problems = read.warnings;
  for (const auto& wrong : read.errors)
    problems.push_back(wrong.message);
  for (const auto& unmatched : config::unmatched_active(settings_.scripting.active, read.scripts))
    problems.push_back(unmatched);
  for (const auto& problem : problems) {
    if (std::find(known_problems_.begin(), known_problems_.end(), problem) == known_problems_.end())
      log::warn("script-refused", problem);
  }
  known_problems_ = std::move(problems);
  return read;
}

void hub_daemon::take_over_scripts() {
  if (auto done = hub_->set_scripts(read_scripts(), settings_.scripting); !done)
    log::error("scripts-not-taken-over", done.error().message, " what=those of before stay");
}

bool hub_daemon::is_healthy() const { return hub_->generation().has_value() && node_->is_healthy(); }

std::string hub_daemon::status_text() const { return hub_->status_text(); }

bool hub_daemon::stop() {
  if (api_) api_->stop();
  const bool scripts_ended = !node_ || node_->stop(); // while the hub can still store what they leave
  if (hub_) hub_->stop();
  return scripts_ended;
}

} // namespace remora::cli
