#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/jobs/job_table.hpp"
#include "actors/scripts/action_outlet.hpp"
#include "actors/scripts/instant_record.hpp"
#include "actors/scripts/job_reporter.hpp"
#include "actors/scripts/offence_record.hpp"
#include "actors/scripts/record_lane.hpp"
#include "actors/scripts/round.hpp"
#include "protocol/script_source.hpp"
#include "script/script_vm.hpp"

namespace remora::actors {

/// A capture whose time jumps by more than seven days is not stepped through instant by instant: each job and
/// interval runs once, and the other instants of jobs are recorded as skipped.
bool is_long_gap(timestamp from, timestamp to) noexcept;

/// A script with its jobs, its clock and its consequences: what a script actor does, without the actor.
///
/// It decides in which order packets, jobs and timers reach the script, records the runs of jobs, and starts
/// a script afresh, or suspends it, that was ended. One thread at a time.
class script_runner final : private script::console_sink, private script::job_desk, private script::hub_desk {
 public:
  struct parts {
    script_source source;
    script::limits limits;
    std::string env_json;
    std::string node;
    jobs::time_zone zone;
    script::run_clock clock = script::run_clock::wall();
    std::shared_ptr<script::turn_watch> watch;
    std::shared_ptr<script::shared_scope> scope;
    std::shared_ptr<record_lane> records;
    std::shared_ptr<script_watcher> script_news; ///< Null: nobody listens.
    std::shared_ptr<instant_record> instants;    ///< Null: nothing is remembered over a restart.
    std::shared_ptr<action_outlet> actions;      ///< Null: there is no hub.
    std::shared_ptr<script::file_store> files;   ///< Null: file.* throws.
    std::shared_ptr<script::filters> kfl;        ///< Null: kfl.* knows the built-in macros alone.
  };

  explicit script_runner(parts with);
  ~script_runner() override;
  script_runner(const script_runner&) = delete;
  script_runner& operator=(const script_runner&) = delete;

  /// Loads the script. Errors: as script_vm::load().
  result<void> load();

  /// Valid after load(); they stay what they were when the script is suspended.
  bool wants_packets() const noexcept { return wants_packets_; }
  bool wants_items() const noexcept { return wants_items_; }
  bool sees_others() const noexcept { return sees_others_; }
  bool wants_actions() const noexcept { return wants_actions_; }
  bool wants_queries() const noexcept { return wants_queries_; }

  /// Obeys the commands, delivers the packets and each item after the packet that completed it, and runs what
  /// is due in between: a job or timer due at T before the first packet of T or later, and by the clock of a
  /// capture also what is due up to round.until.
  ///
  /// By the clock of a capture it makes no difference to what the script does, and to its records, where
  /// packets are divided into rounds. Commands are obeyed where they come.
  void take(const round& work);

  /// Calls onHubAction. A suspended script misses it, which is counted.
  void take(const hub_call& what);

  /// Calls onItemQueried for each item. While the script is suspended every call fails.
  screened screen(const screening& what);

  /// Runs what is due by the clock.
  void run_due();

  /// Before the first round, where a script does not begin with its load: jobs do not run the planned
  /// instants up to how.after, which another has run; those that passed since are due now. From here on
  /// script_news is told.
  void begin(const script_start& how);

  /// Does something with the jobs from outside, between two turns. @returns false when the tag is unknown: a
  /// pause waits for a job of that tag, anything else does nothing.
  bool obey_order(const protocol::job_order& order);

  /// Runs each scheduled job once more, in the order scheduled.
  void run_every_job();

  /// When run_due() is to be called next: a job, a timer, the end of a suspension. timestamp::max(): never.
  timestamp next_due() const noexcept;

  /// What this script asked of the others since the last call.
  std::vector<job_command> take_commands() { return std::exchange(commands_, {}); }
  bool asks_others() const noexcept { return !commands_.empty(); }
  std::vector<std::string> own_tags() const { return jobs_.tags(); }

  /// What came of the script so far.
  script_tally tally() const;

  /// Prints what is held back and tells what came of the script. It is not used after that.
  script_tally finish();

 private:
  // console_sink
  void print(console_level level, std::string text) override;
  void clear() override;
  // job_desk
  result<void> schedule(std::string_view tag, std::string_view cron, std::uint64_t limit) override;
  void remove(std::string_view tag) override;
  void remove_all() override;
  std::vector<std::string> tags() const override;
  void run(std::string_view tag) override;
  void run_all() override;
  bool is_running() const override { return jobs_.is_running(); }
  void set_running(bool on) override;
  // hub_desk
  result<void> action(std::string action, std::string argument_json) override;

  void watch_clock(timestamp now);
  void run_what_is_due();
  void deliver(const round& work);
  template <class Event>
  void deliver(const Event* next, const Event* last);
  template <class Event>
  const Event* pass_while_suspended(const Event* next, const Event* last);
  void run_due_until(timestamp until);
  timestamp next_instant() const noexcept;
  timestamp next_of(timestamp job) const noexcept;
  bool run_due_timers(timestamp now);
  bool run_due_jobs(timestamp now);
  bool run_job(const jobs::due_run& due);
  void put_back(const jobs::due_run& due);
  void obey(const job_command& command);
  void pass_over(const jobs::due_run& due);
  void record_skipped(const jobs::skipped_runs& skipped);
  void put_job(job_run record);
  void keep_print(const std::string& text);
  void tell_job_hooks(const jobs::due_run& due, const script::job_result& ended);
  void forget(std::string_view tag);
  void after_turn();
  void start_afresh();
  void suspend(nanoseconds pause, const std::string& why);
  void end_suspension(timestamp now);
  void pass_time(timestamp to);
  void load_again(timestamp now);
  void add_counters();
  void refresh_limit();
  void remember_instant(std::string_view tag, timestamp planned);
  void command_others(job_command::what kind, std::string_view tag = {});
  void command_all(job_command::what kind);
  void request_elsewhere(protocol::job_action what, std::string_view tag, bool own);
  void request_all_elsewhere(protocol::job_action what);

  parts with_;
  std::unique_ptr<script::own_files> files_; ///< Null: there is no place for files.
  script::run_clock clock_;
  jobs::job_table jobs_;
  std::unique_ptr<script::script_vm> vm_;
  offence_record offences_;
  std::optional<timestamp> suspended_until_;
  bool wants_packets_ = false;
  bool wants_items_ = false;
  bool sees_others_ = false;
  bool wants_actions_ = false;
  bool wants_queries_ = false;
  bool said_no_hub_ = false;
  script_tally tally_; ///< Of the lives before this one, but for handled_until.
  std::vector<job_command> commands_;
  job_tags_ptr tags_of_all_;
  job_run* running_job_ = nullptr; ///< The record of the job that is running collects what it prints.
  std::size_t recorded_bytes_ = 0; ///< Of what it printed.
  /// The jobs that ran on request since the last packet passed and the clock last moved. What they request in
  /// turn runs too, but no job twice: it waits, so that no circle of requests holds up the rest.
  std::set<std::string> served_;
  std::uint64_t lives_ = 0; ///< How often the script was loaded.
  job_reporter reporter_;
  timestamp last_seen_ = timestamp::min(); ///< The clock, when something was due last.
};

} // namespace remora::actors
