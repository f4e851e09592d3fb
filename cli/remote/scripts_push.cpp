#include "cli/remote/scripts_push.hpp"

#include "base/log.hpp"
#include "cli/remote/commands.hpp"
#include "cli/remote/words.hpp"
#include "cli/run_plan.hpp"

namespace remora::cli {

result<void> check_syntax(const context& where, const config::settings& settings,
                          const script_source& script) {
  if (auto text = check_script_text(script.code, script.file); !text) return text;
  auto plan = plan_run({}, settings);
  if (!plan) return tl::unexpected<error>(plan.error().front());
  plan->scripts = {script};
  plan->scripts.front().index = 0;
  for (error& wrong : where.scripts.check_scripts(*plan))
    if (wrong.code == errc::invalid_script) return tl::unexpected<error>(std::move(wrong));
  return {};
}

void tell(const context& where, const sync_event& event, bool as_json, bool dry_run) {
  if (event.what == sync_event::kind::failed) {
    // What a checker says begins with the file already.
    const bool named = event.why.message.rfind(event.file + ':', 0) == 0;
    complain(where, (named ? "" : event.file + ": ") + event.why.message);
  }
  if (as_json) {
    client::json line{{"action", to_string(event.what)}, {"title", event.title}, {"file", event.file}};
    if (event.what == sync_event::kind::failed) line["error"] = event.why.message;
    if (dry_run) line["dry_run"] = true;
    print(where, client::to_text(line) + '\n');
  } else if (event.what != sync_event::kind::failed) {
    const bool changes = dry_run && event.what != sync_event::kind::unchanged;
    const std::string file = event.file.empty() ? "" : " (" + harmless(event.file) + ')';
    print(where, harmless(event.title) + file + ": " + (changes ? "would be " : "") +
                     std::string{to_string(event.what)} + '\n');
  }
}

namespace {

struct push_arguments {
  hub_options hub;
  std::vector<std::string> paths;
  bool dry_run = false;
  bool inactive = false;
  bool as_json = false;
};

outcome push(const context& where, const push_arguments& push, const client::hub_client& hub,
             const config::settings& settings) {
  const config::script_set set = config::read_scripts(push.paths);
  for (const std::string& warning : set.warnings)
    log::warn("scripts", warning);
  std::size_t wrong = set.errors.size();
  complain(where, set.errors);
  if (set.scripts.empty() && wrong == 0)
    return refuse(where, "no scripts: name .js files or folders of them");
  const auto report = [&](const sync_event& event) { tell(where, event, push.as_json, push.dry_run); };
  std::vector<script_source> good;
  for (const script_source& script : set.scripts) {
    if (const auto right = check_syntax(where, settings, script); right) {
      good.push_back(script);
    } else {
      ++wrong;
      report({sync_event::kind::failed, script.title, script.file, right.error()});
    }
  }
  script_sync sync{hub, {push.dry_run, false, push.inactive, settings.scripting.active}, report};
  if (!good.empty())
    if (const auto brought = sync.bring(good); !brought) return end_with(where, brought.error());
  return {wrong + sync.failures() == 0 ? exit_status::done : exit_status::failed};
}

} // namespace

outcome scripts_push_command(const context& where, const argument_list& given) {
  push_arguments asked;
  arguments args{"scripts push", "[options] PATH...",
                 "Sends scripts to the hub, which runs them on every node. PATH is a .js file or a folder of "
                 "them. A script whose title the hub has takes the place of that one; all others stay. One "
                 "that is no JavaScript is named and left out; the others go on."};
  args.operands(asked.paths);
  args.group("Options");
  args.flag("--dry-run", asked.dry_run, "Say what would happen and change nothing.");
  args.flag("--inactive", asked.inactive, "Scripts that are new to the hub do not start.");
  args.flag("--json", asked.as_json, "Print an object a line.");
  declare(args, asked.hub);
  args.section("Examples",
               "  remora scripts push dns.js\n"
               "  remora scripts push --dry-run scripts/\n");
  args.section("Exit status",
               "  0 all are there; 1 one was left out; 2 wrong usage; 3 the hub cannot be\n"
               "  reached; 4 the hub refused\n");
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  if (asked.paths.empty()) return refuse(where, "PATH is missing: name .js files or folders of them");
  if (!asked.hub.common.log_level) asked.hub.common.log_level = "warning";
  const auto settings = load_settings(where, asked.hub.common);
  if (!settings) return {exit_status::wrong_usage};
  const auto hub = hub_of(where, asked.hub, where.stop);
  if (!hub) return refuse(where, hub.error().message);
  return push(where, asked, *hub, *settings);
}

} // namespace remora::cli
