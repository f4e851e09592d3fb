#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "hub/store/parameter.hpp"

struct sqlite3_stmt;

namespace remora::hub {

/// One row of an answer. Borrowed: it and the text it gives are valid until the statement's next step.
class row {
 public:
  explicit row(sqlite3_stmt* from) noexcept : from_{from} {}

  /// The values of a column, counted from 0. Of another type, or null: 0, "", nothing. Never fails.
  std::int64_t integer(int column) const noexcept;
  std::string_view text(int column) const noexcept;
  std::optional<timestamp> time(int column) const noexcept;

 private:
  sqlite3_stmt* from_;
};

struct statement_closer {
  void operator()(sqlite3_stmt* statement) const noexcept;
};
using statement_ptr = std::unique_ptr<sqlite3_stmt, statement_closer>;

/// A prepared statement in use: bound when made, and back in its first state when this goes.
class statement {
 public:
  /// @param prepared Not in use; stays its owner's.
  explicit statement(sqlite3_stmt* prepared) noexcept : prepared_{prepared} {}
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;
  ~statement();

  /// Binds `values` to the `?` in their order. @returns SQLite's result code.
  int bind(const parameters& values) noexcept;
  /// @returns SQLITE_ROW, SQLITE_DONE, or what went wrong.
  int step() noexcept;
  row current() const noexcept { return row{prepared_}; }

 private:
  sqlite3_stmt* prepared_;
};

} // namespace remora::hub
