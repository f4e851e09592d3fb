#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

struct sqlite3;

namespace remora::hub {

/// What SQLite's result code means for a person: what failed, on which file, and what to do.
/// @param connection For details; null when there is none.
/// Codes: store_full, store_damaged, store_in_use, permission_denied, not_found, io_failed.
error database_error(int code, sqlite3* connection, std::string_view doing, const std::string& file);

/// True for codes after which what the connection holds in memory must not be trusted.
bool is_input_output_error(int code) noexcept;

} // namespace remora::hub
