#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "actors/scripts/record_lane.hpp"
#include "worker/run.hpp"

namespace remora::worker {

/// Passes the records of scripts on as they come, while capturing. A script that prints more than a thousand
/// lines in a second loses the rest; how many is said in one line when the second is over. Source: scripting
/// API §8.1.
class live_records {
 public:
  live_records(record_sink& sink, std::size_t scripts);

  std::shared_ptr<actors::record_lane> lane(std::size_t script) const;
  /// The lane of a script that takes this index while the others run: a new one, or one whose script has
  /// ended.
  std::shared_ptr<actors::record_lane> open(std::size_t script);

  /// The script makes no more records: it has finished, or was given up. What it makes all the same is lost.
  void close(std::size_t script);

  /// Items go to the sink too.
  void items(const item_batch& all);

  /// Lines of a script that were dropped so far. Any thread.
  std::uint64_t dropped_lines(std::size_t script) const;

 private:
  class script_lane;

  record_sink& sink_;
  mutable std::mutex mutex_; ///< One record at a time reaches the sink; guards the lanes too.
  std::vector<std::shared_ptr<script_lane>> lanes_;
};

} // namespace remora::worker
