#include "hub/store/job_store.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "hub/store/conditions.hpp"
#include "hub/store/id_marks.hpp"
#include "hub/store/job_run_row.hpp"

namespace remora::hub {

namespace {

constexpr std::size_t most_runs_of_a_page = 20'000;

/// Where in the order of runs a cursor stands. Cursors hold the values, not a row: the row may be gone by
/// then.
struct position {
  std::int64_t planned = 0;
  std::string script;
  std::string node;
  std::int64_t number = 0;
};

/// "PLANNED.NUMBER.LENGTH.SCRIPT" + NODE: any text may be in a title or a node's name.
std::string to_cursor(const position& at) {
  return std::to_string(at.planned) + '.' + std::to_string(at.number) + '.' +
         std::to_string(at.script.size()) + '.' + at.script + at.node;
}

std::string cursor_of(const stored_run& last) {
  return to_cursor(
      {to_unix_ns(last.run.planned), last.run.script, last.run.node, static_cast<std::int64_t>(last.number)});
}

template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || stop == text.data() + text.size() || *stop != '.') return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
  return true;
}

result<position> from_cursor(std::string_view text) {
  position at;
  std::size_t script_bytes = 0;
  if (!take_number(text, at.planned) || !take_number(text, at.number) || !take_number(text, script_bytes) ||
      script_bytes > text.size()) {
    return fail(errc::invalid_usage, "the cursor is none that a page ended with; begin again without one");
  }
  at.script = text.substr(0, script_bytes);
  at.node = text.substr(script_bytes);
  return at;
}

conditions conditions_of(const run_filter& which) {
  conditions all;
  all.add("tag = ?", {which.tag});
  all.add_if("planned >= ?", which.since);
  all.add_if("planned < ?", which.until);
  all.add_unless_empty("script = ?", which.script);
  all.add_unless_empty("node = ?", which.node);
  return all;
}

/// A damaged index may lead to rows that were not asked for.
bool is_asked_for(const job_run& run, const run_filter& which) {
  return (which.tag.empty() || run.tag == which.tag) && (!which.since || run.planned >= *which.since) &&
         (!which.until || run.planned < *which.until) &&
         (which.script.empty() || run.script == which.script) &&
         (which.node.empty() || run.node == which.node);
}

} // namespace

result<std::vector<bool>> job_store::append(const std::vector<protocol::numbered_run>& runs, timestamp now) {
  std::vector<bool> is_new;
  is_new.reserve(runs.size());
  if (runs.empty()) return is_new;
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  auto id = id_to_begin_with(in_, marked_table::run, now);
  if (!id) return pass_on(std::move(id));
  for (const auto& run : runs) {
    auto stored = insert_run(in_, run, now, std::exchange(*id, std::nullopt));
    if (!stored) return pass_on(std::move(stored));
    is_new.push_back(*stored);
  }
  if (auto done = all->commit(); !done) return pass_on(std::move(done));
  return is_new;
}

result<void> job_store::visit(const run_filter& which, const std::string& cursor, bool with_console,
                              const std::function<bool(stored_run&&)>& visitor) {
  auto all = conditions_of(which);
  position after;
  if (!cursor.empty()) {
    auto read = from_cursor(cursor);
    if (!read) return pass_on(std::move(read));
    after = std::move(*read);
    all.add("(planned, script, node, number) < (?, ?, ?, ?)",
            {after.planned, after.script, after.node, after.number});
  }
  const auto sql = std::string{"SELECT "} + (with_console ? run_columns_with_console : run_columns) +
                   " FROM run" + all.text() + " ORDER BY planned DESC, script DESC, node DESC, number DESC";
  return in_.each(sql, all.values(), [&](const row& at) {
    auto run = read_run(in_, at, with_console);
    if (!run) return true;
    if (!is_asked_for(run->run, which)) {
      in_.damaged().note("run", run->id);
      return true;
    }
    return visitor(std::move(*run));
  });
}

result<page<stored_run>> job_store::runs(const run_filter& which, std::size_t limit,
                                         const std::string& cursor) {
  limit = std::clamp<std::size_t>(limit, 1, max_page);
  page<stored_run> answer;
  auto read = visit(which, cursor, true, [&](stored_run&& run) {
    if (answer.records.size() == limit) { // there is one more: a further page
      answer.next = cursor_of(answer.records.back());
      return false;
    }
    answer.records.push_back(std::move(run));
    return true;
  });
  if (!read) return pass_on(std::move(read));
  return answer;
}

result<page<planned_instant>> job_store::instants(const run_filter& which, std::size_t limit,
                                                  const std::string& cursor) {
  limit = std::clamp<std::size_t>(limit, 1, max_page);
  page<planned_instant> answer;
  std::size_t runs = 0;
  position last;
  auto read = visit(which, cursor, false, [&](stored_run&& found) {
    auto& run = found.run;
    auto& instants = answer.records;
    if (instants.empty() || instants.back().planned != run.planned || instants.back().script != run.script) {
      if (instants.size() == limit || runs >= most_runs_of_a_page) {
        answer.next = to_cursor(last);
        return false;
      }
      instants.push_back({run.planned, run.script, {}});
    }
    ++runs;
    last = {to_unix_ns(run.planned), run.script, run.node, static_cast<std::int64_t>(found.number)};
    instants.back().nodes.push_back(
        {std::move(run.node), found.number, run.outcome, std::move(run.result_json), std::move(run.error)});
    return true;
  });
  if (!read) return pass_on(std::move(read));
  for (auto& instant : answer.records)
    std::reverse(instant.nodes.begin(), instant.nodes.end());
  return answer;
}

result<folded> job_store::fold(const run_filter& which, const fold_request& request) {
  job_fold folding{request};
  if (auto sound = folding.check(); !sound) return pass_on(std::move(sound));
  auto read = visit(which, {}, false, [&](stored_run&& run) { return folding.add(run.run); });
  if (!read) return pass_on(std::move(read));
  return std::move(folding).finish();
}

result<followed_runs> job_store::follow(const run_filter& which, std::int64_t after, std::size_t limit) {
  limit = std::clamp<std::size_t>(limit, 1, max_page);
  followed_runs answer;
  answer.last = after;
  std::size_t looked_at = 0;
  const auto sql = std::string{"SELECT "} + run_columns_with_console + " FROM run WHERE id > ? ORDER BY id";
  auto read = in_.each(sql, {after}, [&](const row& at) {
    if (answer.runs.size() == limit || looked_at == max_scan) {
      answer.more = true;
      return false;
    }
    ++looked_at;
    answer.last = at.integer(0);
    auto run = read_run(in_, at, true);
    if (run && is_asked_for(run->run, which)) answer.runs.push_back(std::move(*run));
    return true;
  });
  if (!read) return pass_on(std::move(read));
  return answer;
}

result<std::int64_t> job_store::last_id() { return last_id_of(in_, marked_table::run); }

result<std::vector<std::string>> job_store::tags(std::size_t limit) {
  std::vector<std::string> found;
  // Steps from tag to tag along the index; DISTINCT would walk over every run.
  auto read = in_.each(
      "WITH RECURSIVE next(tag) AS (SELECT min(tag) FROM run UNION ALL"
      " SELECT (SELECT min(tag) FROM run WHERE tag > next.tag) FROM next WHERE next.tag IS NOT NULL)"
      " SELECT tag FROM next WHERE tag IS NOT NULL LIMIT ?",
      {limit}, [&found](const row& at) {
        found.emplace_back(at.text(0));
        return true;
      });
  if (!read) return pass_on(std::move(read));
  return found;
}

} // namespace remora::hub
