#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hub/store/database.hpp"
#include "hub/store/job_records.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

struct stored_line {
  std::int64_t id = 0; ///< Rises in the order of storing; never comes again while the line is there.
  console_line line;
};

/// What to show.
struct line_filter {
  std::string script; ///< Title; "" for all.
  std::string node;   ///< "" for all.
  console_level lowest = console_level::debug;
  std::optional<timestamp> since; ///< Printed at or after it.
  std::optional<timestamp> until; ///< Printed before it.
};

/// Lines of one life of one worker.
struct line_batch {
  std::uint64_t incarnation = 0; ///< Of the worker that numbered the lines: rises with each of its starts.
  std::vector<protocol::numbered_line> lines;
};

struct line_counts {
  std::size_t stored = 0;
  std::size_t repeated = 0; ///< Had been stored before.
};

/// Lines after a line, the earliest first, and where to go on.
struct followed_lines {
  std::vector<stored_line> lines;
  std::int64_t last = 0; ///< What to pass as `after` next: all up to it were looked at.
  bool more = false;     ///< There are further lines already.
};

/// What scripts printed. A node's lines come in order of their numbers, so one mark a node tells what was
/// stored, also after old lines were deleted; a node that numbers them backwards loses them. Damaged rows are
/// left out and counted in database::damaged(). Errors of all: the database's.
class console_store {
 public:
  static constexpr std::size_t max_page = 1'000;
  /// A call looks at no more lines than this, so that a rare script does not hold up the store; the page is
  /// then short or empty, and still says where to go on.
  static constexpr std::size_t max_scan = 50'000;
  static constexpr std::size_t max_text_bytes = 64u << 10; ///< Longer lines are cut there.

  explicit console_store(database& in) noexcept : in_{in} {}

  /// Stores batches in one transaction: all on the disk on success, nothing on error.
  result<line_counts> append(const std::vector<line_batch>& batches, timestamp now);
  /// The same with one batch.
  result<line_counts> append(std::uint64_t incarnation, std::vector<protocol::numbered_line> lines,
                             timestamp now);

  /// The last lines first. @param limit 1 to max_page. @param cursor page::next, or "" for the newest.
  /// Errors also: invalid_usage for a cursor that none of ours is.
  result<page<stored_line>> lines(const line_filter& which, std::size_t limit,
                                  const std::string& cursor = {});

  /// Lines stored after the line `after`; begin with last_id(). @param limit 1 to max_page.
  result<followed_lines> follow(const line_filter& which, std::int64_t after, std::size_t limit);

  /// The id of the newest line, also when it is gone by now; 0 when there never was one. Ids rise for ever.
  result<std::int64_t> last_id();

 private:
  /// @param id Nothing: the one after the newest.
  result<void> insert(const console_line& line, timestamp now, std::optional<std::int64_t> id);

  database& in_;
};

} // namespace remora::hub
