#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "protocol/item/item.hpp"
#include "protocol/packet_info.hpp"
#include "script/hook_counters.hpp"

namespace remora::actors {

/// What one script asks of the jobs of the others, or tells them of its own.
struct job_command {
  enum class what : std::uint8_t {
    remove, ///< The jobs of this tag.
    remove_all,
    run, ///< The jobs of this tag, now.
    run_all,
    start, ///< The scheduler of this node.
    stop,
    passed, ///< A run ended well: onJobPassed.
    failed, ///< A run did not: onJobFailed.
  };
  what kind = what::remove;
  std::size_t from = 0; ///< Index of the script that says so; it has acted on its own jobs already.
  std::string tag;
  std::string cron;        ///< passed, failed
  std::uint64_t limit = 0; ///< passed, failed
  std::string error;       ///< failed
};

/// How a script begins that waited.
struct script_start {
  /// The planned instants of jobs up to this one were run by the script before, whose place it takes.
  timestamp after = timestamp::min();
  std::vector<std::string> paused; ///< Tags whose jobs are not to run by their schedule.
};
using script_start_ptr = std::shared_ptr<const script_start>;

/// What onHubAction of a script on the hub is to get.
struct hub_call {
  std::string action;
  std::string argument_json; ///< "" for undefined.
  std::uint64_t missed = 0;  ///< What came before this one and was dropped: the script is too slow.
};
using hub_call_ptr = std::shared_ptr<const hub_call>;

/// Items that are about to leave the node for who asked for them: onItemQueried is to see them.
struct screening {
  std::vector<std::string> items; ///< JSON.
  std::string filter;             ///< The query.
};
using screening_ptr = std::shared_ptr<const screening>;

/// What one script made of them, in their order.
struct screened {
  struct one {
    std::optional<std::string> changed; ///< Nothing: as it was.
    bool failed = false;                ///< The script threw, or did not run at all: it is suspended.
  };
  std::vector<one> items;
};
using screened_ptr = std::shared_ptr<const screened>;

/// The tags of every script's jobs, by index of the script.
using job_tags = std::vector<std::vector<std::string>>;
using job_tags_ptr = std::shared_ptr<const job_tags>;

/// A piece of work for every script: packets, items, and how far the clock of the run goes. Shared and
/// immutable.
struct round {
  std::uint64_t number = 0;          ///< Counts up from 1.
  packet_info_batch_ptr packets;     ///< Null when no script has the hook.
  std::uint64_t packets_before = 0;  ///< Packets of the run that came before these: see item::after_packet.
  item_batch_ptr items;              ///< Null when there are none, or no script has the hook.
  timestamp until;                   ///< Reading files: what is due up to here runs. Capturing: not used.
  std::vector<job_command> commands; ///< Obeyed first; a script passes over its own.
  job_tags_ptr tags;                 ///< Null: as before.
};
using round_ptr = std::shared_ptr<const round>;

/// What came of a script so far.
struct script_tally {
  std::uint64_t hook_calls = 0;
  std::uint64_t errors = 0;
  std::uint64_t dropped_events = 0; ///< While it was suspended.
  std::uint64_t suspensions = 0;
  std::uint64_t undecided_filters = 0;        ///< Times that kfl.match() could not decide.
  script::hook_table hooks{};                 ///< What of that each hook did.
  std::uint64_t heap_bytes = 0;               ///< Now; 0 while it is not loaded.
  timestamp handled_until = timestamp::min(); ///< What was due up to here it has run.
};
/// What a script says when it has finished a round: that is its credit for another.
struct round_done {
  std::size_t script = 0;
  std::uint64_t number = 0;
  timestamp next_due;                ///< Its next job or timer; timestamp::max() when it has none.
  std::vector<job_command> commands; ///< For the others.
  std::vector<std::string> tags;     ///< Of its own jobs.
  script_tally tally; ///< Since it was loaded first: what is known of it should it never answer again.
};
using round_done_ptr = std::shared_ptr<const round_done>;

using script_tally_ptr = std::shared_ptr<const script_tally>;

} // namespace remora::actors
