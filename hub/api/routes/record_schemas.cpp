#include "hub/api/routes/schemas.hpp"

namespace remora::hub::schema {

namespace {

std::string outcome() { return one_of({"passed", "failed", "skipped", "timed_out"}); }

/// The same schema, and null.
std::string nullable(std::string_view shape) {
  return R"({"anyOf":[)" + std::string{shape} + R"(,{"type":"null"}]})";
}

std::string planned_instant() {
  const auto run = object({{"node", text}, {"outcome", outcome()}, {"result", anything}, {"error", text}});
  return object({{"planned", time}, {"script", text}, {"nodes", list_of(run)}});
}

} // namespace

std::string node() {
  return object({{"name", text},
                 {"address", text},
                 {"addresses", list_of(text)},
                 {"interfaces", list_of(text)},
                 {"version", text},
                 {"condition", one_of({"up", "lost", "stopped"})},
                 {"up_since", time},
                 {"last_seen", time},
                 {"clock_offset_ms", number},
                 {"packets_per_second", number_or_null},
                 {"current", boolean},
                 {"generation", count},
                 {"packets", count},
                 {"bytes", count},
                 {"dropped", object({{"kernel", count}, {"interface", count}, {"decode", count}})},
                 {"waiting_records", count},
                 {"dropped_records", count},
                 {"scripts", count}});
}

std::string script() {
  return object({{"index", count},
                 {"title", text},
                 {"hash", hash},
                 {"active", boolean},
                 {"origin", one_of({"file", "api", "config"})},
                 {"file", text},
                 {"version", count},
                 {"created", time},
                 {"changed", time},
                 {"bytes", count},
                 {"code?", text}});
}

std::string script_list() {
  return object({{"items", list_of(script())}, {"next", text_or_null}, {"generation", count}});
}

std::string script_on_node() {
  return object(
      {{"node", text},
       {"node_up", boolean},
       {"state", one_of({"running", "failed", "suspended", "stuck", "removed", "declined", "waiting"})},
       {"current", boolean},
       {"running_hash", hash_or_null},
       {"wanted_hash", hash_or_null},
       {"since", time_or_null},
       {"retry", time_or_null},
       {"error", text},
       {"hook_calls", count},
       {"errors", count},
       {"dropped_events", count},
       {"dropped_lines", count},
       {"suspensions", count}});
}

std::string script_status() {
  return object(
      {{"title", text}, {"hash", hash}, {"items", list_of(script_on_node())}, {"next", text_or_null}});
}

std::string status_of_all() {
  return page_of(object({{"title", text}, {"nodes", list_of(script_on_node())}}));
}

std::string job() {
  const auto on_node = object({{"node", text},
                               {"node_up", boolean},
                               {"runs", count},
                               {"limit", count},
                               {"next", time_or_null},
                               {"paused", boolean}});
  return object({{"tag", text},
                 {"script", text},
                 {"cron", text},
                 {"timezone", text},
                 {"condition", one_of({"scheduled", "paused"})},
                 {"next", time_or_null},
                 {"last_planned", time_or_null},
                 {"last_outcome", nullable(outcome())},
                 {"nodes", list_of(on_node)}});
}

std::string order_outcome() { return object({{"nodes", list_of(text)}, {"missing", list_of(text)}}); }

std::string run() {
  return object({{"id", integer},
                 {"node", text},
                 {"script", text},
                 {"tag", text},
                 {"planned", time},
                 {"started", time_or_null},
                 {"duration_ms", number},
                 {"outcome", outcome()},
                 {"result", anything},
                 {"error", text},
                 {"console", list_of(text)},
                 {"stored", time}});
}

std::string runs_or_instants() {
  return R"({"anyOf":[)" + page_of(run()) + ',' + page_of(planned_instant()) + "]}";
}

std::string folded() {
  const auto value = object({{"field", text}, {"value", number_or_null}, {"samples", count}});
  const auto group = object({{"node?", text}, {"from?", time}, {"runs", count}, {"values", list_of(value)}});
  return object({{"tag", text},
                 {"fold", one_of({"sum", "avg", "min", "max", "count", "p50", "p95", "p99"})},
                 {"by", nullable(one_of({"node", "time"}))},
                 {"runs", count},
                 {"numeric", count},
                 {"not_numeric", count},
                 {"without_result", count},
                 {"groups", list_of(group)}});
}

std::string line() {
  return object({{"id", integer},
                 {"time", time},
                 {"node", text},
                 {"script", text},
                 {"level", one_of({"debug", "info", "log", "warn", "error"})},
                 {"text", text}});
}

std::string silent_node() { return object({{"node", text}, {"why", text}}); }

std::string items() {
  return object(
      {{"items", list_of(some_object)}, {"next", text_or_null}, {"missing", list_of(silent_node())}});
}

} // namespace remora::hub::schema
