#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hub/store/database.hpp"
#include "hub/store/job_fold.hpp"
#include "hub/store/job_records.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

/// The records of job runs. A run is known by node, script, tag, planned instant and the id that its worker
/// gave it: what has all of them in common is the same run. Rows that are damaged are left out of every
/// answer and counted in database::damaged(). Errors of all: the database's; invalid_usage for a cursor that
/// none of ours is.
class job_store {
 public:
  static constexpr std::size_t max_page = 1'000;
  static constexpr std::size_t max_scan = 20'000;

  explicit job_store(database& in) noexcept : in_{in} {}

  /// Stores a batch in one transaction: on success every run of it is on the disk, each identity once; on
  /// error none is. @returns for each run whether it was new; one that was not keeps what was stored first.
  /// What may then be acknowledged: the whole batch.
  result<std::vector<bool>> append(const std::vector<protocol::numbered_run>& runs, timestamp now);

  /// Runs, the last planned first. @param limit 1 to max_page. @param cursor page::next, or "" for the first
  /// page.
  result<page<stored_run>> runs(const run_filter& which, std::size_t limit, const std::string& cursor = {});

  /// Planned instants, the last first, each with all its nodes. @param limit Instants, 1 to max_page; a page
  /// ends early, at the end of an instant, once it has 20,000 runs. @param cursor As above.
  result<page<planned_instant>> instants(const run_filter& which, std::size_t limit,
                                         const std::string& cursor = {});

  /// The results of the runs, folded. What is no number is counted, not guessed at.
  /// Errors also: invalid_usage when the answer or the samples would be too many (with what to do).
  result<folded> fold(const run_filter& which, const fold_request& request);

  /// Runs stored after the run `after`, the earliest first; `which.tag` may be "" for every tag. Begin with
  /// last_id(). @param limit 1 to max_page. Looks at no more than max_scan runs a call.
  result<followed_runs> follow(const run_filter& which, std::int64_t after, std::size_t limit);

  /// The id of the run that was stored last, also when it is gone by now; 0 when there never was one. Ids
  /// rise for ever.
  result<std::int64_t> last_id();

  /// Every tag with runs, in order. At most `limit`.
  result<std::vector<std::string>> tags(std::size_t limit);

 private:
  /// Visits sound rows of `which` from the last planned on, from after `cursor`.
  result<void> visit(const run_filter& which, const std::string& cursor, bool with_console,
                     const std::function<bool(stored_run&&)>& visitor);

  database& in_;
};

} // namespace remora::hub
