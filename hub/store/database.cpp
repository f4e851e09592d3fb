#include "hub/store/database.hpp"

#include <array>
#include <chrono>
#include <sqlite3.h>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "hub/store/database_error.hpp"

namespace remora::hub {

namespace {

constexpr std::size_t max_statements = 200;
constexpr std::uint64_t page_bytes = 4096;

struct limit {
  int id;
  int value;
};
constexpr std::array limits{
    limit{SQLITE_LIMIT_LENGTH, 16 << 20},
    limit{SQLITE_LIMIT_SQL_LENGTH, 64 << 10},
    limit{SQLITE_LIMIT_ATTACHED, 0},
    limit{SQLITE_LIMIT_EXPR_DEPTH, 100},
    limit{SQLITE_LIMIT_COMPOUND_SELECT, 10},
    limit{SQLITE_LIMIT_VARIABLE_NUMBER, 100},
    limit{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64},
    limit{SQLITE_LIMIT_TRIGGER_DEPTH, 0},
};

struct switch_setting {
  int id;
  int on;
};
constexpr std::array switches{
    switch_setting{SQLITE_DBCONFIG_DEFENSIVE, 1},      switch_setting{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    switch_setting{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, switch_setting{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    switch_setting{SQLITE_DBCONFIG_DQS_DML, 0},        switch_setting{SQLITE_DBCONFIG_DQS_DDL, 0},
};

// The locking mode comes before WAL: held exclusively, the index of the log is kept in memory and no second
// connection can exist, which WAL in this version of SQLite may not survive. auto_vacuum only counts for a
// file that is still empty.
constexpr const char* settings =
    "PRAGMA busy_timeout=5000;"
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA auto_vacuum=INCREMENTAL;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA mmap_size=0;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-16384;"
    "PRAGMA journal_size_limit=67108864;";

/// Counts a call for as long as it is under way.
class counted {
 public:
  explicit counted(int& calls) noexcept : calls_{calls} { ++calls_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --calls_; }

 private:
  int& calls_;
};

} // namespace

void database::closer::operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }

result<std::unique_ptr<database>> database::open(const std::string& file, byte_size max_size) {
  std::unique_ptr<database> made{new database{file, max_size}};
  if (auto connected = made->connect(); !connected) return pass_on(std::move(connected));
  return made;
}

result<void> database::connect() {
  sqlite3* raw = nullptr;
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                        SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
  const int code = sqlite3_open_v2(file_.c_str(), &raw, flags, nullptr);
  connection_.reset(raw); // also after a failure there is something to close
  if (code != SQLITE_OK) return tl::unexpected(failed(code, "opening the store"));
  return set_up();
}

result<void> database::set_up() {
  for (const auto& [id, value] : limits)
    sqlite3_limit(connection_.get(), id, value);
  for (const auto& [id, on] : switches) {
    // SQLite's own interface is variadic. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    const int code = sqlite3_db_config(connection_.get(), id, on, nullptr);
    if (code != SQLITE_OK) return tl::unexpected(failed(code, "setting up the store"));
  }
  if (auto done = run_all(settings); !done) return done;
  return limit_size(max_size_);
}

error database::failed(int code, std::string_view doing) {
  if (is_input_output_error(code)) trusted_ = false;
  return database_error(code, connection_.get(), doing, file_);
}

result<sqlite3_stmt*> database::prepared(std::string_view sql) {
  if (auto found = statements_.find(sql); found != statements_.end()) return found->second.get();
  // The texts are few. Should they ever be many, forgetting all costs a moment, not memory.
  if (statements_.size() >= max_statements) {
    for (auto at = statements_.begin(); at != statements_.end();) {
      at = sqlite3_stmt_busy(at->second.get()) != 0 ? std::next(at) : statements_.erase(at);
    }
  }
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  statement_ptr made{raw};
  if (code != SQLITE_OK || !made) return tl::unexpected(failed(code, "preparing a statement"));
  return statements_.emplace(std::string{sql}, std::move(made)).first->second.get();
}

result<void> database::each(std::string_view sql, const parameters& values,
                            const std::function<bool(const row&)>& visit) {
  if (auto sound = ensure_trusted(); !sound) return sound;
  auto found = prepared(sql);
  if (!found) return pass_on(std::move(found));
  const counted under_way{reading_};
  statement use{*found};
  int code = use.bind(values);
  if (code != SQLITE_OK) return tl::unexpected(failed(code, "binding a value"));
  while ((code = use.step()) == SQLITE_ROW) {
    if (!visit(use.current())) return {};
  }
  if (code != SQLITE_DONE) return tl::unexpected(failed(code, "reading or writing"));
  return {};
}

result<std::int64_t> database::run(std::string_view sql, const parameters& values) {
  const auto before = sqlite3_total_changes64(connection_.get());
  auto done = each(sql, values, [](const row&) { return true; });
  if (!done) return pass_on(std::move(done));
  return sqlite3_total_changes64(connection_.get()) - before;
}

result<std::optional<std::int64_t>> database::number(std::string_view sql, const parameters& values) {
  std::optional<std::int64_t> found;
  auto done = each(sql, values, [&found](const row& at) {
    found = at.integer(0);
    return false;
  });
  if (!done) return pass_on(std::move(done));
  return found;
}

result<void> database::run_all(const char* sql) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(failed(code, "setting up"));
  return {};
}

result<std::string> database::quick_check(nanoseconds longest) {
  using clock = std::chrono::steady_clock;
  auto until = clock::now() + longest;
  constexpr int steps_between_looks = 10'000;
  sqlite3_progress_handler(
      connection_.get(), steps_between_looks,
      [](void* end) { return clock::now() > *static_cast<clock::time_point*>(end) ? 1 : 0; }, &until);
  std::string wrong;
  auto done = each("PRAGMA quick_check(1)", {}, [&wrong](const row& at) {
    wrong = at.text(0);
    return false;
  });
  const bool out_of_time = sqlite3_errcode(connection_.get()) == SQLITE_INTERRUPT;
  sqlite3_progress_handler(connection_.get(), 0, nullptr, nullptr);
  if (!done && out_of_time) {
    log::warn("store-check-cut-short", "file=", file_, " after_s=", longest.count() / 1'000'000'000);
    return "";
  }
  if (!done) return pass_on(std::move(done));
  return wrong == "ok" ? "" : wrong;
}

void database::abandon() noexcept {
  statements_.clear();
  if (!connection_) return;
  // SQLite's own interface is variadic. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  connection_.reset();
}

std::int64_t database::last_row() const noexcept { return sqlite3_last_insert_rowid(connection_.get()); }

result<byte_size> database::used_size() {
  auto free_pages = number("PRAGMA freelist_count");
  if (!free_pages) return pass_on(std::move(free_pages));
  auto whole = file_size();
  if (!whole) return whole;
  return byte_size{whole->bytes - static_cast<std::uint64_t>(free_pages->value_or(0)) * page_bytes};
}

result<byte_size> database::file_size() {
  auto pages = number("PRAGMA page_count");
  if (!pages) return pass_on(std::move(pages));
  return byte_size{static_cast<std::uint64_t>(pages->value_or(0)) * page_bytes};
}

result<void> database::limit_size(byte_size max_size) {
  max_size_ = max_size;
  const auto pages = max_size.bytes / page_bytes + 1;
  const auto sql = "PRAGMA max_page_count=" + std::to_string(pages);
  return run_all(sql.c_str());
}

result<void> database::reconnect() {
  log::warn("store-reopened", "file=", file_, " why=input-output-error");
  statements_.clear();
  connection_.reset();
  if (auto connected = connect(); !connected) return connected;
  // What a failed sync left in the log may not be on the disk, though the kernel still shows it. Written back
  // into the file and synced, what is kept is on the disk, and the log begins anew.
  if (auto synced = run_all("PRAGMA wal_checkpoint(TRUNCATE)"); !synced) return synced;
  trusted_ = true;
  return {};
}

result<void> database::ensure_trusted() {
  if (trusted_) return {};
  if (!in_transaction_ && reading_ == 0) return reconnect();
  return fail(errc::io_failed, "reading or writing " + file_ + " failed before; what was begun is given up");
}

result<void> database::begin() {
  auto begun = run("BEGIN IMMEDIATE");
  if (!begun) return pass_on(std::move(begun));
  in_transaction_ = true;
  return {};
}

result<void> database::commit() {
  auto done = run("COMMIT");
  if (done) {
    in_transaction_ = false;
    return {};
  }
  roll_back();
  return pass_on(std::move(done));
}

void database::roll_back() noexcept {
  in_transaction_ = false;
  // Some errors have already rolled back.
  if (connection_ && sqlite3_get_autocommit(connection_.get()) == 0) {
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

result<transaction> transaction::begin(database& in) {
  if (auto begun = in.begin(); !begun) return pass_on(std::move(begun));
  return transaction{in};
}

transaction::~transaction() {
  if (in_ != nullptr) in_->roll_back();
}

result<void> transaction::commit() { return std::exchange(in_, nullptr)->commit(); }

} // namespace remora::hub
