#include "hub/store/job_run_row.hpp"

#include <nlohmann/json.hpp>

#include "hub/store/row_seal.hpp"

namespace remora::hub {

namespace {

std::optional<std::int64_t> unix_ns(const std::optional<timestamp>& time) {
  if (!time) return std::nullopt;
  return to_unix_ns(*time);
}

std::int64_t seal_of(const stored_run& s) {
  return row_seal{"run"}
      .add(to_unix_ns(s.stored))
      .add(s.run.tag)
      .add(to_unix_ns(s.run.planned))
      .add(s.run.script)
      .add(s.run.node)
      .add(static_cast<std::int64_t>(s.number))
      .add(unix_ns(s.run.started))
      .add(std::int64_t{s.run.duration.count()})
      .add(std::int64_t{static_cast<std::uint8_t>(s.run.outcome)})
      .add(s.run.result_json)
      .add(s.run.error)
      .value();
}

/// Of the printed text, bound to its run: a text that got to another row does not pass.
std::int64_t console_seal_of(std::int64_t run_seal, std::string_view text) {
  return row_seal{"run.console"}.add(run_seal).add(text).value();
}

/// The lines as a JSON list, which a person can read with any tool; bytes that are no UTF-8 become U+FFFD.
std::string console_text(const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::vector<std::string> kept;
  std::size_t bytes = 0;
  for (const auto& line : lines) {
    bytes += line.size();
    if (bytes > max_console_bytes) {
      kept.push_back("(" + std::to_string(lines.size() - kept.size()) +
                     " further lines were not kept: a run may print 1 MiB)");
      break;
    }
    kept.push_back(line);
  }
  return nlohmann::json(kept).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::vector<std::string>> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  if (text.empty()) return lines;
  const auto read = nlohmann::json::parse(text, nullptr, false);
  if (!read.is_array()) return std::nullopt;
  for (const auto& line : read) {
    if (!line.is_string()) return std::nullopt;
    lines.push_back(line.get<std::string>());
  }
  return lines;
}

void keep_in_size(job_run& run) {
  if (run.error.size() > max_error_bytes) {
    run.error = "the text of the error has " + std::to_string(run.error.size()) +
                " bytes and was not kept; at most 64 KiB are";
  }
  if (run.result_json.size() > max_result_bytes) {
    if (!run.error.empty()) run.error += '\n';
    run.error += "the result has " + std::to_string(run.result_json.size()) +
                 " bytes as JSON and was not kept; at most 1 MiB is";
    run.result_json.clear();
  }
}

bool is_too_large(const job_run& run) {
  return run.error.size() > max_error_bytes || run.result_json.size() > max_result_bytes;
}

} // namespace

#define REMORA_RUN_COLUMNS \
  "id, stored, tag, planned, script, node, number, started, duration, outcome, result, error, seal"
const char* const run_columns = REMORA_RUN_COLUMNS;
const char* const run_columns_with_console = REMORA_RUN_COLUMNS ", console, console_seal";

result<bool> insert_run(database& in, const protocol::numbered_run& reported, timestamp now,
                        std::optional<std::int64_t> id) {
  stored_run s;
  s.number = reported.id;
  s.stored = now;
  s.run = reported.run;
  if (is_too_large(s.run)) keep_in_size(s.run);
  const auto console = console_text(s.run.console);
  const auto seal = seal_of(s);
  auto changed = in.run(
      "INSERT INTO run (id, stored, tag, planned, script, node, number, started, duration, outcome, result, "
      "error, seal,"
      " console, console_seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (tag, planned, script, node, number) DO NOTHING",
      {id, s.stored, s.run.tag, s.run.planned, s.run.script, s.run.node, s.number, s.run.started,
       s.run.duration.count(), static_cast<std::uint8_t>(s.run.outcome), s.run.result_json, s.run.error, seal,
       console, console_seal_of(seal, console)});
  if (!changed) return pass_on(std::move(changed));
  return *changed > 0;
}

std::optional<stored_run> read_run(database& in, const row& at, bool with_console) {
  stored_run s;
  s.id = at.integer(0);
  s.stored = from_unix_ns(at.integer(1));
  s.run.tag = at.text(2);
  s.run.planned = from_unix_ns(at.integer(3));
  s.run.script = at.text(4);
  s.run.node = at.text(5);
  s.number = static_cast<std::uint64_t>(at.integer(6));
  s.run.started = at.time(7);
  s.run.duration = nanoseconds{at.integer(8)};
  s.run.outcome = static_cast<job_outcome>(at.integer(9) & 0xFF);
  s.run.result_json = at.text(10);
  s.run.error = at.text(11);
  bool sound = at.integer(12) == seal_of(s);
  if (sound && with_console) {
    auto lines = lines_of(at.text(13));
    sound = lines && at.integer(14) == console_seal_of(at.integer(12), at.text(13));
    if (sound) s.run.console = std::move(*lines);
  }
  if (sound) return s;
  in.damaged().note("run", s.id);
  return std::nullopt;
}

} // namespace remora::hub
