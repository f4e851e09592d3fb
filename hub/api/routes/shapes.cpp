#include "hub/api/routes/shapes.hpp"

namespace remora::hub {

void write(json_writer& out, const node_view& node) {
  const auto& stats = node.stats;
  out.object([&] {
    out.text("name", node.name).text("address", node.address);
    out.texts("addresses", node.addresses).texts("interfaces", node.interfaces);
    out.text("version", node.version).text("condition", to_string(node.condition));
    out.time("up_since", node.up_since).time("last_seen", node.last_seen);
    out.in_milliseconds("clock_offset_ms", node.clock_offset);
    out.number("packets_per_second", node.packets_per_second);
    out.boolean("current", node.current).number("generation", stats.generation);
    out.number("packets", stats.packets).number("bytes", stats.bytes);
    out.member("dropped").object([&] {
      out.number("kernel", stats.kernel_dropped).number("interface", stats.interface_dropped);
      out.number("decode", stats.decode_errors);
    });
    out.number("waiting_records", stats.waiting_records).number("dropped_records", stats.dropped_records);
    out.number("scripts", stats.scripts.size());
  });
}

void write(json_writer& out, const stored_script& script, with_code code) {
  out.object([&] {
    out.number("index", script.index).text("title", script.title).hash("hash", script.hash);
    out.boolean("active", script.active).text("origin", to_string(script.origin)).text("file", script.file);
    out.number("version", script.version).time("created", script.created).time("changed", script.changed);
    out.number("bytes", script.code.size());
    if (code == with_code::yes) out.text("code", script.code);
  });
}

void write(json_writer& out, const script_on_node& script) {
  const auto& state = script.state;
  out.object([&] {
    out.text("node", script.node).boolean("node_up", script.node_up);
    out.text("state", script.known ? to_string(state.condition) : "waiting");
    out.boolean("current", script.current);
    out.member("running_hash");
    script.running ? out.hash(*script.running) : out.null();
    out.member("wanted_hash");
    script.known ? out.hash(state.hash) : out.null();
    out.member("since");
    script.known ? out.time(state.since) : out.null();
    out.time("retry", state.retry).text("error", state.error);
    out.number("hook_calls", script.totals.hook_calls).number("errors", script.totals.errors);
    out.number("dropped_events", script.totals.dropped_events);
    out.number("dropped_lines", script.totals.dropped_lines);
    out.number("suspensions", script.totals.suspensions);
  });
}

void write(json_writer& out, const std::pair<std::string, std::vector<script_on_node>>& script) {
  out.object([&] {
    out.text("title", script.first);
    out.member("nodes").list_of(script.second, [&](const script_on_node& one) { write(out, one); });
  });
}

void write(json_writer& out, const stored_line& line) {
  out.object([&] {
    out.number("id", line.id).time("time", line.line.time);
    out.text("node", line.line.node).text("script", line.line.script);
    out.text("level", to_string(line.line.level)).text("text", line.line.text);
  });
}

void write(json_writer& out, const silent_node& node) {
  out.object([&] { out.text("node", node.node).text("why", node.why); });
}

} // namespace remora::hub
