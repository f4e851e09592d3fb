#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "hub/store/database.hpp"
#include "hub/store/job_records.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

/// Results, errors and what was printed are kept up to these sizes; more is replaced by a sentence that says
/// so.
inline constexpr std::size_t max_result_bytes = 1u << 20;
inline constexpr std::size_t max_error_bytes = 64u << 10;
inline constexpr std::size_t max_console_bytes = 1u << 20;

/// Stores a run unless one of its identity is there. @param id Nothing: the one after the newest.
/// @returns whether it was new. Errors: the database's.
result<bool> insert_run(database& in, const protocol::numbered_run& reported, timestamp now,
                        std::optional<std::int64_t> id);

/// The columns that read_run() reads, for a SELECT: without and with what the run printed.
extern const char* const run_columns;
extern const char* const run_columns_with_console;

/// The run of a row; nothing when it does not match its seal, which is then noted in the database's damage.
/// @param with_console The row has the columns for it.
std::optional<stored_run> read_run(database& in, const row& at, bool with_console);

} // namespace remora::hub
