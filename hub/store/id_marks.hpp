#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "hub/store/database.hpp"

namespace remora::hub {

// The ids of runs and of lines rise for ever: a follower that was away asks for what comes after the last one
// it has. SQLite numbers an empty table from 1 again, so when retention empties one, a mark keeps how far its
// ids had come.

/// The tables whose ids never come back. Their names go into SQL as they are.
enum class marked_table : std::uint8_t { run, line };
std::string_view to_string(marked_table table) noexcept;

/// The newest id that the table has, or had before it was emptied; 0 when there never was one.
/// Errors: the database's.
result<std::int64_t> last_id_of(database& in, marked_table table);

/// The id that the next row of the table has to be given; nothing when SQLite finds it by itself. To be
/// called in the transaction that inserts. @param now Instead of a mark that is damaged: its microseconds
/// since 1970 lie above every id. Errors: the database's.
result<std::optional<std::int64_t>> id_to_begin_with(database& in, marked_table table, timestamp now);

/// Keeps the last id of a table that may have become empty. To be called in the transaction that deletes.
/// @param before What last_id_of() was before. Errors: the database's.
result<void> keep_last_id(database& in, marked_table table, std::int64_t before);

} // namespace remora::hub
