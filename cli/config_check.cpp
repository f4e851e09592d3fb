#include <string_view>
#include <utility>

#include "actors/jobs/time_zone.hpp"
#include "base/log.hpp"
#include "base/value.hpp"
#include "cli/commands.hpp"
#include "cli/common_options.hpp"
#include "config/schema.hpp"
#include "filter/macro_table.hpp"
#include "traffic/capture/packet_source.hpp"

namespace remora::cli {

namespace {

struct check_arguments {
  std::vector<std::string> files;
  bool show = false;
  bool json = false;
  common_options common;
};

void declare(arguments& args, check_arguments& check) {
  args.operands(check.files);
  args.group("Options");
  args.flag("--show", check.show, "Print the settings that result, every key, with secrets masked.");
  args.flag("--json", check.json, "Print one JSON document instead.");
  declare(args, check.common);
  args.section("Examples",
               "  remora config check worker.yaml\n"
               "  remora config check --show base.yaml site.yaml --set scripting.limits.turn=2s\n");
  args.section("Exit status", "  0 the configuration is right; 2 it is not, or wrong usage.\n");
}

/// An error about a key whose value is well-formed, at the place where the key was set.
void add_at(config::load_outcome& loaded, const std::string& key, const error& what) {
  const auto set = loaded.set_at.find(key);
  const std::string place = set == loaded.set_at.end() ? "" : config::to_string(set->second) + ": ";
  loaded.errors.push_back({what.code, place + key + ": " + what.message});
}

/// What takes other parts of remora to judge.
void check_meanings(config::load_outcome& loaded) {
  const config::settings& all = loaded.value;
  if (const auto filter = traffic::check_filter(all.worker.capture.filter); !filter)
    add_at(loaded, "worker.capture.filter", filter.error());
  if (const auto zone = jobs::time_zone::find(all.jobs.timezone); !zone)
    add_at(loaded, "jobs.timezone", zone.error());
  if (const auto macros = filter::macro_table::make(all.filter.macros); !macros)
    add_at(loaded, "filter.macros", macros.error());
}

/// The masked settings as a tree; keys have dots in their names.
value settings_tree(const config::settings& all) {
  const auto put = [](const auto& self, value& into, std::string_view name, value content) -> void {
    const auto dot = name.find('.');
    const auto head = name.substr(0, dot);
    if (dot == std::string_view::npos) return into.set(head, std::move(content));
    const value* inner = into.find(head);
    value below = inner != nullptr ? *inner : value{value::map{}};
    self(self, below, name.substr(dot + 1), std::move(content));
    into.set(head, std::move(below));
  };
  value tree = value::map{};
  for (const config::key& key : config::schema())
    put(put, tree, key.name, key.what.show(all));
  return tree;
}

std::string as_json(const check_arguments& check, const config::load_outcome& loaded) {
  value::list errors;
  for (const error& e : loaded.errors)
    errors.push_back(value::map{{"code", to_string(e.code)}, {"message", e.message}});
  value document = value::map{{"ok", loaded.ok()},
                              {"files", value::list(check.files.begin(), check.files.end())},
                              {"errors", std::move(errors)},
                              {"warnings", value::list(loaded.warnings.begin(), loaded.warnings.end())}};
  if (check.show && loaded.ok()) document.set("settings", settings_tree(loaded.value));
  return to_json(document) + '\n';
}

std::string as_text(const check_arguments& check, const config::load_outcome& loaded) {
  if (!loaded.ok()) return {};
  if (check.show) return config::dump_masked(loaded.value);
  std::string out;
  for (const std::string& file : check.files)
    out += file + ": ok\n";
  return out;
}

} // namespace

outcome config_check_command(const context& where, const argument_list& given) {
  check_arguments check;
  arguments args{"config check", "[options] FILE...",
                 "Reads YAML files as one configuration, later files over earlier ones, then the variables "
                 "REMORA_... and --set, and says everything that is wrong: each error as "
                 "file:line:column: reason on standard error."};
  declare(args, check);
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  check.files.insert(check.files.begin(), check.common.config.begin(), check.common.config.end());
  if (check.files.empty())
    return refuse(where, "no file: name the YAML files to check (remora config check --help)");
  if (const auto log = set_up_log({}, check.common); !log) return refuse(where, log.error().message);

  common_options merged = check.common;
  merged.config = check.files;
  auto loaded = config::load_settings(request_for(where, merged));
  if (loaded.ok()) check_meanings(loaded);
  complain(where, loaded.errors);
  for (const std::string& warning : loaded.warnings)
    log::warn("configuration", warning);
  const exit_status printed = print(where, check.json ? as_json(check, loaded) : as_text(check, loaded));
  return {loaded.ok() ? printed : exit_status::wrong_usage};
}

} // namespace remora::cli
