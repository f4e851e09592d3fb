#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

/// One of the three commands that change scripts by their titles.
struct change {
  std::string verb; ///< "activate"
  std::string done; ///< "is active"
  std::string about;
};

client::call call_for(const change& what, const std::string& title) {
  const std::string path = "/scripts/" + client::path_segment(title);
  if (what.verb == "remove") return {"DELETE", path, {}, {}, {}, false};
  return {"POST", path + '/' + what.verb, {}, {}, {}, false};
}

outcome change_scripts(const context& where, const argument_list& given, const change& what) {
  hub_options options;
  std::vector<std::string> operands;
  arguments args{"scripts " + what.verb, "[options] TITLE...", what.about};
  args.operands(operands);
  declare(args, options);
  args.section("Example", "  remora scripts " + what.verb + " 'dns watch'\n");
  return with_hub(where, args, given, options, [&](const client::hub_client& hub) -> outcome {
    if (operands.empty()) return refuse(where, "TITLE is missing; remora scripts list shows what there is");
    outcome worst;
    for (const std::string& named : operands) {
      const auto title = title_of(hub, named);
      const auto changed = title ? hub.ask(call_for(what, *title)) : tl::unexpected<error>(title.error());
      if (changed) {
        print(where, harmless(*title) + ": " + what.done + '\n');
        continue;
      }
      const outcome ended = end_with(where, changed.error());
      if (ended.status != exit_status::failed) return ended; // the next one would fare no better
      worst = ended;
    }
    return worst;
  });
}

} // namespace

outcome scripts_activate_command(const context& where, const argument_list& given) {
  return change_scripts(where, given,
                        {"activate", "active", "Runs scripts on every node. TITLE may be an index, too."});
}

outcome scripts_deactivate_command(const context& where, const argument_list& given) {
  return change_scripts(where, given,
                        {"deactivate", "inactive",
                         "Ends scripts on every node; the hub keeps them. TITLE may be an index, too."});
}

outcome scripts_remove_command(const context& where, const argument_list& given) {
  return change_scripts(
      where, given,
      {"remove", "removed",
       "Ends scripts on every node and removes them from the hub. TITLE may be an index, too. "
       "A script that the hub reads from its own configuration comes back when that is read "
       "again."});
}

} // namespace remora::cli
