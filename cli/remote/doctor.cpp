#include "cli/remote/doctor.hpp"

#include <algorithm>

#include "base/units.hpp"
#include "base/utf8.hpp"
#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/table.hpp"
#include "cli/remote/words.hpp"
#include "traffic/capture/interfaces.hpp"

namespace remora::cli {

namespace {

using client::json;

tone tone_of(verdict_level level) {
  return level == verdict_level::ok        ? tone::good
         : level == verdict_level::warning ? tone::doubtful
                                           : tone::bad;
}

std::string as_text(const findings& all, const screen& reader) {
  constexpr std::size_t level_width = 9;
  constexpr std::size_t check_width = 12;
  const auto padded = [](std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
  };
  std::string out;
  for (const finding& one : all) {
    out += toned(padded(std::string{to_string(one.level)}, level_width), tone_of(one.level), reader) +
           padded(one.check, check_width) + harmless(one.text) + '\n';
    if (one.advice.empty()) continue;
    const std::size_t indent = level_width + check_width;
    out += std::string(indent, ' ') + "-> " + wrapped(harmless(one.advice), indent + 3, 100);
  }
  return out;
}

json as_json(const findings& all, bool fine) {
  json checks = json::array();
  for (const finding& one : all)
    checks.push_back(
        {{"check", one.check}, {"level", to_string(one.level)}, {"text", one.text}, {"advice", one.advice}});
  return {{"ok", fine}, {"checks", checks}};
}

/// Configuration is looked at even when nothing else can be.
config::settings examine_configuration(const context& where, const hub_options& options, findings& to) {
  auto loaded = config::load_settings(request_for(where, options.common));
  for (const error& wrong : loaded.errors)
    to.push_back({verdict_level::problem, "config", wrong.message, ""});
  for (const std::string& warning : loaded.warnings)
    to.push_back({verdict_level::warning, "config", warning, ""});
  if (loaded.ok() && !options.common.config.empty())
    to.push_back({verdict_level::ok, "config", "the configuration is right", ""});
  return loaded.ok() ? std::move(loaded.value) : config::settings{};
}

} // namespace

outcome doctor_command(const context& where, const argument_list& given) {
  hub_options options;
  bool as_document = false;
  std::optional<std::string> wait;
  arguments args{
      "doctor", "[options]",
      "Looks at this machine, the configuration files that are named, the hub and its nodes, and says "
      "what works, what does not, and what to do about it. Changes nothing."};
  args.group("Options");
  args.text("--wait", "D", wait, "How long to look whether drops grow. [2s]");
  args.flag("--json", as_document, "Print one JSON document.");
  declare(args, options);
  args.section("Example", "  remora doctor --config /etc/remora/hub.yaml --hub https://hub.example\n");
  args.section("Exit status", "  0 no problem, warnings at most; 1 there is a problem; 2 wrong usage\n");
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  if (const auto log = set_up_log({}, options.common); !log) return refuse(where, log.error().message);
  const auto between = parse_duration(wait.value_or("2s"));
  if (!between || *between < nanoseconds{0} || *between > std::chrono::minutes{10})
    return refuse(where,
                  "--wait " + remora::quoted(*wait) + ": expected is a duration up to 10m, such as 2s");
  const auto hub = hub_of(where, options, where.stop);
  if (!hub) return refuse(where, hub.error().message);

  findings all;
  const config::settings settings = examine_configuration(where, options, all);
  const auto machine = judge_machine(settings, traffic::interface_names(), try_to_capture());
  all.insert(all.end(), machine.begin(), machine.end());
  const auto of_hub = examine_hub(*hub, REMORA_VERSION, std::chrono::duration_cast<milliseconds>(*between));
  all.insert(all.end(), of_hub.begin(), of_hub.end());
  const bool fine = std::none_of(all.begin(), all.end(),
                                 [](const finding& one) { return one.level == verdict_level::problem; });
  const auto printed = as_document ? print_json(where, as_json(all, fine))
                                   : outcome{print(where, as_text(all, screen_of(where, options.common)))};
  return fine ? printed : outcome{exit_status::failed};
}

} // namespace remora::cli
