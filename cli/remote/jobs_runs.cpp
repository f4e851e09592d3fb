#include <algorithm>

#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/jobs.hpp"
#include "cli/remote/table.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

using client::json;
using client::list_of;
using client::member_of;
using client::number_of;
using client::text_of;

void declare(arguments& args, run_selection& which) {
  args.group("Which runs");
  args.text("--since", "TIME", which.since,
            "From this time on: 90s, 5m, 2h, 7d ago, or 2026-01-31T12:00:00Z. [all that are kept]");
  args.text("--until", "TIME", which.until, "Up to this time. [now]");
  args.text("--node", "NAME", which.node, "Only on this node.");
  args.text("--script", "TITLE", which.script, "Only of this script: tags are its own.");
}

result<client::fields> query_of(const run_selection& which) {
  auto since = time_option(which.since, "--since");
  if (!since) return pass_on(std::move(since));
  auto until = time_option(which.until, "--until");
  if (!until) return pass_on(std::move(until));
  return client::fields{{"since", *since},
                        {"until", *until},
                        {"node", which.node.value_or("")},
                        {"script", which.script.value_or("")}};
}

namespace {

constexpr std::size_t widest_result = 60;

/// A result as JSON; on a terminal not longer than what fits beside the rest.
std::string result_text(const json& run, const screen& reader) {
  const json& found = member_of(run, "result");
  if (found.is_null()) return "-";
  std::string text = client::to_text(found);
  if (!reader.terminal || text.size() <= widest_result) return text;
  // to_text() is UTF-8: cut before a character, not in it.
  std::size_t end = widest_result - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return text.substr(0, end) + "...";
}

std::string error_text(const json& run) {
  const std::string text = text_of(run, "error");
  return text.substr(0, text.find('\n'));
}

std::string planned_text(const json& run, const screen& reader) {
  // Runs of one job follow each other closely: the time itself tells them apart, "3 min ago" does not.
  const auto planned = client::time_of(run, "planned");
  if (!planned || !reader.terminal) return time_text(planned, reader);
  return to_rfc3339(*planned).substr(0, 19) + "Z";
}

table run_table(const json& runs, const screen& reader) {
  table out{{"PLANNED", "NODE", "SCRIPT", "OUTCOME", ">DURATION", "RESULT", "ERROR"}};
  for (const json& run : list_of(runs, "items")) {
    const std::string how = text_of(run, "outcome");
    const double took = number_of(run, "duration_ms");
    out.row({planned_text(run, reader),
             text_of(run, "node"),
             text_of(run, "script"),
             {how, tone_of_outcome(how)},
             member_of(run, "duration_ms").is_null() ? "-"
             : reader.terminal                       ? span_text(took)
                                                     : number_text(took),
             result_text(run, reader),
             error_text(run)});
  }
  return out;
}

table instant_table(const json& instants, const screen& reader) {
  table out{{"PLANNED", "SCRIPT", "NODE", "OUTCOME", "RESULT", "ERROR"}};
  for (const json& instant : list_of(instants, "items"))
    for (const json& node : list_of(instant, "nodes")) {
      const std::string how = text_of(node, "outcome");
      out.row({planned_text(instant, reader),
               text_of(instant, "script"),
               text_of(node, "node"),
               {how, tone_of_outcome(how)},
               result_text(node, reader),
               error_text(node)});
    }
  return out;
}

struct runs_arguments {
  hub_options hub;
  jobs_output form;
  run_selection which;
  std::vector<std::string> operands;
  std::optional<std::string> limit;
  bool by_instant = false;
};

outcome show_runs(const context& where, const runs_arguments& asked, const client::hub_client& hub) {
  const auto tag = only_operand(asked.operands, "TAG");
  if (!tag) return refuse(where, tag.error().message);
  auto query = query_of(asked.which);
  if (!query) return refuse(where, query.error().message);
  const auto limit = count_option(asked.limit, "--limit", 20);
  if (!limit) return refuse(where, limit.error().message);
  query->emplace_back("limit", std::to_string(std::min<std::size_t>(*limit, 1000)));
  query->emplace_back("by", asked.by_instant ? "instant" : "");
  const auto runs =
      hub.ask_all({"GET", "/jobs/" + client::path_segment(*tag) + "/runs", *query, {}, {}, false}, *limit);
  if (!runs) return end_with(where, runs.error());
  if (asked.form.json) return print_json(where, *runs);
  if (list_of(*runs, "items").empty())
    complain(where, "no such run is stored; remora jobs list shows the jobs and when they run next");
  const screen reader = asked.form.reader(where, asked.hub);
  return print_table(where, asked.by_instant ? instant_table(*runs, reader) : run_table(*runs, reader),
                     asked.form, reader);
}

} // namespace

outcome jobs_runs_command(const context& where, const argument_list& given) {
  runs_arguments asked;
  arguments args{
      "jobs runs", "[options] TAG",
      "Lists how a job ran on the nodes, newest first: when it was planned, how it ended, and what "
      "it returned."};
  args.operands(asked.operands);
  declare(args, asked.which);
  args.text("--limit", "K", asked.limit, "At most this many. [20]");
  args.flag("--by-instant", asked.by_instant,
            "Put together what belongs together: the nodes of one planned instant side by side; --limit "
            "counts instants.");
  declare(args, asked.form);
  declare(args, asked.hub);
  args.section("Examples",
               "  remora jobs runs report --since 1h\n"
               "  remora jobs runs report --json | jq '.items[] | select(.outcome != \"passed\")'\n");
  return with_hub(where, args, given, asked.hub,
                  [&](const client::hub_client& hub) { return show_runs(where, asked, hub); });
}

} // namespace remora::cli
