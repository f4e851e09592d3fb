#include "cli/json_records.hpp"

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "base/value.hpp"
#include "cli/totals.hpp"
#include "protocol/item/json_writer.hpp"

namespace remora::cli {

namespace {

/// Writes the members of one object, in the order of the calls.
class record {
 public:
  explicit record(std::string_view type) { text("type", type); }

  record& text(std::string_view name, std::string_view content) { return raw(name, to_json_string(content)); }
  record& number(std::string_view name, std::uint64_t content) { return raw(name, std::to_string(content)); }
  record& number(std::string_view name, double content) { return raw(name, to_json_number(content)); }
  record& raw(std::string_view name, std::string_view json) {
    line_ += line_.empty() ? "{\"" : ",\"";
    line_ += name;
    line_ += "\":";
    line_ += json;
    return *this;
  }

  void end(output& out) {
    line_ += "}\n";
    out.write(line_);
    out.end_record();
  }

 private:
  std::string line_;
};

std::string text_or_null(std::string_view text) { return text.empty() ? "null" : to_json_string(text); }

std::string list_of(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    out += to_json_string(text);
  }
  return out + ']';
}

double in_units_of(double nanoseconds_each, nanoseconds time) {
  return static_cast<double>(time.count()) / nanoseconds_each;
}

std::string items_by_protocol(const worker::item_totals& items) {
  std::string out = "{";
  for (const auto& [protocol, count] : items.by_protocol) {
    if (out.size() > 1) out += ',';
    out += to_json_string(protocol) + ':' + std::to_string(count);
  }
  return out + '}';
}

} // namespace

void json_records::console(const console_line& line) {
  record{"console"}
      .text("time", to_rfc3339(line.time))
      .text("node", line.node)
      .text("script", line.script)
      .text("level", to_string(line.level))
      .text("text", line.text)
      .end(out_);
}

void json_records::job(const job_run& run) {
  record{"job"}
      .text("script", run.script)
      .text("tag", run.tag)
      .text("planned", to_rfc3339(run.planned))
      .raw("started", run.started ? to_json_string(to_rfc3339(*run.started)) : "null")
      .number("duration_ms", in_units_of(1e6, run.duration))
      .text("outcome", to_string(run.outcome))
      .raw("result", run.result_json.empty() ? "null" : to_well_formed_utf8(run.result_json))
      .raw("error", text_or_null(run.error))
      .raw("console", list_of(run.console))
      .end(out_);
}

void json_records::item(const remora::item& what) {
  item_filter::verdict said{true, nullptr};
  if (items_) said = items_->judge(what);
  if (!said.passes) return;
  record{"item"}
      .raw("item", said.altered ? said.altered->dump() : remora::to_json(members_of(what)))
      .end(out_);
}

void json_records::summary(const worker::run_report& report) {
  const run_totals totals = totals_of(report);
  record{"summary"}
      .number("packets", report.packets)
      .number("bytes", report.bytes)
      .raw("items", items_by_protocol(report.items))
      .number("hook_calls", totals.hook_calls)
      .number("script_errors", totals.script_errors)
      .number("dropped", totals.dropped)
      .number("seconds", in_units_of(1e9, report.run_time))
      .end(out_);
}

} // namespace remora::cli
