#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace remora::traffic {

// One record as it lies in a segment file, integers in network byte order:
//
//     marker 4 | CRC-32C of all that follows 4 | payload's length 4 | number 8 | time 8 | payload
//
// The marker is drawn anew for each file, so that captured bytes cannot pass for a record when a damaged file
// is searched for its next sound one.

inline constexpr std::string_view segment_magic = "remora store 01\n";
inline constexpr std::size_t frame_head_bytes = 28;
/// The largest payload of any log.
inline constexpr std::size_t max_payload_bytes = 16u << 20;

/// Appends room for a head and its payload's length; seal_frame() does the rest, once the file is known.
/// The caller appends the payload, 1 to max_payload_bytes.
void begin_frame(std::string& out, std::size_t payload_bytes);

/// The size of the frame, begun by begin_frame(), that stands at an offset.
std::size_t begun_frame_bytes(const std::string& frames, std::size_t at) noexcept;

/// Completes the head of the frame at an offset.
void seal_frame(std::string& frames, std::size_t at, std::uint32_t marker, std::uint64_t number,
                timestamp time) noexcept;

/// A record that was found in some content.
struct found_frame {
  std::uint64_t number = 0; ///< Consecutive within a file.
  timestamp time;           ///< When it was written to disk.
  std::string_view payload; ///< Within the content that was searched.
  std::size_t begin = 0;    ///< Offset of its marker; beyond where the search began when there is damage.
  std::size_t end = 0;      ///< Offset behind it.
};

/// The sound record that begins at an offset; nothing when there is none.
std::optional<found_frame> frame_at(std::string_view content, std::size_t at, std::uint32_t marker) noexcept;

/// The size of the frame whose head stands at an offset, for a head that is plausible; nothing otherwise.
std::optional<std::size_t> claimed_frame_bytes(std::string_view content, std::size_t at,
                                               std::uint32_t marker) noexcept;

/// The first place at or after `from` where a marker, or the beginning of one that the end of the content
/// cuts, stands; the content's size when there is none.
std::size_t find_marker(std::string_view content, std::size_t from, std::uint32_t marker);

/// Whether what stands behind the last sound record is what a write leaves that was cut short (the beginning
/// of a record, or zeros), and not a whole record that is damaged.
bool is_torn(std::string_view tail, std::uint32_t marker);

} // namespace remora::traffic
