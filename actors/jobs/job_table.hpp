#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/jobs/cron.hpp"
#include "actors/jobs/done_instants.hpp"
#include "actors/jobs/time_zone.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "protocol/job_run.hpp"
#include "protocol/scheduled_job.hpp"

namespace remora::jobs {

enum class job_state : std::uint8_t { waiting, running };

/// "waiting", "running".
std::string_view to_string(job_state state) noexcept;

/// One job, as it is listed.
struct job_info {
  std::string tag;
  std::string cron;                  ///< As it was given.
  std::uint64_t limit = 0;           ///< Planned runs after which the job ends; 0: none.
  std::uint64_t run_count = 0;       ///< Runs begun, planned and requested.
  std::uint64_t skipped = 0;         ///< Planned instants that passed without a run.
  std::uint64_t failed = 0;          ///< Runs that threw or used up their time.
  std::optional<timestamp> last_run; ///< When the last run began.
  std::optional<timestamp>
      next_run; ///< The next planned instant; nothing while the job does not wait for one.
  job_state state = job_state::waiting;
  bool paused = false;
  std::string last_error; ///< Of the last run that failed.
};

/// A run that is due now. (tag, planned) identifies it within the script.
struct due_run {
  std::string tag;
  std::string cron;
  std::uint64_t limit = 0;
  timestamp planned;      ///< The instant of the schedule; of a requested run: when it was requested.
  bool requested = false; ///< By somebody, not by the schedule.
  std::uint64_t job = 0;  ///< Which job of this tag: one that is scheduled anew is another.
};

/// Planned instants of one job that passed without a run.
struct skipped_runs {
  std::string tag;
  timestamp first;
  timestamp last;          ///< Equal to `first` when count is 1.
  std::uint64_t count = 0; ///< At least 1.
};

/// What take_due() found.
struct due_jobs {
  std::vector<due_run> runs;         ///< By planned instant, then in the order scheduled.
  std::vector<skipped_runs> skipped; ///< In the same order; to be recorded.
};

/// What follows from the end of a run.
struct run_end {
  bool job_ended = false;              ///< The limit is reached and the job is gone: its function can go too.
  std::optional<skipped_runs> skipped; ///< Instants that passed during the run; to be recorded.
};

/// The scheduled jobs of one script instance on one node. It decides what runs when; its owner has the clock
/// and calls the functions:
///
///     if (table.next_due() <= now)                       // one comparison
///       for (auto& run : table.take_due(now).runs) {
///         table.began(run, now);
///         ...                                            // call the function
///         table.finished(run, later, outcome, error);
///       }
///
/// Promises: an instant of a tag is taken at most once, whatever the clock does and however often the job is
/// removed and scheduled again; between two calls of take_due a job runs at most once for the schedule (the
/// latest instant that passed; the others are skipped and counted); a job is not taken while its last run has
/// not finished. Jobs are few and calls are made by one thread.
class job_table {
 public:
  static constexpr std::size_t max_jobs = 10'000;
  static constexpr std::size_t max_tag_bytes = 256;
  static constexpr std::size_t max_error_bytes = 1'024;

  /// next_due() when nothing is planned, and when a requested run is waiting.
  static constexpr timestamp never = timestamp::max();
  static constexpr timestamp at_once = timestamp{};

  /// @param zone In which cron expressions are read.
  explicit job_table(time_zone zone = {}) : zone_(std::move(zone)) {}

  /// Adds a job that runs for the first time strictly after `now`; 0 as limit is none. A job of the same tag
  /// is replaced: the new one starts afresh and takes the place of the old one in the order. It does not
  /// repeat an instant that was taken under its tag before, and is paused when its tag is. Errors:
  /// invalid_cron; invalid_job for a tag of no or too many bytes, and for a job too many.
  result<void> schedule(std::string_view tag, std::string_view cron, std::uint64_t limit, timestamp now);

  /// Takes a job off the schedule, also while it runs. False when there is none.
  bool remove(std::string_view tag);
  void remove_all();

  /// From now on planned instants pass without a record; requested runs still happen.
  void stop() noexcept;
  /// Plans again, from the first instants after `now`.
  void start(timestamp now);
  bool is_running() const noexcept { return running_; }

