#include "hub/store/statement.hpp"

#include <sqlite3.h>

namespace remora::hub {

std::int64_t row::integer(int column) const noexcept {
  return sqlite3_column_type(from_, column) == SQLITE_INTEGER ? sqlite3_column_int64(from_, column) : 0;
}

std::string_view row::text(int column) const noexcept {
  if (sqlite3_column_type(from_, column) != SQLITE_TEXT) return {};
  // The text first and its length second: the other way round SQLite may convert in between.
  const auto* bytes = sqlite3_column_blob(from_, column);
  const auto length = sqlite3_column_bytes(from_, column);
  if (bytes == nullptr || length <= 0) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

std::optional<timestamp> row::time(int column) const noexcept {
  if (sqlite3_column_type(from_, column) != SQLITE_INTEGER) return std::nullopt;
  return from_unix_ns(sqlite3_column_int64(from_, column));
}

void statement_closer::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

statement::~statement() {
  // The result is that of the last step, which was reported there.
  sqlite3_reset(prepared_);
  sqlite3_clear_bindings(prepared_);
}

int statement::bind(const parameters& values) noexcept {
  int position = 0;
  for (const auto& value : values) {
    ++position;
    int code = SQLITE_OK;
    if (const auto* number = value.integer()) {
      code = sqlite3_bind_int64(prepared_, position, *number);
    } else if (const auto* text = value.text()) {
      // An empty view may hold a null pointer, which SQLite would take for NULL.
      const char* bytes = text->data() == nullptr ? "" : text->data();
      // nullptr stands for SQLITE_STATIC: the caller's text outlives the statement's use.
      code = sqlite3_bind_text64(prepared_, position, bytes, text->size(), nullptr, SQLITE_UTF8);
    } else {
      code = sqlite3_bind_null(prepared_, position);
    }
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

int statement::step() noexcept { return sqlite3_step(prepared_); }

} // namespace remora::hub
