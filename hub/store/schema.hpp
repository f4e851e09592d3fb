#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "hub/store/database.hpp"

namespace remora::hub {

/// "RmrH": says in the file's header whose it is. Source: SQLite, PRAGMA application_id.
inline constexpr std::int64_t application_id = 0x526D'7248;

/// The steps from an empty file to today's tables. Step n makes version n + 1 of version n. Append, never
/// change one that was released: files out there were made by it.
using migrations = std::vector<const char*>;
const migrations& store_migrations();

/// Brings the file to the version of the last step, all of them in one transaction: it is then at that
/// version or as it was. @returns the version it had. Errors: store_newer when a later version of remora
/// wrote it, store_damaged when the version is none that can be, and those of the database.
result<std::int64_t> migrate(database& in, const migrations& steps);

/// Every table and index as text, to compare with another file. Errors: those of the database.
result<std::string> schema_text(database& of);

} // namespace remora::hub
