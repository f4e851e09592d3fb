#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "base/value.hpp"
#include "cli/commands.hpp"
#include "cli/common_options.hpp"
#include "cli/process.hpp"
#include "cli/run_arguments.hpp"
#include "cli/run_plan.hpp"
#include "config/scripts/script_set.hpp"

namespace remora::cli {

namespace {

struct check_arguments {
  run_arguments run; ///< Of which this command takes the paths, the environment and the common options.
};

void declare(arguments& args, check_arguments& check) {
  args.operands(check.run.paths);
  args.group("Options");
  args.texts("-e,--env", "KEY=VALUE", check.run.env, env_help);
  args.flag("--json", check.run.json, "Print one JSON document instead of the lines `FILE: ok`.");
  declare(args, check.run.common);
  args.section("Examples",
               "  remora scripts check scripts/\n"
               "  remora scripts check --json scripts/ |\n"
               "    jq -r '.scripts[] | select(.ok | not) | .file'\n");
  args.section("Exit status", "  0 every script loads; 2 one does not, or wrong usage.\n");
}

/// A script, and what is wrong with it.
struct verdict {
  script_source script;
  std::vector<std::string> problems;
};

/// Whether the message is about this file: "file:1:2: reason".
bool is_about(std::string_view message, std::string_view file) {
  return message.size() > file.size() && message.substr(0, file.size()) == file &&
         message[file.size()] == ':';
}

/// Gives each error to the script that it names; what names none stays.
void distribute(std::vector<error> errors, std::vector<verdict>& verdicts, std::vector<error>& others) {
  for (error& e : errors) {
    verdict* about = nullptr;
    for (verdict& v : verdicts)
      if (is_about(e.message, v.script.file) &&
          (about == nullptr || v.script.file.size() > about->script.file.size()))
        about = &v;
    if (about == nullptr) {
      others.push_back(std::move(e));
    } else {
      about->problems.push_back(std::move(e.message));
    }
  }
}

/// Loads the scripts together, as a run would; those whose title is used again are loaded alone.
std::vector<verdict> judge(const context& where, worker::run_options plan, const config::script_set& set,
                           std::vector<error>& others) {
  std::vector<verdict> verdicts;
  for (const auto* part : {&set.scripts, &set.replaced})
    for (const script_source& script : *part)
      verdicts.push_back({script, {}});
  plan.scripts = set.scripts;
  distribute(where.scripts.check_scripts(plan), verdicts, others);
  for (const script_source& script : set.replaced) {
    plan.scripts = {script};
    plan.scripts.front().index = 0;
    distribute(where.scripts.check_scripts(plan), verdicts, others);
  }
  std::sort(verdicts.begin(), verdicts.end(),
            [](const verdict& a, const verdict& b) { return a.script.file < b.script.file; });
  return verdicts;
}

std::string as_json(const std::vector<verdict>& verdicts, const std::vector<error>& others, bool ok) {
  value::list scripts;
  for (const verdict& v : verdicts) {
    scripts.push_back(value::map{{"file", v.script.file},
                                 {"title", v.script.title},
                                 {"ok", v.problems.empty()},
                                 {"errors", value::list(v.problems.begin(), v.problems.end())}});
  }
  value::list errors;
  for (const error& e : others)
    errors.emplace_back(e.message);
  return to_json(value::map{{"ok", ok}, {"scripts", std::move(scripts)}, {"errors", std::move(errors)}}) +
         '\n';
}

std::string as_lines(const std::vector<verdict>& verdicts) {
  std::string out;
  for (const verdict& v : verdicts)
    if (v.problems.empty()) out += v.script.file + ": ok\n";
  return out;
}

} // namespace

outcome scripts_check_command(const context& where, const argument_list& given) {
  check_arguments check;
  arguments args{"scripts check", "[options] PATH...",
                 "Loads scripts as remora run would, with their top level run once, and says what is wrong: "
                 "each error as file:line:column: reason on standard error.\n\n"
                 "PATH is a .js file or a folder of them. Without PATH the scripts are those that the "
                 "configuration names."};
  declare(args, check);
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  // That a job was scheduled is news in a run; here it would bury the answer.
  if (!check.run.common.log_level) check.run.common.log_level = "warning";
  const auto settings = load_settings(where, check.run.common);
  if (!settings) return {exit_status::wrong_usage};
  auto plan = plan_run(check.run, *settings, where.environment);
  if (!plan) return refuse(where, plan.error());

  config::script_set set = check.run.paths.empty() ? configured_scripts(settings->scripting)
                                                   : config::read_scripts(check.run.paths);
  for (const std::string& warning : set.warnings)
    log::warn("scripts", warning);
  std::vector<error> others = std::move(set.errors);
  if (set.scripts.empty() && others.empty())
    others.push_back({errc::invalid_usage, "no scripts: name .js files or folders of them"});
  const auto verdicts = judge(where, *std::move(plan), set, others);

  bool ok = others.empty();
  complain(where, others);
  for (const verdict& v : verdicts)
    for (const std::string& problem : v.problems) {
      complain(where, problem);
      ok = false;
    }
  const exit_status printed =
      print(where, check.run.json ? as_json(verdicts, others, ok) : as_lines(verdicts));
  return {ok ? printed : exit_status::wrong_usage};
}

} // namespace remora::cli
