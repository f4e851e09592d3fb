#include "hub/store/console_store.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "hub/store/id_marks.hpp"
#include "hub/store/line_marks.hpp"
#include "hub/store/row_seal.hpp"

namespace remora::hub {

namespace {

constexpr std::string_view newest_first =
    "SELECT id, stored, time, node, script, level, text, seal FROM line WHERE id < ? ORDER BY id DESC";
constexpr std::string_view oldest_first =
    "SELECT id, stored, time, node, script, level, text, seal FROM line WHERE id > ? ORDER BY id";

std::int64_t seal(std::int64_t stored, const console_line& line, std::string_view text) {
  return row_seal{"line"}
      .add(stored)
      .add(to_unix_ns(line.time))
      .add(line.node)
      .add(line.script)
      .add(std::int64_t{static_cast<std::uint8_t>(line.level)})
      .add(text)
      .value();
}

/// The text up to what is kept of it, cut between two characters.
std::string_view kept(std::string_view text) {
  if (text.size() <= console_store::max_text_bytes) return text;
  auto end = console_store::max_text_bytes;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u;
  };
  for (int steps = 0; steps < 3 && continues(end); ++steps)
    --end;
  return text.substr(0, end);
}

/// Compares what was asked for with the columns, before anything is copied.
bool matches(const row& at, const line_filter& which) {
  if (!which.script.empty() && at.text(4) != which.script) return false;
  if (!which.node.empty() && at.text(3) != which.node) return false;
  if (at.integer(5) < static_cast<std::int64_t>(which.lowest)) return false;
  const auto time = from_unix_ns(at.integer(2));
  return (!which.since || time >= *which.since) && (!which.until || time < *which.until);
}

/// Adds the line of a row unless it is damaged.
void take(database& in, const row& at, std::vector<stored_line>& into) {
  stored_line found;
  found.id = at.integer(0);
  found.line.time = from_unix_ns(at.integer(2));
  found.line.node = at.text(3);
  found.line.script = at.text(4);
  found.line.level = static_cast<console_level>(at.integer(5) & 0xFF);
  found.line.text = at.text(6);
  if (at.integer(7) == seal(at.integer(1), found.line, found.line.text)) {
    into.push_back(std::move(found));
  } else {
    in.damaged().note("line", found.id);
  }
}

result<std::int64_t> from_cursor(const std::string& cursor) {
  if (cursor.empty()) return std::numeric_limits<std::int64_t>::max();
  std::int64_t id = 0;
  const auto* end = cursor.data() + cursor.size();
  const auto [stop, problem] = std::from_chars(cursor.data(), end, id);
  if (problem == std::errc{} && stop == end) return id;
  return fail(errc::invalid_usage, "the cursor is none that a page ended with; begin again without one");
}

} // namespace

result<void> console_store::insert(const console_line& line, timestamp now, std::optional<std::int64_t> id) {
  const auto text = kept(line.text);
  auto done = in_.run(
      "INSERT INTO line (id, stored, time, node, script, level, text, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {id, now, line.time, line.node, line.script, static_cast<std::uint8_t>(line.level), text,
       seal(to_unix_ns(now), line, text)});
  if (!done) return pass_on(std::move(done));
  return {};
}

result<line_counts> console_store::append(const std::vector<line_batch>& batches, timestamp now) {
  line_counts counts;
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  auto id = id_to_begin_with(in_, marked_table::line, now);
  if (!id) return pass_on(std::move(id));
  line_marks marks{in_};
  for (const auto& batch : batches) {
    for (const auto& [sequence, line] : batch.lines) {
      auto is_new = marks.pass(line.node, batch.incarnation, sequence);
      if (!is_new) return pass_on(std::move(is_new));
      if (!*is_new) {
        ++counts.repeated;
        continue;
      }
      if (auto done = insert(line, now, std::exchange(*id, std::nullopt)); !done)
        return pass_on(std::move(done));
      ++counts.stored;
    }
  }
  if (auto done = marks.write(); !done) return pass_on(std::move(done));
  if (auto done = all->commit(); !done) return pass_on(std::move(done));
  return counts;
}

result<line_counts> console_store::append(std::uint64_t incarnation,
                                          std::vector<protocol::numbered_line> lines, timestamp now) {
  return append({line_batch{incarnation, std::move(lines)}}, now);
}

result<page<stored_line>> console_store::lines(const line_filter& which, std::size_t limit,
                                               const std::string& cursor) {
  limit = std::clamp<std::size_t>(limit, 1, max_page);
  auto before = from_cursor(cursor);
  if (!before) return pass_on(std::move(before));
  page<stored_line> answer;
  std::size_t looked_at = 0;
  std::int64_t last = 0;
  auto read = in_.each(newest_first, {*before}, [&](const row& at) {
    if (answer.records.size() == limit || looked_at == max_scan) { // there is one more: a further page
      answer.next = std::to_string(last);
      return false;
    }
    ++looked_at;
    last = at.integer(0);
    if (matches(at, which)) take(in_, at, answer.records);
    return true;
  });
  if (!read) return pass_on(std::move(read));
  return answer;
}

result<followed_lines> console_store::follow(const line_filter& which, std::int64_t after,
                                             std::size_t limit) {
  limit = std::clamp<std::size_t>(limit, 1, max_page);
  followed_lines answer;
  answer.last = after;
  std::size_t looked_at = 0;
  auto read = in_.each(oldest_first, {after}, [&](const row& at) {
    if (answer.lines.size() == limit || looked_at == max_scan) {
      answer.more = true;
      return false;
    }
    ++looked_at;
    answer.last = at.integer(0);
    if (matches(at, which)) take(in_, at, answer.lines);
    return true;
  });
  if (!read) return pass_on(std::move(read));
  return answer;
}

result<std::int64_t> console_store::last_id() { return last_id_of(in_, marked_table::line); }

} // namespace remora::hub