  /// Plans from the first instants after this one, earlier or later than now: the instants before are done
  /// with. One that is far ahead of now (done_instants) is as good as now.
  void plan_after(timestamp instant, timestamp now);

  /// Instants of this tag that are done with, as they were kept: those before are not taken either.
  void remember(std::string_view tag, const done_instants& done, timestamp now);

  /// The clock was set back further than is waited for: plans anew, from the first instants after `now`.
  void clock_was_set_back(timestamp now);

  /// The same as stop() and start() for one tag, and for the jobs that get it later. False when no job has it
  /// now.
  bool pause(std::string_view tag);
  bool resume(std::string_view tag, timestamp now);
  /// Pauses these tags and resumes all others.
  void set_paused(const std::vector<std::string>& tags, timestamp now);

  /// Asks for a run beside the schedule. It does not count towards the limit. While one is waiting already,
  /// the second request is the same as the first. False when there is no such job.
  bool request_run(std::string_view tag, timestamp now);
  void request_all(timestamp now);

  /// When take_due() should be called: `never`, `at_once`, or the next planned instant.
  timestamp next_due() const noexcept { return next_due_; }

  /// The next planned instant, whatever was requested; `never` when nothing is planned.
  timestamp next_planned() const noexcept { return agenda_.empty() ? never : agenda_.begin()->first; }

  /// Takes all that is due at `now`. Each run returned counts as active until finished() is told of it.
  due_jobs take_due(timestamp now);

  /// The run starts.
  void began(const due_run& run, timestamp now);

  /// The run ended, or with job_outcome::skipped: will not begin, because the script was suspended. A run
  /// whose job was removed or replaced since is ignored.
  run_end finished(const due_run& run, timestamp now, job_outcome outcome, std::string_view error = {});

  std::size_t size() const noexcept { return jobs_.size(); }
  bool contains(std::string_view tag) const { return places_.find(tag) != places_.end(); }

  /// In the order scheduled.
  std::vector<std::string> tags() const;
  std::vector<job_info> list() const;
  /// The same as others are told of them.
  std::vector<scheduled_job> scheduled() const;
  std::optional<job_info> find(std::string_view tag) const;

  /// Grows when a job is scheduled, removed, paused or resumed, also by its limit and for all by start() and
  /// stop().
  std::uint64_t changes() const noexcept { return changes_; }
  /// Grows when a job's next instant or its count of runs is another.
  std::uint64_t moves() const noexcept { return moves_; }

 private:
  using place = std::uint64_t; ///< Position in the order scheduled; never used twice.

  struct job {
    job(std::uint64_t number, const cron_schedule& when) : id(number), schedule(when) {}

    std::uint64_t id;
    cron_schedule schedule;
    job_info info;
    std::uint64_t planned_runs = 0; ///< Those that count towards the limit.
    done_instants done;
    std::optional<timestamp> requested;
    bool active = false; ///< Taken and not finished.
    bool active_is_planned = false;
  };
  using job_map = std::map<place, job>;

  job_map::iterator find_active(const due_run& run);
  bool wants_plan(const job& j) const noexcept;
  void plan(place at, job& j, timestamp after, timestamp now);
  void unplan(place at, job& j) noexcept;
  skipped_runs skip(job& j, timestamp first, timestamp until);
  std::optional<due_run> take_planned(place at, job& j, timestamp now, std::vector<skipped_runs>& skipped);
  static due_run take(job& j, timestamp planned, bool requested);
  void request(place at, job& j, timestamp now);
  void refresh_next_due() noexcept;
  void keep_done(const job& j);

  time_zone zone_;
  job_map jobs_;
  std::map<std::string, place, std::less<>> places_;
  std::set<std::pair<timestamp, place>> agenda_; ///< The next planned instant of each job that has one.
  std::set<place> requested_;                    ///< Jobs with a requested run that is not held up.
  std::set<std::string, std::less<>> paused_;    ///< Tags, of jobs or not.
  std::map<std::string, done_instants, std::less<>>
      done_before_; ///< By tag; what the job of it does not know.
  timestamp next_due_ = never;
  place next_place_ = 0;
  std::uint64_t next_id_ = 1;
  bool running_ = true;
  std::uint64_t changes_ = 0;
  std::uint64_t moves_ = 0;
};

} // namespace remora::jobs
