#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "actors/scripts/record_lane.hpp"
#include "protocol/item/item.hpp"
#include "worker/run.hpp"

namespace remora::worker {

/// Puts the records of several scripts, each on a thread of its own, into one order that does not depend on
/// the threads: by round of work, then by the time of the run's clock, then by script. For reading files:
/// nothing is dropped, and a script that prints faster than its turn comes has to wait.
///
/// A record goes out as soon as no other script can still make an earlier one. With one script that is at
/// once. A script that waits for its turn needs the others to go on, or to say that they have left its round.
class ordered_records {
 public:
  /// @param with_items Items go to the sink too, by items().
  ordered_records(record_sink& sink, std::size_t scripts, bool with_items = false);

  /// Where the script of this index puts its records.
  std::shared_ptr<actors::record_lane> lane(std::size_t script) const;

  /// The script makes no more records: it has finished, or was given up. What it makes all the same is lost.
  void close(std::size_t script);

  /// The items of a round of work, after the scripts were given that round. Each goes out before what scripts
  /// print at its time.
  void items(std::uint64_t round, const item_batch_ptr& all);
  /// No more items come.
  void close_items();

 private:
  /// When a record was made: round of work, then the run's clock.
  struct position {
    std::uint64_t round = 0;
    std::int64_t clock_ns = 0;
  };
  struct clear_screen {};
  struct one_item {
    item_batch_ptr batch;
    std::size_t index = 0;
  };
  struct record {
    position at;
    std::variant<console_line, job_run, clear_screen, one_item> what;
    std::size_t bytes = 0;
  };
  /// Scripts by their index, then the items.
  struct lane_state {
    std::deque<record> waiting;
    std::size_t waiting_bytes = 0;
    std::uint64_t round = 0; ///< What it makes next belongs to this round or a later one.
    bool closed = false;
  };
  class script_lane;

  /// What a lane may hold while others are behind.
  static constexpr std::size_t max_waiting_bytes = 8u << 20;

  void put(std::size_t script, record made);
  void enter_round(std::size_t script, std::uint64_t number);
  std::size_t rank(std::size_t lane) const noexcept;
  bool may_go(std::size_t script) const;
  bool send_next();
  void send_all();
  void send(const record& made);

  record_sink& sink_;
  std::size_t scripts_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::vector<lane_state> lanes_;
  std::vector<std::shared_ptr<script_lane>> handles_;
};

} // namespace remora::worker
