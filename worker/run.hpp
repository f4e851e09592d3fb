#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/jobs/time_zone.hpp"
#include "base/error.hpp"
#include "protocol/console_line.hpp"
#include "protocol/job_run.hpp"
#include "protocol/script_source.hpp"
#include "script/files/file_store.hpp"
#include "script/filters.hpp"
#include "script/limits.hpp"
#include "traffic/capture/packet_source.hpp"
#include "traffic/decode/decode_counters.hpp"
#include "traffic/item_pipeline.hpp"
#include "worker/item_totals.hpp"

namespace remora::worker {

/// Takes what scripts print and how their jobs ended, in the order it happened. Called by one thread at a
/// time, not always the same. It may take its time: reading a file waits for it, capture does not.
class record_sink {
 public:
  virtual ~record_sink() = default;
  virtual void console(const console_line& line) = 0;
  virtual void job(const job_run& run) = 0;
  virtual void clear_console() = 0;
  /// Only of runs that print items.
  virtual void item(const remora::item& what) { static_cast<void>(what); }
};

/// Set from any thread or signal handler to end a run early: what the scripts are doing is finished first.
using stop_flag = std::atomic<bool>;

/// Scripts on one machine, over a live capture or capture files.
struct run_options {
  std::string node_name;              ///< utils.nodeName()
  std::vector<script_source> scripts; ///< In the order of their index; may be empty.
  std::string env_json = "{}";        ///< scripting.env as a JSON object.
  script::limits limits;
  std::size_t queue_events = 65'536;    ///< Live: events that wait for one script before more are dropped.
  jobs::time_zone zone;                 ///< In which cron expressions are read.
  script::file_store::options files;    ///< Where scripts keep their files.
  std::shared_ptr<script::filters> kfl; ///< Null: the built-in macros of the filter language alone.

  std::variant<traffic::live_options, traffic::file_options> input;
  double speed = 0;                    ///< Files: how many times real time; 0: as fast as possible.
  std::optional<nanoseconds> duration; ///< Ends after this time of the run's clock.
  std::optional<std::uint64_t> count;  ///< Ends after this many packets.
  std::optional<item_origin>
      origin;                   ///< What items say of this machine; nothing: of a machine without a name.
  traffic::item_options items;  ///< How items are made.
  bool print_items = false;     ///< The sink gets the items too.
  bool run_jobs_at_end = false; ///< Runs every scheduled job once more at the end, in the order scheduled.
};

/// What came of one script.
struct script_report {
  std::string title;
  std::uint64_t hook_calls = 0;
  std::uint64_t errors = 0;         ///< Exceptions that left a hook, job or timer, and turns that were ended.
  std::uint64_t dropped_events = 0; ///< Live: the script was too slow. Any: it was suspended or stuck.
  std::uint64_t dropped_lines = 0;  ///< Live: it printed faster than allowed.
  std::uint64_t suspensions = 0;
  bool stuck = false; ///< Its engine stopped answering and was abandoned.
};

/// What came of a run. source.received = packets + source.filtered_out + beyond_end, and packets =
/// decoded.packets().
struct run_report {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;      ///< On the wire.
  std::uint64_t beyond_end = 0; ///< Read, but after the end that a duration sets.
  traffic::source_counters source;
  traffic::decode_counters decoded;
  item_totals items;
  std::vector<script_report> scripts;
  nanoseconds run_time{0}; ///< By the run's clock: the time span of the capture, when a file was read.
  nanoseconds wall_time{0};
  bool interrupted = false;    ///< The stop flag was set.
  std::vector<error> problems; ///< Damage of capture files, or why the capture ended.
};

/// Loads the scripts, opens the input, and works until the input ends, a limit is reached or `stop` is set.
/// The clock of a file that is read follows the capture; two such runs hand the same records to the sink in
/// the same order. Errors: everything that keeps a run from starting; nothing was captured then. Every script
/// that does not load is named.
tl::expected<run_report, std::vector<error>> run(run_options options, record_sink& records,
                                                 const stop_flag& stop);

/// Loads each script as run() would, runs its top level, and lets it go. Files that it makes meanwhile go
/// too.
/// @returns what is wrong, empty when
/// nothing is.
std::vector<error> check_scripts(const run_options& options);

} // namespace remora::worker
