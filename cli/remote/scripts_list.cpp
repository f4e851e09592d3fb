#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/table.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

using client::flag_of;
using client::json;
using client::list_of;
using client::number_of;
using client::path_segment;
using client::text_of;

constexpr std::size_t short_hash = 12;

std::string script_table(const json& scripts, const screen& reader) {
  table out{{">INDEX", "TITLE", "STATE", "FROM", "FILE", ">SIZE", "CHANGED", "HASH"}};
  for (const json& script : list_of(scripts, "items")) {
    const bool active = flag_of(script, "active");
    const std::string hash = text_of(script, "hash");
    const double bytes = number_of(script, "bytes");
    out.row({number_text(number_of(script, "index")),
             text_of(script, "title"),
             {active ? "active" : "inactive", active ? tone::good : tone::faint},
             text_of(script, "origin"),
             text_of(script, "file"),
             reader.terminal ? bytes_text(bytes) : number_text(bytes),
             time_text(script, "changed", reader),
             reader.terminal ? hash.substr(0, short_hash) : hash});
  }
  return out.text(reader);
}

tone tone_of_state(const std::string& state) {
  if (state == "running") return tone::good;
  if (state == "declined") return tone::faint;
  if (state == "removed" || state == "waiting") return tone::doubtful;
  return tone::bad;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void add_nodes(const std::string& title, const json& nodes, const screen& reader, table& to) {
  for (const json& node : nodes) {
    const std::string state = text_of(node, "state");
    const double dropped = number_of(node, "dropped_events") + number_of(node, "dropped_lines");
    const std::string hash = text_of(node, "running_hash");
    const bool up = flag_of(node, "node_up");
    to.row({title,
            {text_of(node, "node") + (up ? "" : " (away)"), up ? tone::plain : tone::faint},
            {state, tone_of_state(state)},
            {hash.empty()               ? "none"
             : flag_of(node, "current") ? "newest"
                                        : "older",
             tone::plain},
            time_text(node, "since", reader),
            number_text(number_of(node, "hook_calls")),
            {number_text(number_of(node, "errors")),
             number_of(node, "errors") > 0 ? tone::doubtful : tone::plain},
            {number_text(dropped), dropped > 0 ? tone::doubtful : tone::plain},
            first_line(text_of(node, "error"))});
  }
}

} // namespace

outcome scripts_list_command(const context& where, const argument_list& given) {
  hub_options options;
  bool as_json = false;
  arguments args{"scripts list", "[options]", "Lists the scripts of the hub in their order."};
  args.group("Output");
  args.flag("--json", as_json, "Print what the API says, as one JSON document.");
  declare(args, options);
  return with_hub(where, args, given, options, [&](const client::hub_client& hub) -> outcome {
    const auto scripts = hub.ask_all({"GET", "/scripts", {}, {}, {}, false});
    if (!scripts) return end_with(where, scripts.error());
    if (as_json) return print_json(where, *scripts);
    if (list_of(*scripts, "items").empty())
      complain(where, "the hub has no scripts yet: remora scripts push FILE.js sends one");
    return {print(where, script_table(*scripts, screen_of(where, options.common)))};
  });
}

outcome scripts_show_command(const context& where, const argument_list& given) {
  hub_options options;
  std::vector<std::string> operands;
  bool as_json = false;
  arguments args{"scripts show", "[options] TITLE",
                 "Prints the code of a script. TITLE may be its index, too."};
  args.operands(operands);
  args.group("Output");
  args.flag("--json", as_json, "Print what the API says of it, the code included.");
  declare(args, options);
  args.section("Example", "  remora scripts show 'dns watch' > dns-watch.js\n");
  return with_hub(where, args, given, options, [&](const client::hub_client& hub) -> outcome {
    const auto named = only_operand(operands, "TITLE");
    if (!named) return refuse(where, named.error().message);
    const auto title = title_of(hub, *named);
    if (!title) return end_with(where, title.error());
    const auto script = hub.ask({"GET", "/scripts/" + path_segment(*title), {}, {}, {}, false});
    if (!script) return end_with(where, script.error());
    if (as_json) return print_json(where, *script);
    const std::string code = text_of(*script, "code");
    // Into a file it goes byte by byte, so that it can be pushed again.
    const bool seen = screen_of(where, options.common).terminal;
    const std::string end = !code.empty() && code.back() == '\n' ? "" : "\n";
    return {print(where, seen ? harmless(code, "\n\t") + end : code)};
  });
}

outcome scripts_status_command(const context& where, const argument_list& given) {
  hub_options options;
  std::vector<std::string> operands;
  bool as_json = false;
  arguments args{"scripts status", "[options] [TITLE]",
                 "Says how a script, or every script, fares on each node: which version runs, or why none "
                 "does. TITLE may be its index, too."};
  args.operands(operands);
  args.group("Output");
  args.flag("--json", as_json, "Print what the API says, as one JSON document.");
  declare(args, options);
  args.section("Columns",
               "  STATE    running; failed: it does not load; suspended: it used up its time or\n"
               "           memory and is tried again later; stuck: its engine was abandoned;\n"
               "           waiting: the node has not said yet; removed\n"
               "  VERSION  newest, older (the last good one still runs), or none\n"
               "  DROPPED  events and console lines\n");
  return with_hub(where, args, given, options, [&](const client::hub_client& hub) -> outcome {
    if (operands.size() > 1) return refuse(where, only_operand(operands, "TITLE").error().message);
    const screen reader = screen_of(where, options.common);
    table out{{"TITLE", "NODE", "STATE", "VERSION", "SINCE", ">CALLS", ">ERRORS", ">DROPPED", "REASON"}};
    result<json> said = json{};
    if (operands.empty()) {
      said = hub.ask_all({"GET", "/script-status", {}, {}, {}, false});
      if (!said) return end_with(where, said.error());
      for (const json& script : list_of(*said, "items"))
        add_nodes(text_of(script, "title"), list_of(script, "nodes"), reader, out);
    } else {
      const auto title = title_of(hub, operands.front());
      if (!title) return end_with(where, title.error());
      said = hub.ask({"GET", "/scripts/" + path_segment(*title) + "/status", {}, {}, {}, false});
      if (!said) return end_with(where, said.error());
      add_nodes(*title, list_of(*said, "items"), reader, out);
    }
    if (as_json) return print_json(where, *said);
    if (out.empty())
      complain(where, "no node has said anything about scripts yet; remora nodes shows who is there");
    return {print(where, out.text(reader))};
  });
}

} // namespace remora::cli
