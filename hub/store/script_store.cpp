#include "hub/store/script_store.hpp"

#include <algorithm>
#include <set>

#include "hub/store/fact_store.hpp"
#include "hub/store/row_seal.hpp"
#include "protocol/content_hash.hpp"

namespace remora::hub {

namespace {

constexpr std::string_view generation_fact = "generation";

// A macro, because literals that stand side by side become one at compile time.
#define REMORA_SCRIPT_COLUMNS \
  "id, title, position, code, hash, active, origin, file, version, created, changed, seal"

std::int64_t seal(const stored_script& s) {
  return row_seal{"script"}
      .add(s.title)
      .add(static_cast<std::int64_t>(s.index))
      .add(s.code)
      .add(to_hex(s.hash))
      .add(std::int64_t{s.active})
      .add(std::int64_t{static_cast<std::uint8_t>(s.origin)})
      .add(s.file)
      .add(static_cast<std::int64_t>(s.version))
      .add(to_unix_ns(s.created))
      .add(to_unix_ns(s.changed))
      .value();
}

/// The script of a row of REMORA_SCRIPT_COLUMNS; nothing when it does not match its seal.
std::optional<stored_script> read_row(const row& at) {
  stored_script s;
  s.title = at.text(1);
  s.index = static_cast<std::size_t>(at.integer(2));
  s.code = at.text(3);
  const auto hash = parse_script_hash(at.text(4));
  if (!hash) return std::nullopt;
  s.hash = *hash;
  s.active = at.integer(5) != 0;
  s.origin = static_cast<script_origin>(at.integer(6) & 0xFF);
  s.file = at.text(7);
  s.version = static_cast<std::uint64_t>(at.integer(8));
  s.created = from_unix_ns(at.integer(9));
  s.changed = from_unix_ns(at.integer(10));
  if (at.integer(11) != seal(s)) return std::nullopt;
  return s;
}

result<void> check_expected(std::string_view title, const std::optional<stored_script>& found,
                            std::optional<std::uint64_t> expected) {
  if (!expected || *expected == (found ? found->version : 0)) return {};
  const auto there =
      found ? "it has version " + std::to_string(found->version) : std::string{"there is none"};
  return fail(errc::conflict, "script \"" + std::string{title} + "\" is not at version " +
                                  std::to_string(*expected) + ": " + there +
                                  "; read it again and repeat the change on that");
}

tl::unexpected<error> no_such_script(std::string_view title) {
  return fail(errc::not_found, "there is no script \"" + std::string{title} + "\"");
}

result<void> check_change(const script_change& script) {
  const auto& name = script.file.empty() ? script.title : script.file;
  if (script.title.empty()) return fail(errc::invalid_script, name + ": a script needs a title");
  return check_script_text(script.code, name);
}

} // namespace

std::string_view to_string(script_origin origin) noexcept {
  switch (origin) {
    case script_origin::file:
      return "file";
    case script_origin::api:
      return "api";
    case script_origin::in_config:
      return "config";
  }
  return "unknown";
}

result<std::vector<stored_script>> script_store::list() {
  std::vector<stored_script> scripts;
  auto read = in_.each("SELECT " REMORA_SCRIPT_COLUMNS " FROM script ORDER BY position, title", {},
                       [&](const row& at) {
                         if (auto script = read_row(at)) {
                           scripts.push_back(std::move(*script));
                         } else {
                           in_.damaged().note("script", at.integer(0));
                         }
                         return true;
                       });
  if (!read) return pass_on(std::move(read));
  return scripts;
}

result<std::optional<stored_script>> script_store::read_one(std::string_view title) {
  std::optional<stored_script> found;
  auto read =
      in_.each("SELECT " REMORA_SCRIPT_COLUMNS " FROM script WHERE title = ?", {title}, [&](const row& at) {
        found = read_row(at);
        // A damaged index may lead to another row.
        if (!found || found->title != title) {
          found.reset();
          in_.damaged().note("script", at.integer(0));
        }
        return false;
      });
  if (!read) return pass_on(std::move(read));
  return found;
}

result<std::optional<stored_script>> script_store::find(std::string_view title) { return read_one(title); }

result<std::optional<std::string>> script_store::code_of(const script_hash& hash) {
  std::optional<std::string> code;
  const auto hex = to_hex(hash);
  // Without an index: scripts are few, and an index of hashes would have to be kept sound.
  auto read =
      in_.each("SELECT " REMORA_SCRIPT_COLUMNS " FROM script WHERE hash = ?", {hex}, [&](const row& at) {
        if (auto script = read_row(at)) {
          code = std::move(script->code);
        } else {
          in_.damaged().note("script", at.integer(0));
        }
        return !code;
      });
  if (!read) return pass_on(std::move(read));
  return code;
}

result<std::uint64_t> script_store::generation() { return fact_store{in_}.number(generation_fact); }

result<std::uint64_t> script_store::next_generation() {
  auto before = generation();
  if (!before) return before;
  const auto next = *before + 1;
  if (auto stored = fact_store{in_}.set(generation_fact, std::to_string(next)); !stored) {
    return pass_on(std::move(stored));
  }
  return next;
}

result<std::uint64_t> script_store::raise_generation() {
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  auto next = next_generation();
  if (!next) return next;
  if (auto done = all->commit(); !done) return pass_on(std::move(done));
  return next;
}

result<void> script_store::insert(const stored_script& s) {
  const auto hex = to_hex(s.hash);
  // Replaces by title: also a row that is damaged.
  auto done = in_.run(
      "INSERT OR REPLACE INTO script (title, position, code, hash, active, origin, file, version, created, "
      "changed,"
      " seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {s.title, s.index, s.code, hex, s.active, static_cast<std::uint8_t>(s.origin), s.file, s.version,
       s.created, s.changed, seal(s)});
  if (!done) return pass_on(std::move(done));
  return {};
}

