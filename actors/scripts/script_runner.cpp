#include "actors/scripts/script_runner.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace remora::actors {

namespace {

/// A capture whose time jumps by more than this is not stepped through instant by instant: each job runs once
/// and its other instants are recorded as skipped.
constexpr std::chrono::hours longest_gap{7 * 24};

/// How much of what a job prints its record holds.
constexpr std::size_t max_recorded_lines = 1'000;

constexpr timestamp never = timestamp::max();

timestamp timer_due(const script::script_vm& vm) {
  const std::int64_t at = vm.next_timer_ns();
  return at == script::timer_table::never ? never : from_unix_ns(at);
}

std::string seconds_text(nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

} // namespace

script_runner::script_runner(parts with) : with_{std::move(with)}, clock_{with_.clock}, jobs_{with_.zone} {}

script_runner::~script_runner() = default;

result<void> script_runner::load() {
  script::script_vm::parts vm_parts{
      with_.limits, {with_.node, *this, *this, *with_.scope}, &clock_, with_.watch, with_.env_json};
  auto loaded = script::script_vm::load(with_.source, std::move(vm_parts));
  if (!loaded) {
    jobs_.remove_all(); // what was registered in this load is rolled back
    return pass_on(std::move(loaded));
  }
  vm_ = std::move(*loaded);
  wants_packets_ = vm_->has(script::hook::packet_captured);
  sees_others_ =
      vm_->outline().uses_shared || vm_->has(script::hook::job_passed) || vm_->has(script::hook::job_failed);
  suspended_until_.reset();
  return {};
}

// -------------------------------------------------------------------------------- packets and time

void script_runner::take(const round& work) {
  with_.records->enter_round(work.number);
  if (work.tags) tags_of_all_ = work.tags;
  for (const job_command& command : work.commands)
    obey(command);
  if (work.packets && wants_packets_) deliver(*work.packets);
  if (clock_.follows_capture()) {
    run_due_until(work.until);
    clock_.advance_to(to_unix_ns(work.until));
  } else {
    run_due();
  }
}

void script_runner::deliver(const packet_info_batch& packets) {
  const packet_info* next = packets.data();
  const packet_info* const last = next + packets.size();
  while (next != last) {
    if (clock_.follows_capture()) {
      run_due_until(from_unix_ns(next->timestamp_ns));
    } else {
      run_due();
    }
    if (!vm_) {
      next = pass_while_suspended(next, last);
      continue;
    }
    // At least one packet passes: a job that asks for itself again and again runs once between two packets.
    vm_->set_limit_ns(std::max(to_unix_ns(jobs_.next_due()), next->timestamp_ns + 1));
    next = vm_->deliver(next, last);
    after_turn();
  }
}

/// The packets that a suspended script misses; at least one.
const packet_info* script_runner::pass_while_suspended(const packet_info* next, const packet_info* last) {
  do {
    clock_.advance_to(next->timestamp_ns);
    ++tally_.dropped_events;
    ++next;
  } while (next != last && (!suspended_until_ || clock_.now() < *suspended_until_));
  return next;
}

void script_runner::run_due_until(timestamp until) {
  if (next_due() > until) return;
  if (until - clock_.now() > longest_gap) {
    log::warn("capture-time-jump", "script=", with_.source.title, " from=", to_rfc3339(clock_.now()),
              " to=", to_rfc3339(until), " jobs run once and skip their other instants");
    clock_.advance_to(to_unix_ns(until));
  }
  while (run_next_due(until)) {
  }
}

/// Moves the clock of a capture to the next instant at which something is due, not beyond `until`, and runs
/// it.
bool script_runner::run_next_due(timestamp until) {
  const timestamp due = next_due();
  if (due > until) return false;
  clock_.advance_to(to_unix_ns(due));
  run_due();
  // What came due meanwhile without time passing (a job that asks for itself) waits for the next packet.
  return next_due() > clock_.now();
}

void script_runner::run_due() {
  const timestamp now = clock_.now();
  if (suspended_until_) {
    if (now < *suspended_until_) return;
    end_suspension(now);
  }
  if (!vm_) return;
  if (jobs_.next_due() <= now) run_due_jobs();
  // Only the timers that are due now: one that a timer sets again comes in its own time.
  while (vm_ && timer_due(*vm_) <= now && vm_->run_due_timer())
    after_turn();
}

timestamp script_runner::next_due() const noexcept {
  if (suspended_until_) return *suspended_until_;
  if (!vm_) return never;
  return std::min(jobs_.next_due(), timer_due(*vm_));
}

/// No packet may pass what is due; by the wall clock nothing holds packets back.
void script_runner::refresh_limit() {
  if (vm_) vm_->set_limit_ns(to_unix_ns(jobs_.next_due()));
}

// -------------------------------------------------------------------------------------------- jobs

void script_runner::run_due_jobs() {
  const jobs::due_jobs due = jobs_.take_due(clock_.now());
  for (const jobs::skipped_runs& skipped : due.skipped)
    record_skipped(skipped);
  for (const jobs::due_run& run : due.runs) {
    if (!vm_) return; // ended by the job before; all its jobs went with it
    run_job(run);
  }
}

void script_runner::run_every_job() {
  jobs_.request_all(clock_.now());
  if (vm_) run_due_jobs();
}

void script_runner::run_job(const jobs::due_run& due) {
  if (!jobs_.contains(due.tag)) return; // removed by a job that ran before it
  const timestamp started = clock_.now();
  jobs_.began(due, started);
  std::vector<std::string> printed;
  job_console_ = &printed;
  script::job_result ended = vm_->run_job(due.tag);
  job_console_ = nullptr;
  const jobs::run_end end = jobs_.finished(due, clock_.now(), ended.outcome, ended.error);
  job_run record;
  record.node = with_.node;
  record.script = with_.source.title;
  record.tag = due.tag;
  record.planned = due.planned;
  record.started = started;
  record.duration = clock_.now() - started;
  record.outcome = ended.outcome;
  record.result_json = ended.result_json;
  record.error = ended.error;
  record.console = std::move(printed);
  with_.records->job(std::move(record));
  if (end.job_ended) forget(due.tag);
  if (end.skipped) record_skipped(*end.skipped);
  tell_job_hooks(due, ended);
  after_turn();
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

void script_runner::record_skipped(const jobs::skipped_runs& skipped) {
  job_run record;
  record.node = with_.node;
  record.script = with_.source.title;
  record.tag = skipped.tag;
  record.planned = skipped.first;
  record.outcome = job_outcome::skipped;
  if (skipped.count > 1) {
    record.error =
        std::to_string(skipped.count) + " planned runs were skipped, the last of " + to_rfc3339(skipped.last);
  }
  with_.records->job(std::move(record));
}

void script_runner::forget(std::string_view tag) {
  if (vm_) vm_->forget_job(tag);
}

void script_runner::obey(const job_command& command) {
  using what = job_command::what;
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
      break;
    case what::run_all:
      jobs_.request_all(clock_.now());
      break;
    case what::start:
      jobs_.start(clock_.now());
      break;
    case what::stop:
      jobs_.stop();
      break;
    case what::passed:
      if (vm_) vm_->call_job_passed(command.tag, command.cron, command.limit);
      break;
    case what::failed:
      if (vm_) vm_->call_job_failed(command.tag, command.cron, command.limit, command.error);
      break;
  }
  refresh_limit();
}

// ------------------------------------------------------------------------ what the script asks for

result<void> script_runner::schedule(std::string_view tag, std::string_view cron, std::uint64_t limit) {
  auto done = jobs_.schedule(tag, cron, limit, clock_.now());
  if (!done) return done;
  log::info("job-scheduled", "script=", with_.source.title, " Scheduled the job: \"", tag, "\" for cron: \"",
            cron, "\" (limit: ", limit == 0 ? "infinite" : std::to_string(limit), ")");
  refresh_limit();
  return {};
}

void script_runner::remove(std::string_view tag) {
  if (!jobs_.remove(tag)) return command_others(job_command::what::remove, tag);
  forget(tag);
  refresh_limit();
}

void script_runner::remove_all() {
  command_others(job_command::what::remove_all);
  obey(commands_.back());
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
  if (!jobs_.request_run(tag, clock_.now())) return command_others(job_command::what::run, tag);
  refresh_limit();
}

void script_runner::run_all() {
  command_others(job_command::what::run_all);
  obey(commands_.back());
}

void script_runner::set_running(bool on) {
  command_others(on ? job_command::what::start : job_command::what::stop);
  obey(commands_.back());
}

void script_runner::command_others(job_command::what kind, std::string_view tag) {
  commands_.push_back({kind, with_.source.index, std::string{tag}, {}, 0, {}});
}

void script_runner::print(console_level level, std::string text) {
  if (job_console_ != nullptr && job_console_->size() < max_recorded_lines) job_console_->push_back(text);
  with_.records->console({clock_.now(), with_.node, with_.source.title, level, std::move(text)});
}

void script_runner::clear() { with_.records->clear_console(); }

// ------------------------------------------------------------------------------------ consequences

void script_runner::after_turn() {
  if (vm_ && vm_->broken()) start_afresh();
}

/// The script was ended: its heap goes, and with it its jobs and timers.
void script_runner::start_afresh() {
  const std::string why{to_string(vm_->broken_because())};
  add_counters();
  vm_.reset();
  jobs_.remove_all();
  const nanoseconds pause = offences_.add(clock_.now());
  if (pause > nanoseconds{0}) return suspend(pause, why);
  log::warn("script-restarted", "script=", with_.source.title, " reason=", why);
  if (auto loaded = load(); !loaded) {
    print(console_level::error, loaded.error().message);
    suspend(offences_.add(clock_.now()), loaded.error().message);
  }
}

void script_runner::suspend(nanoseconds pause, const std::string& why) {
  constexpr std::chrono::seconds shortest{10};
  pause = std::max<nanoseconds>(pause, shortest);
  suspended_until_ = clock_.now() + pause;
  ++tally_.suspensions;
  log::warn("script-suspended", "script=", with_.source.title, " reason=", why, " for=", seconds_text(pause));
  print(console_level::error, "the script is suspended for " + seconds_text(pause) + ": " + why);
}

void script_runner::end_suspension(timestamp now) {
  suspended_until_.reset();
  log::info("script-resumed", "script=", with_.source.title);
  if (auto loaded = load(); !loaded) {
    print(console_level::error, loaded.error().message);
    suspend(offences_.add(now), loaded.error().message);
  }
}

void script_runner::add_counters() {
  vm_->finish();
  tally_.hook_calls += vm_->counters().hook_calls;
  tally_.errors += vm_->counters().errors;
}

script_tally script_runner::finish() {
  if (vm_) add_counters();
  vm_.reset();
  return tally_;
}

} // namespace remora::actors
