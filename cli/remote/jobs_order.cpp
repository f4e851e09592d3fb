#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

using client::json;

/// One of the four orders that jobs take.
struct job_order {
  std::string verb;
  std::string about;
};

client::call call_for(const job_order& what, const std::string& tag,
                      const std::optional<std::string>& script) {
  const std::string jobs = tag.empty() ? "/jobs" : "/jobs/" + client::path_segment(tag);
  const client::fields query{{"script", script.value_or("")}};
  if (what.verb == "remove") return {"DELETE", jobs, query, {}, {}, false};
  return {"POST", jobs + '/' + what.verb, query, {}, {}, false};
}

std::string names(const json& list) {
  std::string out;
  for (const json& name : list)
    if (name.is_string()) out += (out.empty() ? "" : ", ") + harmless(name.get<std::string>());
  return out;
}

outcome report(const context& where, const std::string& subject, const json& said) {
  const json& reached = client::list_of(said, "nodes");
  const json& missing = client::list_of(said, "missing");
  if (!reached.empty()) print(where, subject + ": sent to " + names(reached) + '\n');
  if (!missing.empty())
    complain(where, subject + ": not sent to " + names(missing) + ", which cannot be reached now");
  if (reached.empty() && missing.empty()) complain(where, subject + ": no node has such a job");
  return {reached.empty() ? exit_status::failed : exit_status::done};
}

outcome order_jobs(const context& where, const argument_list& given, const job_order& what) {
  hub_options options;
  std::vector<std::string> operands;
  std::optional<std::string> script;
  bool all = false;
  bool as_json = false;
  arguments args{"jobs " + what.verb, "[options] TAG | --all", what.about};
  args.operands(operands);
  args.group("Options");
  args.flag("--all", all, "All jobs instead of one.");
  args.text("--script", "TITLE", script, "Only those of this script; its index will do, too.");
  args.flag("--json", as_json, "Print what the API says: the nodes that it went to and those that are away.");
  declare(args, options);
  args.section("Examples", "  remora jobs " + what.verb + " report\n  remora jobs " + what.verb +
                               " --all --script 'dns watch'\n");
  args.section("Exit status", "  0 at least one node was told; 1 none was, or it failed\n");
  return with_hub(where, args, given, options, [&](const client::hub_client& hub) -> outcome {
    if (all && !operands.empty()) return refuse(where, "TAG or --all, not both");
    const auto tag = all ? result<std::string>{""} : only_operand(operands, "TAG (or --all)");
    if (!tag) return refuse(where, tag.error().message);
    if (!all && tag->empty()) return refuse(where, "TAG is empty");
    if (script) {
      const auto title = title_of(hub, *script);
      if (!title) return end_with(where, title.error());
      script = *title;
    }
    const auto said = hub.ask(call_for(what, *tag, script));
    if (!said) return end_with(where, said.error());
    if (as_json) {
      print_json(where, *said);
      return {client::list_of(*said, "nodes").empty() ? exit_status::failed : exit_status::done};
    }
    return report(where, all ? "all jobs" : harmless(*tag), *said);
  });
}

} // namespace

outcome jobs_run_command(const context& where, const argument_list& given) {
  return order_jobs(
      where, given,
      {"run",
       "Runs a job now on every node that has it, once, beside its schedule. The results come to "
       "remora jobs runs."});
}

outcome jobs_pause_command(const context& where, const argument_list& given) {
  return order_jobs(
      where, given,
      {"pause", "Keeps a job from running on its schedule on every node, until it is resumed."});
}

outcome jobs_resume_command(const context& where, const argument_list& given) {
  return order_jobs(where, given, {"resume", "Lets a paused job run on its schedule again, on every node."});
}

outcome jobs_remove_command(const context& where, const argument_list& given) {
  return order_jobs(
      where, given,
      {"remove",
       "Takes a job off the schedule of every node. It is there again when its script schedules it "
       "again, at the latest when the script is loaded again."});
}

} // namespace remora::cli
