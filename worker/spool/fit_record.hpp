#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/messages.hpp"
#include "protocol/wire/cbor_check.hpp"

// Records as they are kept and sent. One alone always fits a message: what is too large is shortened, and the
// record says so.
namespace remora::worker {

/// What one record may take in a message: bytes, and values as check_cbor() counts them.
inline constexpr std::size_t max_record_bytes = wire::max_message_bytes - 64;
inline constexpr std::size_t max_record_items = wire::max_message_items - 16;

/// The values that a record adds to a message, or a few more.
std::size_t items_of(const protocol::numbered_run& run) noexcept;
inline constexpr std::size_t items_of_line = 15;

/// The record as CBOR. A run that is too large loses console lines from the end first; when it is still too
/// large, its result, which `error` then says; then what is over-long in the rest.
std::string encode_fitting(protocol::numbered_run run);
/// The record as CBOR; a text that is too long is cut.
std::string encode_fitting(protocol::numbered_line line);

/// Reads what encode_fitting() wrote. Errors: invalid_message, malformed_message.
result<protocol::numbered_run> decode_run(std::string_view payload);
result<protocol::numbered_line> decode_line(std::string_view payload);
/// Only the title of a line's script: for counting what is dropped.
result<std::string> script_of_line(std::string_view payload);

} // namespace remora::worker
