#include "hub/api/routes/shapes.hpp"

namespace remora::hub {

namespace {

void write(json_writer& out, const job_on_node& job) {
  out.object([&] {
    out.text("node", job.node).boolean("node_up", job.node_up);
    out.number("runs", job.runs).number("limit", job.limit);
    out.time("next", job.next).boolean("paused", job.paused);
  });
}

void write(json_writer& out, const node_run& run) {
  out.object([&] {
    out.text("node", run.node).text("outcome", to_string(run.outcome));
    out.member("result").foreign(run.result_json).text("error", run.error);
  });
}

void write(json_writer& out, const folded_group& group, fold_by by) {
  out.object([&] {
    if (by == fold_by::node) out.text("node", group.node);
    if (by == fold_by::time) out.time("from", group.from);
    out.number("runs", group.runs);
    out.member("values").list_of(group.values, [&](const folded_value& one) {
      out.object(
          [&] { out.text("field", one.field).number("value", one.value).number("samples", one.samples); });
    });
  });
}

} // namespace

std::string_view to_string(fold_by by) noexcept {
  switch (by) {
    case fold_by::nothing:
      return "";
    case fold_by::node:
      return "node";
    case fold_by::time:
      return "time";
  }
  return "";
}

void write(json_writer& out, const job_view& job) {
  out.object([&] {
    out.text("tag", job.tag).text("script", job.script);
    out.text("cron", job.cron).text("timezone", job.timezone).text("condition", to_string(job.condition));
    out.time("next", job.next).time("last_planned", job.last_planned);
    out.member("last_outcome");
    job.last_outcome ? out.text(to_string(*job.last_outcome)) : out.null();
    out.member("nodes").list_of(job.nodes, [&](const job_on_node& one) { write(out, one); });
  });
}

void write(json_writer& out, const order_outcome& outcome) {
  out.object([&] { out.texts("nodes", outcome.nodes).texts("missing", outcome.missing); });
}

void write(json_writer& out, const stored_run& stored) {
  const job_run& run = stored.run;
  out.object([&] {
    out.number("id", stored.id).text("node", run.node).text("script", run.script).text("tag", run.tag);
    out.time("planned", run.planned).time("started", run.started);
    out.in_milliseconds("duration_ms", run.duration).text("outcome", to_string(run.outcome));
    out.member("result").foreign(run.result_json).text("error", run.error);
    out.texts("console", run.console).time("stored", stored.stored);
  });
}

void write(json_writer& out, const planned_instant& instant) {
  out.object([&] {
    out.time("planned", instant.planned).text("script", instant.script);
    out.member("nodes").list_of(instant.nodes, [&](const node_run& one) { write(out, one); });
  });
}

void write(json_writer& out, const folded& answer, const std::string& tag, const fold_request& asked) {
  out.object([&] {
    out.text("tag", tag).text("fold", to_string(asked.kind)).member("by");
    asked.by == fold_by::nothing ? out.null() : out.text(to_string(asked.by));
    out.number("runs", answer.runs).number("numeric", answer.numeric);
    out.number("not_numeric", answer.not_numeric).number("without_result", answer.without_result);
    out.member("groups").list_of(answer.groups, [&](const folded_group& one) { write(out, one, asked.by); });
  });
}

} // namespace remora::hub
