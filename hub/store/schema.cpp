#include "hub/store/schema.hpp"

namespace remora::hub {

namespace {

// Every row ends with its seal, a CRC-32C of its values (row_seal.hpp). Times are nanoseconds since 1970.
//
// One index serves a run twice: it keeps each identity unique and finds the runs of a tag by time. What a
// run printed has a seal of its own, so that folding results does not read it.
constexpr const char* version_1 = R"(
CREATE TABLE fact (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, value TEXT NOT NULL, seal INTEGER NOT NULL) STRICT;

CREATE TABLE script (
  id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, code TEXT NOT NULL,
  hash TEXT NOT NULL, active INTEGER NOT NULL, origin INTEGER NOT NULL, file TEXT NOT NULL,
  version INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT;

CREATE TABLE job (
  id INTEGER PRIMARY KEY, node TEXT NOT NULL, script TEXT NOT NULL, tag TEXT NOT NULL, cron TEXT NOT NULL,
  run_limit INTEGER NOT NULL, runs INTEGER NOT NULL, paused INTEGER NOT NULL, next INTEGER, seal INTEGER NOT NULL,
  UNIQUE (node, script, tag)) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY, stored INTEGER NOT NULL, tag TEXT NOT NULL, planned INTEGER NOT NULL,
  script TEXT NOT NULL, node TEXT NOT NULL, number INTEGER NOT NULL, started INTEGER,
  duration INTEGER NOT NULL, outcome INTEGER NOT NULL, result TEXT NOT NULL, error TEXT NOT NULL,
  seal INTEGER NOT NULL, console TEXT NOT NULL, console_seal INTEGER NOT NULL,
  UNIQUE (tag, planned, script, node, number)) STRICT;

CREATE TABLE line (
  id INTEGER PRIMARY KEY, stored INTEGER NOT NULL, time INTEGER NOT NULL, node TEXT NOT NULL,
  script TEXT NOT NULL, level INTEGER NOT NULL, text TEXT NOT NULL, seal INTEGER NOT NULL) STRICT;

CREATE TABLE line_mark (
  id INTEGER PRIMARY KEY, node TEXT NOT NULL UNIQUE, incarnation INTEGER NOT NULL,
  sequence INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT;
)";

// How far the ids of a table had come when it was emptied (id_marks.hpp).
constexpr const char* version_2 = R"(
CREATE TABLE id_mark (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT;
)";

} // namespace

const migrations& store_migrations() {
  static const migrations steps{version_1, version_2};
  return steps;
}

result<std::int64_t> migrate(database& in, const migrations& steps) {
  auto read = in.number("PRAGMA user_version");
  if (!read) return pass_on(std::move(read));
  const auto found = read->value_or(0);
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (found < 0) {
    return fail(errc::store_damaged, in.file() + " says it has version " + std::to_string(found));
  }
  if (found > newest) {
    return fail(errc::store_newer, in.file() + " has version " + std::to_string(found) +
                                       " of the store; this remora knows versions up to " +
                                       std::to_string(newest) +
                                       ": start the newer remora, or give this one a hub.data of its own");
  }
  if (found == newest) return found;
  auto all = transaction::begin(in);
  if (!all) return pass_on(std::move(all));
  for (auto step = static_cast<std::size_t>(found); step < steps.size(); ++step) {
    if (auto done = in.run_all(steps[step]); !done) return pass_on(std::move(done));
  }
  const auto stamp = "PRAGMA application_id=" + std::to_string(application_id) +
                     "; PRAGMA user_version=" + std::to_string(newest);
  if (auto done = in.run_all(stamp.c_str()); !done) return pass_on(std::move(done));
  if (auto done = all->commit(); !done) return pass_on(std::move(done));
  return found;
}

result<std::string> schema_text(database& of) {
  std::string text;
  auto done = of.each("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", {},
                      [&text](const row& at) {
                        for (int column = 0; column < 4; ++column)
                          (text += at.text(column)) += '\n';
                        return true;
                      });
  if (!done) return pass_on(std::move(done));
  return text;
}

} // namespace remora::hub
