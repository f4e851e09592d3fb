#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "cli/remote/commands.hpp"
#include "cli/remote/scripts_push.hpp"
#include "config/scripts/last_good_scripts.hpp"
#include "config/watch/file_watch.hpp"

namespace remora::cli {

namespace {

using steady = std::chrono::steady_clock;

struct watch_arguments {
  hub_options hub;
  std::vector<std::string> paths;
  bool dry_run = false;
  bool inactive = false;
  bool once = false;
  bool prune = false;
  bool as_json = false;
};

void declare(arguments& args, watch_arguments& asked) {
  args.operands(asked.paths);
  args.group("Options");
  args.flag("--once", asked.once, "Send what is there and end. So does scripting.watchScripts: false.");
  args.flag("--dry-run", asked.dry_run, "Say what would happen, change nothing, and end.");
  args.flag("--prune", asked.prune,
            "At the start, remove scripts of the hub that came from files and are not among these.");
  args.flag("--inactive", asked.inactive, "Scripts that are new to the hub do not start.");
  args.flag("--json", asked.as_json, "Print an object a line.");
  declare(args, asked.hub);
  args.section("Examples",
               "  remora scripts watch scripts/\n"
               "  remora scripts --set scripting.source=./agents\n"
               "  remora scripts watch --once --prune scripts/    in a pipeline\n");
  args.section("Exit status",
               "  0 with --once: all are there; 1 one was left out; 2 wrong usage or nothing to\n"
               "  watch; 3 the hub cannot be reached at the start; 4 the hub refused; 130\n"
               "  interrupted, which is how a watch ends\n");
}

/// Brings scripts to the hub until it is told to stop.
class watcher {
 public:
  watcher(const context& where, const watch_arguments& asked, const client::hub_client& hub,
          const config::settings& settings)
      : where_{where},
        asked_{asked},
        scripting_{settings.scripting},
        sync_{hub,
              {asked.dry_run, asked.prune, asked.inactive, settings.scripting.active},
              [this](const sync_event& event) { tell(event); }},
        good_{[this, &settings](const script_source& script) {
          return check_syntax(where_, settings, script);
        }} {}

  /// @returns how it ended.
  outcome run() {
    files_.watch("scripts", config::script_paths(scripting_)); // first: what changes while we read is seen
    files_.changes();
    if (auto first = round(); !first) return end_with(where_, first.error());
    if (asked_.prune && !sync_.can_prune())
      complain(where_, "--prune removed nothing: this hub does not keep where scripts came from");
    if (asked_.once || asked_.dry_run || !scripting_.watch_scripts)
      return {wrong_ + sync_.failures() == 0 ? exit_status::done : exit_status::failed};
    complain(where_, "watching; Ctrl-C ends it and leaves the scripts at the hub");
    while (!*where_.stop) {
      const auto ended = wait_and_bring();
      if (ended) return *ended;
    }
    return {exit_status::interrupted};
  }

 private:
  static constexpr std::chrono::milliseconds look_at_stop{200};
  static constexpr std::chrono::seconds look_at_hub{10};

  void tell(const sync_event& event) {
    // In a watch, what stayed as it was is no news.
    if (began_ && event.what == sync_event::kind::unchanged && !asked_.as_json) return;
    remora::cli::tell(where_, event, asked_.as_json, asked_.dry_run);
  }

  result<void> round() {
    const config::script_set set = good_.read(scripting_);
    for (const std::string& warning : set.warnings)
      log::warn("scripts", warning);
    wrong_ = set.errors.size();
    for (const error& e : set.errors)
      if (std::find(said_.begin(), said_.end(), e.message) == said_.end()) complain(where_, e.message);
    said_.clear();
    for (const error& e : set.errors)
      said_.push_back(e.message);
    auto brought = sync_.bring(set.scripts);
    began_ = true;
    return brought;
  }

  std::optional<outcome> wait_and_bring() {
    const bool changed = !files_.wait(look_at_stop).empty();
    const bool look = steady::now() >= next_look_;
    if (*where_.stop || (!changed && !look)) return std::nullopt;
    result<void> done;
    bool due = changed || late_;
    if (look && !due) {
      const auto replaced = sync_.hub_was_replaced();
      if (!replaced) done = tl::unexpected<error>(replaced.error());
      due = replaced && *replaced;
      if (due) complain(where_, "the hub has been set up anew: sending everything again");
    }
    if (due) done = round();
    next_look_ = steady::now() + (done ? std::chrono::milliseconds{look_at_hub} : where_.reconnect_after);
    if (*where_.stop) return std::nullopt;
    if (!done && done.error().code == errc::refused) return end_with(where_, done.error());
    if (!done && !late_) complain(where_, done.error().message + "; trying again");
    if (done && late_) complain(where_, "the hub is back");
    late_ = !done;
    return std::nullopt;
  }

  const context& where_;
  const watch_arguments& asked_;
  config::scripting_settings scripting_;
  script_sync sync_;
  config::last_good_scripts good_;
  config::file_watch files_;
  std::vector<std::string> said_; ///< What is wrong with files, so that it is said once.
  std::size_t wrong_ = 0;
  bool began_ = false;
  bool late_ = false; ///< The last round did not come through.
  steady::time_point next_look_ = steady::now() + look_at_hub;
};

} // namespace

outcome scripts_watch_command(const context& where, const argument_list& given) {
  watch_arguments asked;
  arguments args{
      "scripts watch", "[options] [PATH...]",
      "Sends scripts to the hub, and again whenever a file is made, changed, renamed or deleted, "
      "until it is interrupted. PATH is a .js file or a folder of them; without PATH the scripts "
      "are those of scripting.source and scripting.sources.\n\n"
      "A file that is wrong for the moment is named, and what the hub has of it stays. A file that "
      "is deleted is removed from the hub, too; a folder that is deleted is not. What others "
      "change at the hub stays as long as the file does not change."};
  declare(args, asked);
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  if (!asked.hub.common.log_level) asked.hub.common.log_level = "warning";
  auto settings = load_settings(where, asked.hub.common);
  if (!settings) return {exit_status::wrong_usage};
  config::scripting_settings& scripting = settings->scripting;
  if (!asked.paths.empty()) {
    scripting.source.clear();
    scripting.sources = asked.paths;
    scripting.scripts.clear();
    scripting.watch_scripts = true;
  }
  if (config::script_paths(scripting).empty())
    return refuse(
        where,
        "nothing to send: name .js files or folders (remora scripts watch PATH), or set scripting.source "
        "or scripting.sources (--set scripting.source=DIR); remora --help lists the other commands of "
        "scripts");
  const auto hub = hub_of(where, asked.hub, where.stop);
  if (!hub) return refuse(where, hub.error().message);
  if (where.signals != nullptr) where.signals->end_gracefully(*where.stop);
  return watcher{where, asked, *hub, *settings}.run();
}

} // namespace remora::cli
