#include <memory>
#include <utility>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/json_records.hpp"
#include "cli/process.hpp"
#include "cli/run_arguments.hpp"
#include "cli/run_plan.hpp"
#include "cli/summary_text.hpp"
#include "cli/text_records.hpp"
#include "cli/totals.hpp"
#include "config/scripts/script_set.hpp"

namespace remora::cli {

namespace {

/// The scripts of the command line, or of the configuration when it names none.
/// @param may_be_none Something else is wanted of the run.
tl::expected<std::vector<script_source>, std::vector<error>> choose_scripts(
    const std::vector<std::string>& paths, const config::scripting_settings& scripting, bool may_be_none) {
  const auto refuse = [](const char* why) {
    return tl::unexpected<std::vector<error>>({error{errc::invalid_usage, why}});
  };
  if (!scripting.enabled) return refuse("scripting.enabled is false: no script may run");
  config::script_set set = paths.empty() ? configured_scripts(scripting) : config::read_scripts(paths);
  if (set.errors.empty()) keep_active(set, scripting.active);
  for (const std::string& warning : set.warnings)
    log::warn("scripts", warning);
  if (!set.errors.empty()) return tl::unexpected<std::vector<error>>(std::move(set.errors));
  if (!set.scripts.empty() || (may_be_none && scripting.active.empty())) return std::move(set.scripts);
  return refuse(
      scripting.active.empty()
          ? "no scripts: name .js files or folders of them, or set scripting.source or scripting.sources"
          : "no scripts: scripting.active names none of those that are there");
}

/// One run: where its records go, and what is said at its end.
class run_in_progress {
 public:
  run_in_progress(const context& where, const run_arguments& run, const worker::run_options& plan,
                  std::optional<item_filter> items)
      : where_{where},
        run_{run},
        reads_files_{std::holds_alternative<traffic::file_options>(plan.input)},
        colour_{!run.common.no_color && wants_colour(where.err, where.environment)},
        out_{where.out, flushing(), [&where] { *where.stop = true; }},
        err_{where.err, output::flushing::every_record} {
    if (run.json) {
      json_ = std::make_unique<json_records>(out_, std::move(items));
    } else {
      text_ = std::make_unique<text_records>(
          out_, err_, text_records::style{plan.scripts.size() > 1, ::isatty(where.out) == 1, colour_},
          std::move(items));
    }
  }

  outcome carry_out(worker::run_options plan) {
    if (where_.signals != nullptr) where_.signals->end_gracefully(*where_.stop);
    worker::record_sink& records = json_ ? static_cast<worker::record_sink&>(*json_) : *text_;
    const auto report = where_.scripts.run(std::move(plan), records, *where_.stop);
    if (!report) {
      out_.flush();
      complain(where_, report.error());
      return {status_of(report.error())};
    }
    if (json_ && !run_.quiet) json_->summary(*report);
    out_.flush();
    complain(where_, report->problems);
    if (!run_.quiet) err_.write(summary_text(*report, {reads_files_, colour_}));
    err_.flush();
    if (out_.failure()) complain(where_, out_.failure()->message);
    return {status(*report), totals_of(*report).any_stuck};
  }

 private:
  output::flushing flushing() const {
    return reads_files_ && ::isatty(where_.out) != 1 ? output::flushing::when_full
                                                     : output::flushing::every_record;
  }

  exit_status status(const worker::run_report& report) const {
    if (out_.failure()) return exit_status::failed;
    // A signal that came while the input ended counts all the same: somebody wanted the run to end.
    if (report.interrupted || (where_.signals != nullptr && where_.signals->caught()))
      return exit_status::interrupted;
    const bool failed = !report.problems.empty() || totals_of(report).any_stuck;
    return failed ? exit_status::failed : exit_status::done;
  }

  const context& where_;
  const run_arguments& run_;
  bool reads_files_;
  bool colour_;
  output out_;
  output err_;
  std::unique_ptr<json_records> json_;
  std::unique_ptr<text_records> text_;
};

} // namespace

outcome run_command(const context& where, const argument_list& given) {
  run_arguments run;
  arguments args{
      "run", "[options] PATH...",
      "Runs scripts on this machine, without any service: on live traffic, or on capture files.\n\n"
      "PATH is a .js file or a folder of them. Without PATH the scripts are those that the "
      "configuration names in scripting.source, scripting.sources and scripting.scripts; with --items "
      "there need be none."};
  declare(args, run);
  if (const auto ended = read_arguments(where, args, given)) return *ended;

  const auto settings = load_settings(where, run.common);
  if (!settings) return {exit_status::wrong_usage};
  auto plan = plan_run(run, *settings, where.environment);
  if (!plan) return refuse(where, plan.error());
  auto scripts = choose_scripts(run.paths, settings->scripting, run.items.has_value());
  if (!scripts) return refuse(where, scripts.error());
  plan->scripts = *std::move(scripts);
  std::optional<item_filter> items;
  if (run.items) {
    auto made = item_filter::make(*run.items, plan->kfl ? plan->kfl->macros : filter::macro_table{});
    if (!made) return refuse(where, made.error().message);
    items = *std::move(made);
  }
  run_in_progress running{where, run, *plan, std::move(items)};
  return running.carry_out(*std::move(plan));
}

} // namespace remora::cli
