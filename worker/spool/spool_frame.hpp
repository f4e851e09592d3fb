#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/wire/cbor_check.hpp"

namespace remora::worker {

// One record as it lies in a file of the spool, integers in network byte order:
//
//     marker 4 | CRC-32C of all that follows 4 | payload's length 4 | number 8 | payload
//
// The marker is drawn anew for each file and nobody else knows it, so that what a script printed cannot pass
// for a record when a damaged file is searched for the next sound one.

inline constexpr std::size_t frame_head_bytes = 20;
inline constexpr std::size_t max_frame_bytes = frame_head_bytes + wire::max_message_bytes;

/// Writes one record behind `out`. @param payload 1 to max_message_bytes.
void append_frame(std::string& out, std::uint32_t marker, std::uint64_t number, std::string_view payload);

/// A record that was found.
struct found_frame {
  std::uint64_t number = 0;
  std::string_view payload; ///< Within the content that was searched.
  std::size_t begin = 0;    ///< Offset of its marker: beyond where the search began when there is damage.
  std::size_t end = 0;      ///< Offset behind it.
};

/// The first sound record at or after `from`; nothing when there is none. Takes time linear in the content.
std::optional<found_frame> find_frame(std::string_view content, std::size_t from, std::uint32_t marker);

/// Whether what stands behind the last sound record is what a write leaves that was cut short (the beginning
/// of a record, or zeros), and not a whole record that is damaged.
bool is_torn(std::string_view tail, std::uint32_t marker);

} // namespace remora::worker
