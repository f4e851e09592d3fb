#include "hub/store/id_marks.hpp"

#include <string>

#include "hub/store/row_seal.hpp"

namespace remora::hub {

namespace {

std::int64_t seal(std::string_view name, std::int64_t last) {
  return row_seal{"id_mark"}.add(name).add(last).value();
}

/// 0 when the table has no rows.
result<std::int64_t> newest_id(database& in, marked_table table) {
  auto newest = in.number("SELECT max(id) FROM " + std::string{to_string(table)});
  if (!newest) return pass_on(std::move(newest));
  return newest->value_or(0);
}

struct mark {
  std::int64_t last = 0;
  bool damaged = false;
};

result<mark> read_mark(database& in, marked_table table) {
  const auto name = to_string(table);
  mark found;
  auto read = in.each("SELECT id, name, last, seal FROM id_mark WHERE name = ?", {name}, [&](const row& at) {
    found.last = at.integer(2);
    if (at.text(1) != name || at.integer(3) != seal(name, found.last)) {
      in.damaged().note("id_mark", at.integer(0));
      found = {0, true};
    }
    return false;
  });
  if (!read) return pass_on(std::move(read));
  return found;
}

} // namespace

std::string_view to_string(marked_table table) noexcept {
  switch (table) {
    case marked_table::run:
      return "run";
    case marked_table::line:
      return "line";
  }
  return "run";
}

result<std::int64_t> last_id_of(database& in, marked_table table) {
  auto newest = newest_id(in, table);
  if (!newest || *newest > 0) return newest;
  auto kept = read_mark(in, table);
  if (!kept) return pass_on(std::move(kept));
  return kept->last;
}

result<std::optional<std::int64_t>> id_to_begin_with(database& in, marked_table table, timestamp now) {
  auto newest = newest_id(in, table);
  if (!newest) return pass_on(std::move(newest));
  if (*newest > 0) return std::optional<std::int64_t>{};
  auto kept = read_mark(in, table);
  if (!kept) return pass_on(std::move(kept));
  if (kept->damaged) return std::optional{to_unix_ns(now) / 1000};
  return std::optional{kept->last + 1};
}

result<void> keep_last_id(database& in, marked_table table, std::int64_t before) {
  auto newest = newest_id(in, table);
  if (!newest) return pass_on(std::move(newest));
  if (*newest > 0 || before == 0) return {};
  const auto name = to_string(table);
  auto done = in.run("INSERT OR REPLACE INTO id_mark (name, last, seal) VALUES (?, ?, ?)",
                     {name, before, seal(name, before)});
  if (!done) return pass_on(std::move(done));
  return {};
}

} // namespace remora::hub
