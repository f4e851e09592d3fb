#include "cli/run_plan.hpp"

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/units.hpp"
#include "base/utf8.hpp"
#include "cli/process.hpp"
#include "traffic/item_settings.hpp"

namespace remora::cli {

namespace {

/// Reads the texts of options, and collects what is wrong with them.
class option_reader {
 public:
  template <class T>
  void whole_number(std::string_view option, const std::optional<std::string>& given, T least, T most,
                    T& to) {
    if (!given) return;
    const char* const end = given->data() + given->size();
    T number{};
    const auto read = std::from_chars(given->data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number < least || number > most) {
      wrong(option, *given, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    } else {
      to = number;
    }
  }

  void size(std::string_view option, const std::optional<std::string>& given, byte_size least, byte_size most,
            std::size_t& to) {
    if (!given) return;
    const auto size = parse_size(*given);
    if (!size || *size < least || most < *size) {
      wrong(option, *given, "a size from " + format_size(least) + " to " + format_size(most));
    } else {
      to = size->bytes;
    }
  }

  void duration(std::string_view option, const std::optional<std::string>& given,
                std::optional<nanoseconds>& to) {
    if (!given) return;
    const auto duration = parse_duration(*given);
    if (!duration || duration->count() <= 0) {
      wrong(option, *given, "a duration such as 500ms, 10s, 5m or 1h30m");
    } else {
      to = *duration;
    }
  }

  /// @returns 0 for "max".
  void speed(const std::optional<std::string>& given, double& to) {
    if (!given || *given == "max") return;
    const char* const end = given->data() + given->size();
    double factor = 0;
    const auto read = std::from_chars(given->data(), end, factor);
    if (read.ec != std::errc{} || read.ptr != end || !std::isfinite(factor) || factor <= 0) {
      wrong("--speed", *given, "max, or how many times as fast as it was captured: 1, 10, 0.5");
    } else {
      to = factor;
    }
  }

  void add(error problem) { errors_.push_back(std::move(problem)); }
  std::vector<error> take() { return std::move(errors_); }

 private:
  void wrong(std::string_view option, std::string_view given, const std::string& expected) {
    add({errc::invalid_usage,
         std::string{option} + ' ' + remora::quoted(given) + " is not right: it takes " + expected});
  }

  std::vector<error> errors_;
};

void refuse_contradictions(const run_arguments& run, option_reader& options) {
  const auto refuse = [&](bool given, std::string_view option, const char* reason) {
    if (given) options.add({errc::invalid_usage, std::string{option} + reason});
  };
  constexpr const char* live_only = " is for capturing live and does not go with -r";
  const bool reads = !run.read.empty();
  refuse(reads && !run.interfaces.empty(), "-i", live_only);
  refuse(reads && run.promiscuous, "--promiscuous", live_only);
  refuse(reads && run.snaplen.has_value(), "--snaplen", live_only);
  refuse(reads && run.buffer.has_value(), "--buffer", live_only);
  refuse(!reads && run.speed.has_value(), "--speed", " is for reading files and needs -r");
}

traffic::live_options live_input(const run_arguments& run, const config::capture_settings& capture,
                                 option_reader& options) {
  traffic::live_options live;
  live.interfaces = run.interfaces.empty() ? capture.interfaces : run.interfaces;
  live.filter = run.filter.value_or(capture.filter);
  live.snaplen = static_cast<std::uint32_t>(capture.snaplen);
  live.buffer_bytes = capture.buffer.bytes;
  live.promiscuous = run.promiscuous || capture.promiscuous;
  options.whole_number<std::uint32_t>("--snaplen", run.snaplen, 64, traffic::default_snaplen, live.snaplen);
  options.size("--buffer", run.buffer, mib(1), gib(2), live.buffer_bytes);
  return live;
}

std::string node_name(const run_arguments& run, const config::worker_settings& worker) {
  if (run.node_name) return *run.node_name;
  return worker.name.empty() ? host_name() : worker.name;
}

/// A run has no server; what items say of one is the port that nobody listens on.
item_origin origin_of(const run_arguments& run, const std::string& node) {
  item_origin origin;
  origin.node_name = node;
  origin.node_ip = "127.0.0.1";
  origin.worker = origin.node_ip + ":0";
  origin.origin = run.read.empty() ? capture_origin::af_packet : capture_origin::unspecified;
  return origin;
}

script::file_store::options files_of(const run_arguments& run, const config::scripting_settings& scripting,
                                     const environment_map& environment) {
  script::file_store::options files;
  files.folder = run.data ? *run.data : run_data_folder(environment);
  files.quota_bytes = scripting.limits.file_quota.bytes;
  files.archive_prefix = scripting.archive_prefix;
  files.help = files.folder.empty() ? "set HOME or XDG_STATE_HOME, or name a folder with --data DIR"
                                    : "name another folder with --data DIR";
  return files;
}

} // namespace

script::limits limits_of(const config::script_limits& settings) noexcept {
  script::limits limits;
  limits.load = settings.load;
  limits.turn = settings.turn;
  limits.job = settings.job;
  limits.memory_bytes = settings.memory.bytes;
  return limits;
}

tl::expected<worker::run_options, std::vector<error>> plan_run(const run_arguments& run,
                                                               const config::settings& settings,
                                                               const environment_map& environment) {
  option_reader options;
  worker::run_options plan;
  plan.node_name = node_name(run, settings.worker);
  if (plan.node_name.empty() || find_invalid_utf8(plan.node_name))
    options.add({errc::invalid_usage, "--node-name takes a name"});

  value env = settings.scripting.env;
  if (auto added = add_env(env, run.env); !added) options.add(std::move(added).error());
  plan.env_json = to_json(env);
  plan.limits = limits_of(settings.scripting.limits);
  plan.queue_events = static_cast<std::size_t>(settings.scripting.limits.queue);
  if (auto zone = jobs::time_zone::find(settings.jobs.timezone)) {
    plan.zone = *std::move(zone);
  } else {
    options.add({zone.error().code, "jobs.timezone: " + zone.error().message});
  }

  plan.files = files_of(run, settings.scripting, environment);
  if (run.data && run.data->empty()) options.add({errc::invalid_usage, "--data takes a folder"});
  if (auto macros = script::filters::with(settings.filter.macros)) {
    if (!settings.filter.macros.empty()) plan.kfl = *std::move(macros);
  } else {
    options.add({macros.error().code, "filter.macros: " + macros.error().message});
  }

  refuse_contradictions(run, options);
  auto live = live_input(run, settings.worker.capture, options);
  if (run.read.empty()) {
    plan.input = std::move(live);
  } else {
    plan.input = traffic::file_options{run.read, live.filter};
  }
  options.speed(run.speed, plan.speed);
  options.duration("--duration", run.duration, plan.duration);
  if (run.count) {
    std::uint64_t count = 0;
    options.whole_number<std::uint64_t>("--count", run.count, 1, 1'000'000'000'000'000'000U, count);
    plan.count = count;
  }
  plan.run_jobs_at_end = run.run_jobs_at_end;
  plan.print_items = run.items.has_value();
  plan.origin = origin_of(run, plan.node_name);
  plan.items = traffic::item_options_of(settings.worker);
  if (!run.read.empty()) plan.items.hosts.clear(); // a capture may be of anywhere

  auto wrong = options.take();
  if (!wrong.empty()) return tl::unexpected<std::vector<error>>(std::move(wrong));
  return plan;
}

} // namespace remora::cli