result<stored_script> script_store::write(const script_change& script, script_origin origin,
                                          const std::optional<stored_script>& before, std::uint64_t version,
                                          timestamp now) {
  stored_script made;
  made.title = script.title;
  made.code = script.code;
  made.hash = content_hash(script.code);
  made.active = script.active.value_or(before ? before->active : true);
  made.origin = origin;
  made.file = script.file;
  made.version = version;
  made.created = before ? before->created : now;
  made.changed = now;
  if (before) {
    made.index = before->index;
  } else {
    auto last = in_.number("SELECT max(position) + 1 FROM script");
    if (!last) return pass_on(std::move(last));
    made.index = static_cast<std::size_t>(last->value_or(0));
  }
  if (auto stored = insert(made); !stored) return pass_on(std::move(stored));
  return made;
}

namespace {

bool same(const stored_script& a, const script_change& b, script_origin origin) {
  return a.origin == origin && a.code == b.code && a.file == b.file &&
         a.active == b.active.value_or(a.active);
}

} // namespace

result<stored_script> script_store::put(const script_change& script, script_origin origin,
                                        std::optional<std::uint64_t> expected, timestamp now) {
  if (auto sound = check_change(script); !sound) return pass_on(std::move(sound));
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  auto before = read_one(script.title);
  if (!before) return pass_on(std::move(before));
  if (auto met = check_expected(script.title, *before, expected); !met) return pass_on(std::move(met));
  if (*before && same(**before, script, origin)) return std::move(**before);
  auto version = next_generation();
  if (!version) return pass_on(std::move(version));
  auto made = write(script, origin, *before, *version, now);
  if (!made) return made;
  if (auto done = all->commit(); !done) return pass_on(std::move(done));
  return made;
}

result<stored_script> script_store::set_active(std::string_view title, bool active,
                                               std::optional<std::uint64_t> expected, timestamp now) {
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  auto found = read_one(title);
  if (!found) return pass_on(std::move(found));
  if (!*found) return no_such_script(title);
  if (auto met = check_expected(title, *found, expected); !met) return pass_on(std::move(met));
  auto script = std::move(**found);
  if (script.active == active) return script;
  auto version = next_generation();
  if (!version) return pass_on(std::move(version));
  script.active = active;
  script.version = *version;
  script.changed = now;
  if (auto stored = insert(script); !stored) return pass_on(std::move(stored));
  if (auto done = all->commit(); !done) return pass_on(std::move(done));
  return script;
}

result<void> script_store::remove(std::string_view title, std::optional<std::uint64_t> expected) {
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  auto found = read_one(title);
  if (!found) return pass_on(std::move(found));
  if (auto met = check_expected(title, *found, expected); !met) return met;
  auto removed = in_.run("DELETE FROM script WHERE title = ?", {title});
  if (!removed) return pass_on(std::move(removed));
  if (*removed == 0) return no_such_script(title);
  if (auto version = next_generation(); !version) return pass_on(std::move(version));
  return all->commit();
}

result<script_set_change> script_store::replace_origin(script_origin origin,
                                                       const std::vector<script_change>& scripts,
                                                       timestamp now) {
  std::set<std::string_view> titles;
  for (const auto& script : scripts) {
    if (auto sound = check_change(script); !sound) return pass_on(std::move(sound));
    if (titles.insert(script.title).second) continue;
    return fail(errc::invalid_script, (script.file.empty() ? script.title : script.file) +
                                          ": another script has the title \"" + script.title +
                                          "\" too; titles are unique, so rename one of them");
  }
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  auto before = list();
  if (!before) return pass_on(std::move(before));
  auto version = next_generation();
  if (!version) return pass_on(std::move(version));

  script_set_change change;
  for (const auto& old : *before) {
    if (old.origin != origin || titles.count(old.title) != 0) continue;
    auto removed = in_.run("DELETE FROM script WHERE title = ?", {old.title});
    if (!removed) return pass_on(std::move(removed));
    change.removed.push_back(old.title);
  }
  for (const auto& script : scripts) {
    const auto old = std::find_if(before->begin(), before->end(),
                                  [&script](const stored_script& s) { return s.title == script.title; });
    const auto known = old == before->end() ? std::optional<stored_script>{} : *old;
    if (known && same(*known, script, origin)) continue;
    if (auto made = write(script, origin, known, *version, now); !made) return pass_on(std::move(made));
    (known ? change.changed : change.added).push_back(script.title);
    if (known && known->origin != origin) change.taken_over.push_back(script.title);
  }
  // Without a change the transaction is dropped, and the number that it drew with it.
  change.generation = change.empty() ? *version - 1 : *version;
  if (change.empty()) return change;
  if (auto done = all->commit(); !done) return pass_on(std::move(done));
  return change;
}

} // namespace remora::hub
