#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/jobs.hpp"
#include "cli/remote/table.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

using client::flag_of;
using client::json;
using client::list_of;
using client::number_of;
using client::text_of;

tone tone_of_outcome(const std::string& how) {
  if (how == "passed") return tone::good;
  return how == "skipped" || how.empty() ? tone::doubtful : tone::bad;
}

outcome print_table(const context& where, const table& what, const jobs_output& form, const screen& reader) {
  return {print(where, form.csv ? what.csv() : what.text(reader))};
}

void declare(arguments& args, jobs_output& form) {
  args.group("Output");
  args.flag("--json", form.json, "Print what the API says, as one JSON document.");
  args.flag("--csv", form.csv, "Print the table as CSV, times in RFC 3339.");
}

namespace {

struct node_count {
  std::size_t up = 0;
  std::size_t paused = 0;
  std::size_t all = 0;
  double runs = 0;
};

node_count count_nodes(const json& job) {
  node_count out;
  for (const json& node : list_of(job, "nodes")) {
    ++out.all;
    out.up += flag_of(node, "node_up") ? 1 : 0;
    out.paused += flag_of(node, "paused") ? 1 : 0;
    out.runs += number_of(node, "runs");
  }
  return out;
}

table job_table(const json& jobs, const screen& reader) {
  table out{
      {"TAG", "SCRIPT", "CRON", "ZONE", "STATE", "NEXT RUN", "LAST RUN", "OUTCOME", ">RUNS", ">NODES UP"}};
  for (const json& job : list_of(jobs, "items")) {
    const node_count nodes = count_nodes(job);
    const std::string how = text_of(job, "last_outcome");
    std::string condition = text_of(job, "condition");
    const bool mixed = nodes.paused > 0 && nodes.paused < nodes.all;
    if (mixed) condition = "paused on " + std::to_string(nodes.paused);
    out.row({text_of(job, "tag"),
             text_of(job, "script"),
             text_of(job, "cron"),
             text_of(job, "timezone"),
             {condition, condition == "scheduled" ? tone::good : tone::doubtful},
             time_text(job, "next", reader),
             time_text(job, "last_planned", reader),
             {how.empty() ? "-" : how, how.empty() ? tone::plain : tone_of_outcome(how)},
             number_text(nodes.runs),
             {std::to_string(nodes.up) + '/' + std::to_string(nodes.all),
              nodes.up < nodes.all ? tone::doubtful : tone::plain}});
  }
  return out;
}

} // namespace

outcome jobs_list_command(const context& where, const argument_list& given) {
  hub_options options;
  jobs_output form;
  arguments args{
      "jobs list", "[options]",
      "Lists the jobs that scripts have scheduled: when they run next, how they ran last (the worst "
      "of the nodes counts), and on how many nodes they are."};
  declare(args, form);
  declare(args, options);
  return with_hub(where, args, given, options, [&](const client::hub_client& hub) -> outcome {
    const auto jobs = hub.ask_all({"GET", "/jobs", {}, {}, {}, false});
    if (!jobs) return end_with(where, jobs.error());
    if (form.json) return print_json(where, *jobs);
    if (list_of(*jobs, "items").empty())
      complain(where, "no script has scheduled a job; remora scripts status shows whether they run");
    const screen reader = form.reader(where, options);
    return print_table(where, job_table(*jobs, reader), form, reader);
  });
}

} // namespace remora::cli
