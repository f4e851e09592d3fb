#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/units.hpp"
#include "hub/store/damage.hpp"
#include "hub/store/statement.hpp"

struct sqlite3;

namespace remora::hub {

/// The one connection to one database file, set up for a file that must survive power loss and may have been
/// tampered with: WAL, a sync at every commit, no trust in the schema, limits. Prepared statements are kept
/// and used again. Belongs to one thread. Not for files that are not known to be sound: open_store() checks
/// them.
///
/// After a failed read or write (EIO) the connection is not trusted: what is under way fails, and the next
/// call closes it, opens it anew and writes the log back into the file first.
class database {
 public:
  /// Opens or creates `file`. No other process may have it open: the lock is exclusive and held.
  /// @param max_size The file does not grow past it; then writes fail with store_full.
  /// Errors: those of database_error().
  static result<std::unique_ptr<database>> open(const std::string& file, byte_size max_size);

  /// Runs a statement that answers no rows, and returns how many rows it changed. Each distinct text is
  /// prepared once: texts come from the code, values through `values`.
  result<std::int64_t> run(std::string_view sql, const parameters& values = {});

  /// Hands every row of the answer to `visit` until it returns false. `visit` must not change the table.
  result<void> each(std::string_view sql, const parameters& values,
                    const std::function<bool(const row&)>& visit);

  /// The integer in the first column of the first row; nothing when there is no row.
  result<std::optional<std::int64_t>> number(std::string_view sql, const parameters& values = {});

  /// Runs several statements without parameters, one after the other. For migrations and settings.
  result<void> run_all(const char* sql);

  /// Looks at the structure of the whole file, for at most `longest`. @returns what is wrong with it in
  /// SQLite's words; "" when nothing is, or nothing was found until then. Errors: those of database_error().
  result<std::string> quick_check(nanoseconds longest);

  /// Closes the connection and leaves file and log as they are, for a file that is damaged. Nothing else may
  /// be called after it.
  void abandon() noexcept;

  /// The key of the row that the last INSERT made.
  std::int64_t last_row() const noexcept;

  /// Bytes of the file in use, without pages that are free to be used again; and with them.
  result<byte_size> used_size();
  result<byte_size> file_size();
  /// Changes the limit given to open(); a limit below the present size means that nothing grows.
  result<void> limit_size(byte_size max_size);

  const std::string& file() const noexcept { return file_; }
  /// Rows that were found damaged since the file was opened.
  damage& damaged() noexcept { return damaged_; }

 private:
  friend class transaction;
  struct closer {
    void operator()(sqlite3* connection) const noexcept;
  };

  database(std::string file, byte_size max_size) : file_{std::move(file)}, max_size_{max_size} {}
  result<void> connect();
  result<void> set_up();
  result<void> begin();
  result<void> commit();
  void roll_back() noexcept;
  result<void> reconnect();
  result<void> ensure_trusted();
  result<sqlite3_stmt*> prepared(std::string_view sql);
  error failed(int code, std::string_view doing);

  std::string file_;
  byte_size max_size_;
  damage damaged_;
  bool trusted_ = true;         ///< False after an input/output error, until reconnect().
  bool in_transaction_ = false; ///< As we know it: SQLite ends one by itself after some errors.
  int reading_ = 0;             ///< Calls of each() that are under way: their statements must not go.
  std::unique_ptr<sqlite3, closer> connection_;
  std::map<std::string, statement_ptr, std::less<>> statements_; ///< By text. Closed before the connection.
};

/// Everything written between begin() and commit() is stored, or nothing of it. Transactions do not nest.
class transaction {
 public:
  static result<transaction> begin(database& in);
  transaction(transaction&& other) noexcept : in_{std::exchange(other.in_, nullptr)} {}
  transaction& operator=(transaction&&) = delete;
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction();

  /// On success everything is on the disk. On failure nothing is stored.
  result<void> commit();

 private:
  explicit transaction(database& in) noexcept : in_{&in} {}
  database* in_; ///< Null once committed.
};

} // namespace remora::hub
