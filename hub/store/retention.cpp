#include "hub/store/retention.hpp"

#include "hub/store/id_marks.hpp"

namespace remora::hub {

namespace {

constexpr std::int64_t rows_a_step = 500;
constexpr std::int64_t pages_a_step = 256;
/// Below that, free pages are left for what comes next: shrinking and growing again would be work for
/// nothing.
constexpr std::int64_t free_pages_kept = 1024;

// Only the oldest rows are looked at: they are in the order of storing, and a search of the table would
// block.
constexpr std::string_view delete_old_lines =
    "DELETE FROM line WHERE id IN"
    " (SELECT id FROM (SELECT id, stored FROM line ORDER BY id LIMIT ?) WHERE stored < ?)";
constexpr std::string_view delete_old_runs =
    "DELETE FROM run WHERE id IN"
    " (SELECT id FROM (SELECT id, stored FROM run ORDER BY id LIMIT ?) WHERE stored < ?)";
constexpr std::string_view delete_first_lines =
    "DELETE FROM line WHERE id IN (SELECT id FROM line ORDER BY id LIMIT ?)";
constexpr std::string_view delete_first_runs =
    "DELETE FROM run WHERE id IN (SELECT id FROM run ORDER BY id LIMIT ?)";

/// Deletes with `sql`, adds to `counted`, and notes that there may be more when all that were allowed went.
result<void> remove(database& in, std::string_view sql, const parameters& values, std::uint64_t& counted,
                    bool& more) {
  auto removed = in.run(sql, values);
  if (!removed) return pass_on(std::move(removed));
  counted += static_cast<std::uint64_t>(*removed);
  if (*removed == rows_a_step) more = true;
  return {};
}

result<void> keep_size(database& in, byte_size limit, retention_step& step) {
  auto used = in.used_size();
  if (!used) return pass_on(std::move(used));
  if (!(limit < *used)) return {};
  bool more_lines = false;
  if (auto done = remove(in, delete_first_lines, {rows_a_step}, step.lines_over_size, more_lines); !done)
    return done;
  bool more_runs = false;
  if (step.lines_over_size == 0) {
    if (auto done = remove(in, delete_first_runs, {rows_a_step}, step.runs_over_size, more_runs); !done)
      return done;
  }
  // Something went, so that the next step finds less; when nothing did, what is left is no record.
  step.more = step.more || step.lines_over_size + step.runs_over_size > 0;
  return {};
}

result<void> give_back(database& in, retention_step& step) {
  auto free_pages = in.number("PRAGMA freelist_count");
  if (!free_pages) return pass_on(std::move(free_pages));
  if (free_pages->value_or(0) <= free_pages_kept) return {};
  auto before = in.file_size();
  if (!before) return pass_on(std::move(before));
  if (auto done = in.run("PRAGMA incremental_vacuum(" + std::to_string(pages_a_step) + ")"); !done) {
    return pass_on(std::move(done));
  }
  auto after = in.file_size();
  if (!after) return pass_on(std::move(after));
  step.returned.bytes = before->bytes - after->bytes;
  step.more = step.more || step.returned.bytes > 0;
  return {};
}

} // namespace

result<retention_step> retain(database& in, const retention_limits& limits, timestamp now) {
  retention_step step;
  auto all = transaction::begin(in);
  if (!all) return pass_on(std::move(all));
  auto last_line = last_id_of(in, marked_table::line);
  if (!last_line) return pass_on(std::move(last_line));
  auto last_run = last_id_of(in, marked_table::run);
  if (!last_run) return pass_on(std::move(last_run));
  if (auto done =
          remove(in, delete_old_lines, {rows_a_step, now - limits.console}, step.lines_expired, step.more);
      !done) {
    return pass_on(std::move(done));
  }
  if (auto done = remove(in, delete_old_runs, {rows_a_step, now - limits.runs}, step.runs_expired, step.more);
      !done) {
    return pass_on(std::move(done));
  }
  if (auto done = keep_size(in, limits.size, step); !done) return pass_on(std::move(done));
  if (step.lines_expired + step.lines_over_size > 0)
    if (auto done = keep_last_id(in, marked_table::line, *last_line); !done) return pass_on(std::move(done));
  if (step.runs_expired + step.runs_over_size > 0)
    if (auto done = keep_last_id(in, marked_table::run, *last_run); !done) return pass_on(std::move(done));
  if (auto done = all->commit(); !done) return pass_on(std::move(done));
  if (auto done = give_back(in, step); !done) return pass_on(std::move(done));
  return step;
}

} // namespace remora::hub
