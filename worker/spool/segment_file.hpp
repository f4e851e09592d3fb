#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/time.hpp"

namespace remora::worker {

// The files of the spool: FOLDER/KIND-INDEX-MARKER.seg, index and marker in hexadecimal. They are read in the
// order of their indices. Each begins with file_magic, the rest are frames (spool_frame.hpp).

inline constexpr std::string_view file_magic = "remora spool 01\n";

/// One file, as its name describes it, and what is in it.
struct segment {
  std::string path;
  std::uint64_t index = 0;
  std::uint32_t marker = 0;
  std::uint64_t bytes = 0;   ///< In the file, up to the end of its last sound record; 0: not made yet.
  std::uint64_t first = 0;   ///< Numbers of the first and the last record; 0: none.
  std::uint64_t last = 0;    ///< Those not written yet are counted too.
  std::uint64_t records = 0; ///< Likewise.
};

/// A segment that has no file yet, with a marker drawn at random.
segment new_segment(const std::string& folder, std::string_view kind, std::uint64_t index);

/// The segments of one kind in a folder, by index, with nothing known about what is in them; finishes
/// replacements that were interrupted. Errors: permission_denied, not_found, io_failed.
result<std::vector<segment>> list_segments(const std::string& folder, std::string_view kind);

/// Up to `most` bytes of a file, from an offset on; fewer when it ends before.
/// Errors: permission_denied, not_found, io_failed.
result<std::string> read_part(const std::string& path, std::uint64_t from, std::uint64_t most);

/// Opens for writing; makes the file when `make`. Errors: store_full, permission_denied, not_found,
/// io_failed.
result<file_descriptor> open_to_write(const std::string& path, bool make);

/// Writes all of `bytes` at an offset. When that fails, what lies behind the offset is cut off.
/// Errors: store_full, io_failed; the text names the file.
result<void> write_at(const file_descriptor& file, const std::string& path, std::uint64_t offset,
                      std::string_view bytes);

/// Puts a file into the place of another one: a killed process leaves the one or the other.
/// Errors: store_full, permission_denied, io_failed.
result<void> replace_file(const std::string& path, std::string_view content);

/// Renames a damaged file to PATH.damaged-TIME and, unless `instead` is empty, puts a file with that content
/// into its place. Of the copies in its folder only the last few are kept. @returns the new name. Errors: as
/// of replace_file(); then nothing has changed.
result<std::string> set_aside(const std::string& path, std::string_view instead, timestamp now);

/// Makes new, renamed and deleted files of a folder durable. Errors: io_failed, not_found, permission_denied.
result<void> sync_folder(const std::string& folder);

} // namespace remora::worker
