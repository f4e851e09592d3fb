#include "base/units.hpp"
#include "base/utf8.hpp"
#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/jobs.hpp"
#include "cli/remote/table.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

using client::json;
using client::list_of;
using client::number_of;
using client::text_of;

/// The hub reads every run of the span.
constexpr std::chrono::milliseconds reading_time{90'000};

struct aggregate_arguments {
  hub_options hub;
  jobs_output form;
  run_selection which;
  std::vector<std::string> operands;
  std::optional<std::string> field;
  std::optional<std::string> fold;
  std::optional<std::string> by;
  std::optional<std::string> step;
};

void declare(arguments& args, aggregate_arguments& asked) {
  args.operands(asked.operands);
  args.group("What is folded");
  args.text("--field", "NAME", asked.field,
            "The member of the results to fold: bytes, http.errors. [each that is a number]");
  args.text("--fold", "sum|avg|min|max|count|p50|p95|p99", asked.fold, "How. [sum]");
  args.text("--by", "node|time", asked.by,
            "One result for each node, or for each --step of time. [one for all]");
  args.text("--step", "D", asked.step, "With --by time: the width of a step, 1m, 1h.");
  declare(args, asked.which);
  declare(args, asked.form);
  declare(args, asked.hub);
  args.section("Examples",
               "  remora jobs aggregate report --field bytes --by node\n"
               "  remora jobs aggregate report --fold p95 --by time --step 1m --since 1h --csv\n");
}

result<client::fields> query_of(const aggregate_arguments& asked) {
  auto query = query_of(asked.which);
  if (!query) return query;
  auto fold =
      choice_option(asked.fold, "--fold", {"sum", "avg", "min", "max", "count", "p50", "p95", "p99"}, "sum");
  if (!fold) return pass_on(std::move(fold));
  auto by = choice_option(asked.by, "--by", {"node", "time"}, "");
  if (!by) return pass_on(std::move(by));
  if (asked.step) {
    const auto step = parse_duration(*asked.step);
    if (!step || step->count() <= 0)
      return fail(errc::invalid_usage,
                  "--step " + remora::quoted(*asked.step) + ": expected is a duration such as 30s, 1m or 1h");
    if (*by != "time") return fail(errc::invalid_usage, "--step goes together with --by time");
  }
  if (*by == "time" && !asked.step)
    return fail(errc::invalid_usage, "--by time needs --step, for example --step 5m");
  query->emplace_back("fold", *fold);
  query->emplace_back("by", *by);
  query->emplace_back("step", asked.step.value_or(""));
  query->emplace_back("field", asked.field.value_or(""));
  return query;
}

table value_table(const json& folded, const screen& reader) {
  const std::string by = text_of(folded, "by");
  std::vector<std::string> headings;
  if (by == "node") headings.emplace_back("NODE");
  if (by == "time") headings.emplace_back("FROM");
  headings.insert(headings.end(), {">RUNS", "FIELD", '>' + text_of(folded, "fold"), ">SAMPLES"});
  table out{headings};
  for (const json& group : list_of(folded, "groups"))
    for (const json& one : list_of(group, "values")) {
      std::vector<table::cell> cells;
      if (by == "node") cells.emplace_back(text_of(group, "node"));
      if (by == "time") {
        const std::string from = text_of(group, "from");
        cells.emplace_back(reader.terminal && from.size() > 19 ? from.substr(0, 19) + "Z" : from);
      }
      const std::string field = text_of(one, "field");
      cells.emplace_back(number_text(number_of(group, "runs")));
      cells.emplace_back(field.empty() ? "(the result itself)" : field);
      cells.emplace_back(client::member_of(one, "value").is_number() ? number_text(number_of(one, "value"))
                                                                     : "-");
      cells.emplace_back(number_text(number_of(one, "samples")));
      out.row(std::move(cells));
    }
  return out;
}

/// What the figures do not say: results that could not be folded.
void say_what_is_left_out(const context& where, const json& folded) {
  const double runs = number_of(folded, "runs");
  const double other = number_of(folded, "not_numeric");
  const double none = number_of(folded, "without_result");
  if (runs == 0) complain(where, "no run in this time; remora jobs runs shows what is stored");
  if (other > 0)
    complain(where, number_text(other) + " of " + number_text(runs) + " runs have no number there");
  if (none > 0) complain(where, number_text(none) + " of " + number_text(runs) + " runs have no result");
}

outcome aggregate(const context& where, const aggregate_arguments& asked, const client::hub_client& hub) {
  const auto tag = only_operand(asked.operands, "TAG");
  if (!tag) return refuse(where, tag.error().message);
  const auto query = query_of(asked);
  if (!query) return refuse(where, query.error().message);
  client::call what{"GET",       "/jobs/" + client::path_segment(*tag) + "/aggregate", *query, {}, {}, false,
                    reading_time};
  if (asked.form.csv) { // the hub writes it
    what.query.emplace_back("format", "csv");
    const auto csv = hub.fetch(what);
    if (!csv) return end_with(where, csv.error());
    return {print(where, *csv)};
  }
  const auto folded = hub.ask(what);
  if (!folded) return end_with(where, folded.error());
  if (asked.form.json) return print_json(where, *folded);
  say_what_is_left_out(where, *folded);
  const screen reader = screen_of(where, asked.hub.common);
  return {print(where, value_table(*folded, reader).text(reader))};
}

} // namespace

outcome jobs_aggregate_command(const context& where, const argument_list& given) {
  aggregate_arguments asked;
  arguments args{"jobs aggregate", "[options] TAG",
                 "Folds what the runs of a job returned over nodes and time: their sum, mean, extremes or "
                 "percentiles, in all, by node, or by time."};
  declare(args, asked);
  return with_hub(where, args, given, asked.hub,
                  [&](const client::hub_client& hub) { return aggregate(where, asked, hub); });
}

} // namespace remora::cli
