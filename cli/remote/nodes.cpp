#include <cmath>

#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/table.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

using client::flag_of;
using client::json;
using client::member_of;
using client::number_of;
using client::text_of;

table::cell condition_cell(const json& node) {
  const std::string condition = text_of(node, "condition");
  return {condition, condition == "up" ? tone::good : condition == "lost" ? tone::bad : tone::doubtful};
}

table::cell dropped_cell(const json& node, const screen& reader) {
  const json& dropped = member_of(node, "dropped");
  const double packets =
      number_of(dropped, "kernel") + number_of(dropped, "interface") + number_of(dropped, "decode");
  return {reader.terminal ? rate_text(packets) : number_text(packets),
          packets > 0 ? tone::doubtful : tone::plain};
}

table::cell clock_cell(const json& node) {
  const double offset = number_of(node, "clock_offset_ms");
  return {(offset > 0 ? "+" : "") + span_text(offset),
          offset > 1000 || offset < -1000 ? tone::bad : tone::plain};
}

std::string node_table(const json& nodes, const screen& reader) {
  table out{{"NODE", "STATE", "ADDRESS", "VERSION", "UP SINCE", "LAST SEEN", ">PACKETS/S", ">PACKETS",
             ">DROPPED", ">WAITING", ">SCRIPTS", "DEPLOYMENT", ">CLOCK"}};
  const auto count = [&](double number) { return reader.terminal ? rate_text(number) : number_text(number); };
  for (const json& node : client::list_of(nodes, "items")) {
    const bool current = flag_of(node, "current");
    out.row({text_of(node, "name"),
             condition_cell(node),
             text_of(node, "address"),
             text_of(node, "version"),
             time_text(node, "up_since", reader),
             time_text(node, "last_seen", reader),
             count(std::round(number_of(node, "packets_per_second") * 10) / 10),
             count(number_of(node, "packets")),
             dropped_cell(node, reader),
             count(number_of(node, "waiting_records")),
             number_text(number_of(node, "scripts")),
             {(current ? "current " : "behind ") + number_text(number_of(node, "generation")),
              current ? tone::plain : tone::doubtful},
             clock_cell(node)});
  }
  return out.text(reader);
}

} // namespace

outcome nodes_command(const context& where, const argument_list& given) {
  hub_options options;
  bool as_json = false;
  arguments args{
      "nodes", "[options]",
      "Lists the nodes that the hub knows: where they are, since when they are up, how many packets "
      "come in and how many were dropped, whether they run the newest deployment, and how far "
      "their clock is off."};
  args.group("Output");
  args.flag("--json", as_json, "Print what the API says, as one JSON document.");
  declare(args, options);
  args.section("Columns",
               "  DROPPED     packets that the kernel, the interface or the decoder dropped\n"
               "  WAITING     records that the node keeps until the hub has stored them\n"
               "  DEPLOYMENT  the set of scripts it runs, and whether that is the newest\n"
               "  CLOCK       the node's clock minus the hub's\n");
  args.section("Example",
               "  remora nodes --json | jq -r '.items[] | select(.condition != \"up\") | .name'\n");
  return with_hub(where, args, given, options, [&](const client::hub_client& hub) -> outcome {
    const auto nodes = hub.ask_all({"GET", "/nodes", {}, {}, {}, false});
    if (!nodes) return end_with(where, nodes.error());
    if (as_json) return print_json(where, *nodes);
    if (client::list_of(*nodes, "items").empty())
      complain(where,
               "no node has come to this hub yet: start remora-worker on one, with worker.hub set to it");
    return {print(where, node_table(*nodes, screen_of(where, options.common)))};
  });
}

} // namespace remora::cli
