#include "actors/scripts/script_runner.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "script/files/file_store.hpp"

// Packets, time and consequences; what has to do with jobs is in script_runner_jobs.cpp.
namespace remora::actors {

namespace {

constexpr timestamp never = timestamp::max();

timestamp time_of(const packet_info& packet) noexcept { return from_unix_ns(packet.timestamp_ns); }
timestamp time_of(const item& one) noexcept { return one.completed; }

timestamp timer_due(const script::script_vm& vm) {
  const std::int64_t at = vm.next_timer_ns();
  return at == script::timer_table::never ? never : from_unix_ns(at);
}

std::string seconds_text(nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

} // namespace

bool is_long_gap(timestamp from, timestamp to) noexcept {
  constexpr nanoseconds longest = std::chrono::hours{7 * 24};
  if (to <= from) return false;
  // Unsigned, because the time stamps of a file may be as far apart as they can be written.
  const std::uint64_t gap =
      static_cast<std::uint64_t>(to_unix_ns(to)) - static_cast<std::uint64_t>(to_unix_ns(from));
  return gap > static_cast<std::uint64_t>(longest.count());
}

script_runner::script_runner(parts with)
    : with_{std::move(with)},
      clock_{with_.clock},
      jobs_{with_.zone},
      reporter_{with_.script_news, with_.source.title} {
  if (with_.files) files_ = std::make_unique<script::own_files>(with_.files, with_.source.title);
}

script_runner::~script_runner() = default;

result<void> script_runner::load() {
  const std::size_t said_before = commands_.size();
  script::surroundings around{with_.node, *this, *this, *this, *with_.scope, with_.kfl.get(), files_.get()};
  script::script_vm::parts vm_parts{with_.limits, std::move(around), &clock_, with_.watch, with_.env_json};
  auto loaded = script::script_vm::load(with_.source, std::move(vm_parts));
  if (!loaded) {
    // What was registered and asked for in this load is rolled back.
    jobs_.remove_all();
    commands_.resize(said_before);
    return pass_on(std::move(loaded));
  }
  vm_ = std::move(*loaded);
  ++lives_;
  tally_.handled_until = std::max(tally_.handled_until, clock_.now()); // jobs begin after the load
  wants_packets_ = vm_->has(script::hook::packet_captured);
  wants_items_ = vm_->has(script::hook::item_captured);
  sees_others_ =
      vm_->outline().uses_shared || vm_->has(script::hook::job_passed) || vm_->has(script::hook::job_failed);
  wants_actions_ = vm_->has(script::hook::hub_action);
  wants_queries_ = vm_->has(script::hook::item_queried);
  suspended_until_.reset();
  return {};
}

// -------------------------------------------------------------------------------- packets and time

void script_runner::take(const round& work) {
  with_.records->enter_round(work.number);
  if (work.tags) tags_of_all_ = work.tags;
  for (const job_command& command : work.commands) {
    if (command.from != with_.source.index) obey(command); // its own it has obeyed
  }
  deliver(work);
  if (clock_.follows_capture()) {
    run_due_until(work.until);
    pass_time(work.until);
  } else {
    run_what_is_due();
  }
  with_.records->enter_round(work.number + 1);
  reporter_.tell(jobs_, clock_.now());
}

/// Packets and items in the order in which they happened.
void script_runner::deliver(const round& work) {
  const bool has_packets = work.packets && wants_packets_;
  const packet_info* packet = has_packets ? work.packets->data() : nullptr;
  const packet_info* const last_packet = has_packets ? packet + work.packets->size() : nullptr;
  if (work.items && wants_items_) {
    const item* next = work.items->data();
    const item* const last = next + work.items->size();
    while (next != last) {
      const item* end = next; // what comes after the same packet goes together
      while (end != last && (!has_packets || end->after_packet == next->after_packet))
        ++end;
      if (has_packets) {
        const std::uint64_t before = next->after_packet - std::min(next->after_packet, work.packets_before);
        const packet_info* const stop =
            work.packets->data() + std::min<std::uint64_t>(before, work.packets->size());
        if (stop > packet) deliver(std::exchange(packet, stop), stop);
      }
      deliver(next, end);
      next = end;
    }
  }
  if (packet != last_packet) deliver(packet, last_packet);
}

template <class Event>
void script_runner::deliver(const Event* next, const Event* last) {
  while (next != last) {
    if (clock_.follows_capture()) {
      run_due_until(time_of(*next));
    } else {
      run_what_is_due();
    }
    if (!vm_) {
      next = pass_while_suspended(next, last);
      continue;
    }
    // At least one passes, and only one when a job that asks for itself again and again waits for it.
    const bool one = jobs_.next_due() == jobs::job_table::at_once;
    vm_->set_limit_ns(std::max(to_unix_ns(jobs_.next_planned()), to_unix_ns(time_of(*next)) + 1));
    const Event* const passed = vm_->deliver(next, one ? next + 1 : last);
    if (passed != next) served_.clear();
    next = passed;
    after_turn();
  }
}

/// What a suspended script misses; at least one.
template <class Event>
const Event* script_runner::pass_while_suspended(const Event* next, const Event* last) {
  const timestamp resumes = suspended_until_.value_or(timestamp::min());
  do {
    clock_.advance_to(to_unix_ns(time_of(*next)));
    ++tally_.dropped_events;
    ++next;
  } while (next != last && (clock_.follows_capture() ? time_of(*next) : clock_.now()) < resumes);
  return next;
}

/// Moves the clock of a capture; what waited for that may run.
void script_runner::pass_time(timestamp to) {
  if (to <= clock_.now()) return;
  clock_.advance_to(to_unix_ns(to));
  served_.clear();
}

/// Moves the clock of a capture from instant to instant at which something is due, not beyond `until`, and
/// runs it.
void script_runner::run_due_until(timestamp until) {
  for (;;) {
    run_what_is_due();
    timestamp due = next_instant();
    if (due > until) return;
    if (is_long_gap(clock_.now(), until)) {
      log::warn("capture-time-jump", "script=", with_.source.title, " from=", to_rfc3339(clock_.now()),
                " to=", to_rfc3339(until), " jobs run once and skip their other instants");
      due = until;
    }
    pass_time(due);
  }
}

void script_runner::run_due() {
  run_what_is_due();
  reporter_.tell(jobs_, clock_.now());
}

/// A clock that is set back by an hour or a day is waited for, so that no instant runs twice. One that goes
/// back further was wrong before: what was planned by it is planned anew.
void script_runner::watch_clock(timestamp now) {
  const timestamp before = std::exchange(last_seen_, now);
  if (!jobs::done_instants::is_far_ahead(before, now)) return;
  log::warn("clock-set-back", "script=", with_.source.title, " from=", to_rfc3339(before),
            " to=", to_rfc3339(now), " its jobs are planned anew from now on");
  jobs_.clock_was_set_back(now);
  tally_.handled_until = now;
  if (suspended_until_) suspended_until_ = now;
}

/// Runs what is due now, jobs before timers, and what that asks for.
void script_runner::run_what_is_due() {
  const timestamp now = clock_.now();
  watch_clock(now);
  tally_.handled_until = std::max(tally_.handled_until, now);
  if (!clock_.follows_capture()) served_.clear(); // time has passed
  if (suspended_until_) {
    if (now < *suspended_until_) return;
    end_suspension(now);
  }
  bool ran = true;
  while (vm_ && ran) {
    ran = run_due_jobs(now);
    ran = run_due_timers(now) || ran;
  }
}

void script_runner::begin(const script_start& how) {
  const timestamp now = clock_.now();
  jobs_.set_paused(how.paused, now);
  if (with_.instants) {
    for (const auto& [tag, done] : with_.instants->load(with_.source.title)) {
      if (jobs::done_instants::is_far_ahead(done.latest(), now)) {
        log::warn("job-ran-in-the-future", "script=", with_.source.title, " tag=", tag,
                  " instant=", to_rfc3339(done.latest()),
                  " it is passed over until the clock comes near: one of the two clocks is wrong");
      }
      jobs_.remember(tag, done, now);
    }
  }
  if (how.after > timestamp::min()) {
    jobs_.plan_after(how.after, now);
    tally_.handled_until = jobs::done_instants::is_far_ahead(how.after, now) ? now : how.after;
  }
  reporter_.begin();
  reporter_.tell(jobs_, now);
}

/// Only the timers that are due now: one that a timer sets again comes in its own time.
bool script_runner::run_due_timers(timestamp now) {
  bool ran = false;
  while (vm_ && timer_due(*vm_) <= now && vm_->run_due_timer()) {
    ran = true;
    after_turn();
  }
  return ran;
}

timestamp script_runner::next_due() const noexcept {
  return std::min(next_of(jobs_.next_due()), reporter_.due(jobs_));
}

/// The same without what is requested and waits.
timestamp script_runner::next_instant() const noexcept { return next_of(jobs_.next_planned()); }

timestamp script_runner::next_of(timestamp job) const noexcept {
  if (suspended_until_) return *suspended_until_;
  if (!vm_) return never;
  return std::min(job, timer_due(*vm_));
}

/// No packet may pass what is due; by the wall clock nothing holds packets back.
void script_runner::refresh_limit() {
  if (vm_) vm_->set_limit_ns(to_unix_ns(jobs_.next_due()));
}

// ------------------------------------------------------------------------------------- hub.action()

void script_runner::take(const hub_call& what) {
  run_what_is_due();
  if (what.missed > 0) {
    tally_.dropped_events += what.missed;
    print(console_level::error,
          "onHubAction is too slow: " + std::to_string(what.missed) + " calls of hub.action() were dropped");
  }
  if (!vm_) {
    ++tally_.dropped_events;
    return;
  }
  vm_->call_hub_action(what.action, what.argument_json);
  after_turn();
  run_what_is_due();
  reporter_.tell(jobs_, clock_.now());
}

result<void> script_runner::action(std::string action, std::string argument_json) {
  const std::size_t bytes = action.size() + argument_json.size();
  if (bytes > protocol::max_hub_action_bytes) {
    return fail(errc::too_large,
                "what is to be sent has " + std::to_string(bytes) + " bytes as JSON, at most " +
                    std::to_string(protocol::max_hub_action_bytes) + " are: send it in parts");
  }
  if (with_.actions) {
    with_.actions->action({with_.source.title, std::move(action), std::move(argument_json)});
  } else if (!std::exchange(said_no_hub_, true)) {
    print(console_level::warn, "hub.action: there is no hub here; what it is given goes nowhere");
  }
  return {};
}

screened script_runner::screen(const screening& what) {
  run_what_is_due();
  screened out;
  out.items.reserve(what.items.size());
  for (const std::string& item : what.items) {
    screened::one& one = out.items.emplace_back();
    if (!vm_) {
      one.failed = true;
      continue;
    }
    auto made = vm_->screen(item, what.filter);
    one = {std::move(made.changed), made.failed};
    after_turn();
  }
  run_what_is_due();
  reporter_.tell(jobs_, clock_.now());
  return out;
}

// ------------------------------------------------------------------------------------ consequences

void script_runner::after_turn() {
  if (vm_ && vm_->broken()) start_afresh();
}

/// The script was ended: its heap goes, and with it its jobs and timers.
void script_runner::start_afresh() {
  const std::string why =
      vm_->broken_because() == errc::script_memory ? "it used up its memory" : "it used up its time";
  add_counters();
  vm_.reset();
  jobs_.remove_all();
  const nanoseconds pause = offences_.add(clock_.now());
  if (pause > nanoseconds{0}) return suspend(pause, why);
  log::warn("script-restarted", "script=", with_.source.title, " reason=", why);
  load_again(clock_.now());
}

void script_runner::suspend(nanoseconds pause, const std::string& why) {
  constexpr std::chrono::seconds shortest{10};
  pause = std::max<nanoseconds>(pause, shortest);
  suspended_until_ = clock_.now() + pause;
  ++tally_.suspensions;
  log::warn("script-suspended", "script=", with_.source.title, " reason=", why, " for=", seconds_text(pause));
  print(console_level::error, "the script is suspended for " + seconds_text(pause) + ": " + why);
  if (with_.script_news) with_.script_news->suspended(suspension{*suspended_until_, why});
}

void script_runner::end_suspension(timestamp now) {
  log::info("script-resumed", "script=", with_.source.title);
  load_again(now);
}

/// Loads what did load before. A script that does not this time tries again after a pause.
void script_runner::load_again(timestamp now) {
  const bool was_suspended = suspended_until_.has_value();
  const auto loaded = load();
  if (loaded && was_suspended && with_.script_news) with_.script_news->suspended(std::nullopt);
  if (loaded) return;
  ++tally_.errors;
  print(console_level::error, loaded.error().message);
  suspend(offences_.add(now), "it does not load any more");
}

void script_runner::add_counters() {
  vm_->finish();
  tally_.hook_calls += vm_->counters().hook_calls;
  tally_.errors += vm_->counters().errors;
  tally_.undecided_filters += vm_->counters().undecided_filters;
  script::add(tally_.hooks, vm_->counters().hooks);
}

script_tally script_runner::tally() const {
  script_tally sum = tally_;
  if (vm_) {
    sum.hook_calls += vm_->counters().hook_calls;
    sum.errors += vm_->counters().errors;
    sum.undecided_filters += vm_->counters().undecided_filters;
    script::add(sum.hooks, vm_->counters().hooks);
    sum.heap_bytes = vm_->heap_bytes();
  }
  return sum;
}

script_tally script_runner::finish() {
  if (vm_) add_counters();
  vm_.reset();
  return tally_;
}

} // namespace remora::actors
