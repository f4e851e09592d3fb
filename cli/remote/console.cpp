#include <algorithm>

#include "cli/remote/commands.hpp"
#include "cli/remote/console_printer.hpp"
#include "cli/remote/follow.hpp"
#include "cli/remote/hub_options.hpp"

namespace remora::cli {

namespace {

using client::json;

struct console_arguments {
  hub_options hub;
  bool follow = false;
  bool no_follow = false;
  bool errors = false;
  bool as_json = false;
  std::optional<std::string> node;
  std::optional<std::string> script;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<std::string> tail;
  std::optional<std::string> output;
};

void declare(arguments& args, console_arguments& asked) {
  args.group("Options");
  args.flag("-f,--follow", asked.follow, "Go on with what is printed from now on, until interrupted.");
  args.flag("--no-follow", asked.no_follow, "Over -f: end with what is there.");
  args.text("--script", "TITLE", asked.script, "Only this script; its index will do, too.");
  args.text("--node", "NAME", asked.node, "Only this node.");
  args.flag("--errors", asked.errors, "Only errors.");
  args.text("--since", "TIME", asked.since,
            "Begin at this time: 90s, 5m, 2h ago, or 2026-01-31T12:00:00Z. [the last lines, see --tail]");
  args.text("--until", "TIME", asked.until, "End at this time; not with -f.");
  args.text("--tail", "N", asked.tail, "Begin with the last N lines. [100; with -f 10; with --since all]");
  args.flag("--json", asked.as_json, "Print an object a line, errors included.");
  args.text("--output", "text|json", asked.output, "json is the same as --json.");
  declare(args, asked.hub);
  args.section("Output in detail",
               "  [node:script] text on standard output, [node:script:ERROR] text on standard\n"
               "  error. On a terminal, colours that a script prints are shown and everything\n"
               "  else that could act on the terminal is written out; into files and pipes it\n"
               "  goes as it is.\n");
  args.section("Examples",
               "  remora console -f\n"
               "  remora console --script 'dns watch' --since 1h --errors\n"
               "  remora console -f --json | jq -r 'select(.node == \"node-1\") | .text'\n");
}

struct console_plan {
  client::fields filter;
  std::string since;
  std::string until;
  std::size_t tail = 0;
};

result<console_plan> plan_console(console_arguments& asked) {
  console_plan out;
  auto since = time_option(asked.since, "--since");
  if (!since) return pass_on(std::move(since));
  auto until = time_option(asked.until, "--until");
  if (!until) return pass_on(std::move(until));
  auto form = choice_option(asked.output, "--output", {"text", "json"}, "text");
  if (!form) return pass_on(std::move(form));
  asked.as_json = asked.as_json || *form == "json";
  asked.follow = asked.follow && !asked.no_follow;
  if (asked.follow && asked.until) return fail(errc::invalid_usage, "--until does not go together with -f");
  const std::size_t usual = asked.since ? client::hub_client::most_items : asked.follow ? 10 : 100;
  auto tail = count_option(asked.tail, "--tail", usual);
  if (!tail) return pass_on(std::move(tail));
  out.since = *since;
  out.until = *until;
  out.tail = *tail;
  return out;
}

/// What was printed so far, the earliest first.
result<json> history(const client::hub_client& hub, const console_plan& plan) {
  client::call what{"GET", "/console", plan.filter, {}, {}, false};
  what.query.emplace_back("since", plan.since);
  what.query.emplace_back("until", plan.until);
  what.query.emplace_back("limit", std::to_string(std::min<std::size_t>(plan.tail, 1000)));
  auto lines = hub.ask_all(what, plan.tail);
  if (!lines) return lines;
  json items = client::list_of(*lines, "items");
  std::reverse(items.begin(), items.end());
  return items;
}

/// The id of the newest line that the filter lets through; "0" when there is none.
result<std::string> newest_id(const client::hub_client& hub, const console_plan& plan) {
  client::call what{"GET", "/console", plan.filter, {}, {}, false};
  what.query.emplace_back("limit", "1");
  const auto lines = hub.ask_all(what, 1);
  if (!lines) return tl::unexpected<error>(lines.error());
  const json& items = client::list_of(*lines, "items");
  return items.empty() ? std::string{"0"} : id_of(items.front());
}

outcome show(const context& where, const console_arguments& asked, console_plan plan,
             const client::hub_client& hub) {
  if (asked.script) {
    const auto title = title_of(hub, *asked.script);
    if (!title) return end_with(where, title.error());
    plan.filter.emplace_back("script", *title);
  }
  if (asked.node) plan.filter.emplace_back("node", *asked.node);
  if (asked.errors) plan.filter.emplace_back("level", "error");

  std::string after = "0";
  if (asked.follow) { // first: a line that comes while we read is then behind it, or among what we read
    const auto newest = newest_id(hub, plan);
    if (!newest) return end_with(where, newest.error());
    after = *newest;
  }
  const auto lines = history(hub, plan);
  if (!lines) return end_with(where, lines.error());
  console_printer printer{where,
                          {asked.as_json, screen_of(where.out, where, asked.hub.common),
                           screen_of(where.err, where, asked.hub.common)}};
  for (const json& line : *lines)
    printer.print(line);
  if (!printer.can_write()) return {exit_status::failed};
  if (!asked.follow) return {};
  if (!lines->empty()) after = id_of(lines->back());
  follower follow{where, hub, {"GET", "/console", plan.filter, {}, {}, false}, after, [&](const json& line) {
                    printer.print(line);
                    return printer.can_write();
                  }};
  return follow.run();
}

} // namespace

outcome console_command(const context& where, const argument_list& given) {
  console_arguments asked;
  arguments args{
      "console", "[options]",
      "Shows what scripts print on all nodes: the last lines, and with -f what comes from now on. A "
      "connection that is lost is made anew, and no line is lost or shown twice by that."};
  declare(args, asked);
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  if (const auto log = set_up_log({}, asked.hub.common); !log) return refuse(where, log.error().message);
  auto plan = plan_console(asked);
  if (!plan) return refuse(where, plan.error().message);
  const auto hub = hub_of(where, asked.hub, where.stop);
  if (!hub) return refuse(where, hub.error().message);
  if (asked.follow && where.signals != nullptr) where.signals->end_gracefully(*where.stop);
  return show(where, asked, *std::move(plan), *hub);
}

} // namespace remora::cli
