#include <algorithm>

#include "actors/scripts/script_runner.hpp"
#include "base/log.hpp"

// The jobs of a script: when they run, what is recorded, and what the script may ask for.
namespace remora::actors {

namespace {

/// How much of what a job prints its record holds.
constexpr std::size_t max_recorded_lines = 1'000;
constexpr std::size_t max_recorded_bytes = 1u << 20;

/// What a script may ask of the others in one round.
constexpr std::size_t max_commands = 10'000;

} // namespace

void script_runner::run_every_job() {
  served_.clear();
  jobs_.request_all(clock_.now());
  run_due_jobs(clock_.now());
}

/// Runs the jobs that are due now. @returns whether one ran.
bool script_runner::run_due_jobs(timestamp now) {
  const bool requested = jobs_.next_due() == jobs::job_table::at_once;
  if (!vm_ || (!requested && jobs_.next_due() > now)) return false;
  const jobs::due_jobs due = jobs_.take_due(now);
  for (const jobs::skipped_runs& skipped : due.skipped)
    record_skipped(skipped);
  const std::uint64_t life = lives_;
  bool ran = false;
  for (const jobs::due_run& run : due.runs) {
    if (!vm_ || lives_ != life) {
      pass_over(run);
    } else if (run.requested && !served_.insert(run.tag).second) {
      put_back(run);
    } else {
      ran = run_job(run) || ran;
    }
  }
  return ran;
}

/// The script was ended by a job before this one, and its jobs with it: the new ones begin with the next
/// instant.
void script_runner::pass_over(const jobs::due_run& due) {
  job_run record;
  record.tag = due.tag;
  record.planned = due.planned;
  record.outcome = job_outcome::skipped;
  record.error = "the script was ended before its turn came";
  put_job(std::move(record));
}

/// A run that was requested once more since the last packet waits for the next.
void script_runner::put_back(const jobs::due_run& due) {
  jobs_.finished(due, clock_.now(), job_outcome::skipped);
  jobs_.request_run(due.tag, due.planned);
}

/// @returns false when the job was removed or replaced by one that ran before it.
bool script_runner::run_job(const jobs::due_run& due) {
  const timestamp started = clock_.now();
  jobs_.began(due, started);
  const auto known = jobs_.find(due.tag);
  if (!known || known->state != jobs::job_state::running) return false;
  if (!due.requested) remember_instant(due.tag, due.planned);
  job_run record;
  record.tag = due.tag;
  record.planned = due.planned;
  record.started = started;
  running_job_ = &record;
  recorded_bytes_ = 0;
  const script::job_result ended = vm_->run_job(due.tag);
  running_job_ = nullptr;
  const timestamp now = std::max(clock_.now(), started); // the wall clock may have been set back
  const jobs::run_end end = jobs_.finished(due, now, ended.outcome, ended.error);
  record.duration = now - started;
  record.outcome = ended.outcome;
  record.result_json = ended.result_json;
  record.error = ended.error;
  put_job(std::move(record));
  if (end.job_ended) forget(due.tag);
  if (end.skipped) record_skipped(*end.skipped);
  after_turn(); // before the hooks: when this run ended the script, the new one is told
  tell_job_hooks(due, ended);
  return true;
}

/// Before it begins, so that it does not come again even when the process is killed during the run.
void script_runner::remember_instant(std::string_view tag, timestamp planned) {
  if (with_.instants) with_.instants->store(with_.source.title, tag, planned);
}

void script_runner::put_job(job_run record) {
  record.node = with_.node;
  record.script = with_.source.title;
  with_.records->job(std::move(record), clock_.now());
}

void script_runner::record_skipped(const jobs::skipped_runs& skipped) {
  remember_instant(skipped.tag, skipped.last);
  job_run record;
  record.tag = skipped.tag;
  record.planned = skipped.first;
  record.outcome = job_outcome::skipped;
  if (skipped.count > 1) {
    record.error =
        std::to_string(skipped.count) + " planned runs were skipped, the last of " + to_rfc3339(skipped.last);
  }
  put_job(std::move(record));
}

void script_runner::tell_job_hooks(const jobs::due_run& due, const script::job_result& ended) {
  const bool passed = ended.outcome == job_outcome::passed;
  job_command news{passed ? job_command::what::passed : job_command::what::failed,
                   with_.source.index,
                   due.tag,
                   due.cron,
                   due.limit,
                   ended.error};
  obey(news);
  commands_.push_back(std::move(news));
}

void script_runner::forget(std::string_view tag) {
  if (vm_) vm_->forget_job(tag);
}

/// A command of another script, or its own; during a turn of the script never one that runs JavaScript.
void script_runner::obey(const job_command& command) {
  using what = job_command::what;
  const bool by_other = command.from != with_.source.index;
  switch (command.kind) {
    case what::remove:
      if (jobs_.remove(command.tag)) forget(command.tag);
      break;
    case what::remove_all:
      for (const std::string& tag : jobs_.tags())
        forget(tag);
      jobs_.remove_all();
      break;
    case what::run:
      jobs_.request_run(command.tag, clock_.now());
      if (by_other) served_.erase(command.tag);
      break;
    case what::run_all:
      jobs_.request_all(clock_.now());
      if (by_other) served_.clear();
      break;
    case what::start:
      jobs_.start(clock_.now());
      break;
    case what::stop:
      jobs_.stop();
      break;
    case what::passed:
      if (vm_) vm_->call_job_passed(command.tag, command.cron, command.limit);
      after_turn();
      break;
    case what::failed:
      if (vm_) vm_->call_job_failed(command.tag, command.cron, command.limit, command.error);
      after_turn();
      break;
  }
  refresh_limit();
}

bool script_runner::obey_order(const protocol::job_order& order) {
  using protocol::job_action;
  constexpr auto nobody = static_cast<std::size_t>(-1); // no script: what it asks for is asked by another
  const bool known = order.all || jobs_.contains(order.tag);
  const std::vector<std::string> tags = order.all ? jobs_.tags() : std::vector<std::string>{order.tag};
  switch (order.what) {
    case job_action::run:
      obey({order.all ? job_command::what::run_all : job_command::what::run, nobody, order.tag, {}, 0, {}});
      break;
    case job_action::remove:
      obey({order.all ? job_command::what::remove_all : job_command::what::remove,
            nobody,
            order.tag,
            {},
            0,
            {}});
      break;
    case job_action::pause:
      for (const std::string& tag : tags)
        jobs_.pause(tag);
      break;
    case job_action::resume:
      for (const std::string& tag : tags)
        jobs_.resume(tag, clock_.now());
      if (order.all) jobs_.set_paused({}, clock_.now());
      break;
  }
  refresh_limit();
  reporter_.tell(jobs_, clock_.now());
  return known;
}

// ------------------------------------------------------------------------ what the script asks for

result<void> script_runner::schedule(std::string_view tag, std::string_view cron, std::uint64_t limit) {
  const auto before = jobs_.find(tag);
  auto done = jobs_.schedule(tag, cron, limit, clock_.now());
  if (!done) return done;
  if (!before || before->cron != cron || before->limit != limit) {
    log::info("job-scheduled", "script=", with_.source.title, " Scheduled the job: \"", tag,
              "\" for cron: \"", cron, "\" (limit: ", limit == 0 ? "infinite" : std::to_string(limit), ")");
  }
  refresh_limit();
  return {};
}

void script_runner::remove(std::string_view tag) {
  const bool own = jobs_.remove(tag);
  request_elsewhere(protocol::job_action::remove, tag, own);
  if (!own) return command_others(job_command::what::remove, tag);
  forget(tag);
  refresh_limit();
}

void script_runner::remove_all() {
  request_all_elsewhere(protocol::job_action::remove);
  command_all(job_command::what::remove_all);
}

std::vector<std::string> script_runner::tags() const {
  std::vector<std::string> all = jobs_.tags();
  if (!tags_of_all_) return all;
  for (std::size_t script = 0; script < tags_of_all_->size(); ++script) {
    if (script == with_.source.index) continue; // its own are known better here
    for (const std::string& tag : (*tags_of_all_)[script]) {
      if (std::find(all.begin(), all.end(), tag) == all.end()) all.push_back(tag);
    }
  }
  return all;
}

void script_runner::run(std::string_view tag) {
  const bool own = jobs_.request_run(tag, clock_.now());
  request_elsewhere(protocol::job_action::run, tag, own);
  if (!own) return command_others(job_command::what::run, tag);
  refresh_limit();
}

void script_runner::run_all() {
  request_all_elsewhere(protocol::job_action::run);
  command_all(job_command::what::run_all);
}

void script_runner::set_running(bool on) {
  command_all(on ? job_command::what::start : job_command::what::stop);
}

void script_runner::command_others(job_command::what kind, std::string_view tag) {
  if (commands_.size() == max_commands) {
    log::warn("job-commands-dropped", "script=", with_.source.title, " it asks for more than ", max_commands,
              " things of other scripts' jobs in one round of work");
  }
  if (commands_.size() <= max_commands)
    commands_.push_back({kind, with_.source.index, std::string{tag}, {}, 0, {}});
}

/// A script is loaded on each node at its own time. What it asks for while it loads is meant for the node
/// where it does, or every node that comes late would run and remove the jobs of all.
void script_runner::request_elsewhere(protocol::job_action what, std::string_view tag, bool own) {
  const bool loads = vm_ == nullptr;
  if (!loads) reporter_.request(what, tag, false, own);
}

void script_runner::request_all_elsewhere(protocol::job_action what) {
  const bool loads = vm_ == nullptr;
  if (!loads) reporter_.request(what, {}, true, false);
}

/// A command that this script obeys too.
void script_runner::command_all(job_command::what kind) {
  command_others(kind);
  obey({kind, with_.source.index, {}, {}, 0, {}});
}

void script_runner::print(console_level level, std::string text) {
  if (running_job_ != nullptr) keep_print(text);
  with_.records->console({clock_.now(), with_.node, with_.source.title, level, std::move(text)});
}

void script_runner::keep_print(const std::string& text) {
  std::vector<std::string>& kept = running_job_->console;
  if (kept.size() > max_recorded_lines || recorded_bytes_ > max_recorded_bytes) return;
  recorded_bytes_ += text.size();
  const bool room = kept.size() < max_recorded_lines && recorded_bytes_ <= max_recorded_bytes;
  kept.push_back(room ? text : "(what it printed after this is not kept here)");
}

void script_runner::clear() { with_.records->clear_console(clock_.now()); }

} // namespace remora::actors
