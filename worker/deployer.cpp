#include "worker/deployer.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "base/log.hpp"
#include "script/files/file_store.hpp"
#include "script/filters.hpp"

namespace remora::worker {

namespace {

using self_pointer = deployer_pointer;

bool same(const script::limits& a, const script::limits& b) {
  return a.load == b.load && a.turn == b.turn && a.job == b.job && a.memory_bytes == b.memory_bytes;
}

/// True when loading the script anew would make no difference but that it loses what it has in its variables.
bool as_wanted(const script_instance& has, const script_source& source, const wanted_scripts& settings) {
  return has.source.code == source.code && has.source.file == source.file &&
         has.settings->env_json == settings.env_json && same(has.settings->limits, settings.limits) &&
         has.settings->zone.name() == settings.zone.name() && has.settings->macros == settings.macros;
}

std::size_t take_slot(deployer_state& st) {
  if (!st.free_slots.empty()) return st.free_slots.extract(st.free_slots.begin()).value();
  return st.instances.size(); // no slot is free, so they are all of 0 to size - 1
}

/// The instance is no more, and its slot may be taken.
void forget(self_pointer self, std::size_t slot) {
  auto& st = self->state;
  st.with.records->close(slot);
  st.with.scope->give_up(slot);
  self->send(st.supervisor, atom::forget::value, static_cast<std::uint64_t>(slot));
  st.instances.erase(slot);
  st.free_slots.insert(slot);
}

void finish(self_pointer self, std::size_t slot, std::uint64_t dropped_events);

void begin(self_pointer self, std::size_t slot, timestamp after) {
  const auto found = self->state.instances.find(slot);
  if (found == self->state.instances.end()) return;
  script_instance& instance = found->second;
  auto& jobs = self->state.jobs;
  const std::string& title = instance.source.title;
  jobs.begun(title, instance.number);
  self->send(instance.handle,
             std::make_shared<const actors::script_start>(actors::script_start{after, jobs.paused(title)}));
  instance.waits = false;
  if (instance.left) finish(self, slot, *instance.left);
}

void conclude_if_over(self_pointer self) {
  auto& st = self->state;
  if (!st.report || !st.instances.empty()) return;
  st.with.watcher->capture_ended(*st.report);
  caf::anon_send_exit(st.supervisor, caf::exit_reason::user_shutdown);
  self->quit();
}

/// The instance has done its last work.
void ended(self_pointer self, std::size_t slot, const actors::script_tally& tally) {
  auto& st = self->state;
  const auto found = st.instances.find(slot);
  if (found == st.instances.end()) return;
  const script_instance instance = std::move(found->second);
  forget(self, slot);
  st.with.watcher->ended(instance.source.title, tally);
  if (instance.successor) begin(self, *instance.successor, tally.handled_until);
  if (st.jobs.ended(instance.source.title, instance.number))
    st.with.watcher->jobs_changed(instance.source.title, {});
  conclude_if_over(self);
}

/// Asks an instance that gets no more packets to finish.
void finish(self_pointer self, std::size_t slot, std::uint64_t dropped_events) {
  constexpr bool run_every_job = false;
  self->request(self->state.instances.at(slot).handle, caf::infinite, atom::finish::value, run_every_job)
      .then(
          [self, slot, dropped_events](const actors::script_tally_ptr& given) {
            actors::script_tally tally = *given;
            tally.dropped_events += dropped_events;
            ended(self, slot, tally);
          },
          [](const caf::error&) {}); // it died: the supervisor says so
}

void change(self_pointer self, script_change what) {
  self->send(self->state.reader, std::make_shared<const script_change>(std::move(what)));
}

void take_over(self_pointer self, std::size_t slot, const actors::load_report& report) {
  auto& st = self->state;
  script_instance& instance = st.instances.at(slot);
  script_change what;
  what.join.push_back(
      {slot, instance.handle, report.wants_packets, report.wants_items, report.sees_others, report.tags});
  const auto before = st.running.find(instance.source.title);
  if (before != st.running.end()) {
    what.leave.push_back(before->second);
    st.instances.at(before->second).successor = slot;
  }
  change(self, std::move(what));
  if (before == st.running.end()) begin(self, slot, timestamp::min());
  instance.gets_packets = true;
  instance.wants_actions = report.wants_actions;
  instance.wants_queries = report.wants_queries;
  st.running[instance.source.title] = slot;
  show_screening(self);
  st.with.watcher->running(instance.generation, instance.source);
}

void loaded(self_pointer self, std::size_t slot, const actors::load_report& report) {
  auto& st = self->state;
  const auto found = st.instances.find(slot);
  if (found == st.instances.end()) return; // it was given up meanwhile
  const script_instance& instance = found->second;
  const auto wanted = st.loading.find(instance.source.title);
  const bool still_wanted = wanted != st.loading.end() && wanted->second == slot;
  if (still_wanted) st.loading.erase(wanted);
  if (still_wanted && report.error.empty()) return take_over(self, slot, report);
  show_screening(self);
  if (still_wanted) {
    st.with.records->lane(slot)->console(
        {wall_now(), st.with.node_name, instance.source.title, console_level::error, report.error});
    st.with.watcher->refused(instance.generation, instance.source, report.error, report.declined);
  }
  caf::anon_send(instance.handle, atom::finish::value, false);
  forget(self, slot);
  conclude_if_over(self);
}

void load(self_pointer self, const script_source& source, const wanted_scripts_ptr& settings) {
  auto& st = self->state;
  const std::size_t slot = take_slot(st);
  auto parts = std::make_shared<actors::script_runner::parts>();
  parts->source = source;
  parts->source.index = slot; // by which the scripts of a node know each other
  parts->limits = settings->limits;
  parts->env_json = settings->env_json;
  parts->node = st.with.node_name;
  parts->zone = settings->zone;
  parts->watch = std::make_shared<script::turn_watch>();
  parts->scope = st.with.scope->open(slot);
  parts->records = st.with.records->open(slot);
  const instance_number number = ++st.last_instance;
  parts->script_news = watch_script(self, number);
  parts->instants = st.with.instants;
  parts->actions = st.with.actions;
  parts->files = st.with.files;
  parts->kfl = st.kfl;
  const std::shared_ptr<script::turn_watch> watch = parts->watch;

  script_instance instance;
  instance.slot = slot;
  instance.number = number;
  instance.source = source;
  instance.generation = settings->generation;
  instance.settings = settings;
  instance.handle = st.with.spawn_script(std::move(parts));
  self->send(st.supervisor,
             std::make_shared<const actors::newcomer>(actors::newcomer{
                 slot, {source.title, caf::actor_cast<caf::strong_actor_ptr>(instance.handle), watch}}));
  self->request(instance.handle, caf::infinite, atom::prepare::value)
      .then([self, slot](const actors::load_report_ptr& report) { loaded(self, slot, *report); },
            [](const caf::error&) {}); // it died: the supervisor says so
  st.instances.emplace(slot, std::move(instance));
  st.loading[source.title] = slot;
}

void remove(self_pointer self, const std::string& title) {
  auto& st = self->state;
  st.loading.erase(title); // it goes when it has loaded
  const auto found = st.running.find(title);
  if (found == st.running.end()) return;
  script_change what;
  what.leave.push_back(found->second);
  change(self, std::move(what));
  st.running.erase(found);
}

/// The macros of the operator from now on. One that is wrong the hub should have refused: then there are
/// none.
void take_macros(deployer_state& st, const std::map<std::string, std::string>& macros) {
  if (macros == st.macros) return;
  st.macros = macros;
  st.kfl = nullptr;
  if (macros.empty()) return;
  auto made = script::filters::with(macros);
  if (made) {
    st.kfl = *std::move(made);
  } else {
    log::error("deployment", "filter.macros: ", made.error().message, "; scripts run without them");
  }
}

void make_so(self_pointer self, const wanted_scripts_ptr& wanted) {
  auto& st = self->state;
  if (st.report) return; // it is over
  if (st.with.files) st.with.files->change(wanted->file_quota_bytes, wanted->archive_prefix);
  take_macros(st, wanted->macros);
  st.redaction_fail_closed = wanted->redaction_fail_closed;
  if (wanted->paused) pause_jobs(self, *wanted->paused);
  if (std::exchange(st.queue_events, wanted->queue_events) != wanted->queue_events) {
    script_change what;
    what.queue_events = wanted->queue_events;
    change(self, std::move(what));
  }
  std::set<std::string> titles;
  for (const script_source& source : wanted->scripts) {
    titles.insert(source.title);
    const auto is_wanted = [&](const std::map<std::string, std::size_t>& slots) {
      const auto found = slots.find(source.title);
      return found != slots.end() && as_wanted(st.instances.at(found->second), source, *wanted);
    };
    if (is_wanted(st.loading)) continue;
    st.loading.erase(source.title); // another version than this
    if (!is_wanted(st.running)) load(self, source, wanted);
  }
  std::set<std::string> gone;
  for (const auto* slots : {&st.running, &st.loading}) {
    for (const auto& [title, slot] : *slots)
      if (titles.count(title) == 0) gone.insert(title);
  }
  for (const std::string& title : gone)
    remove(self, title);
  show_screening(self);
}

/// A script that does not answer: its thread and its heap stay, nobody waits for it.
void lose(self_pointer self, std::size_t slot) {
  auto& st = self->state;
  const auto found = st.instances.find(slot);
  if (found == st.instances.end()) return;
  const std::string title = found->second.source.title;
  const auto drop_from = [&](std::map<std::string, std::size_t>& slots) {
    const auto here = slots.find(title);
    if (here != slots.end() && here->second == slot) slots.erase(here);
  };
  drop_from(st.running);
  drop_from(st.loading);
  show_screening(self);
  st.with.watcher->stuck(title);
  script_instance& instance = found->second;
  instance.lost = true;
  // What it has run so far nobody knows: its successor begins with what comes from now on.
  if (instance.successor) begin(self, *std::exchange(instance.successor, std::nullopt), wall_now());
  if (!instance.gets_packets || st.report) return ended(self, slot, {});
  script_change what;
  what.leave.push_back(slot);
  change(self, std::move(what));
  self->send(st.reader, std::make_shared<const actors::script_lost>(actors::script_lost{slot}));
}

void left(self_pointer self, const script_left& said) {
  const auto found = self->state.instances.find(said.index);
  if (found == self->state.instances.end()) return;
  found->second.gets_packets = false;
  if (found->second.lost) {
    actors::script_tally tally;
    tally.dropped_events = said.dropped_events;
    return ended(self, said.index, tally);
  }
  // Only what has begun knows up to where it ran its jobs.
  if (found->second.waits) {
    found->second.left = said.dropped_events;
  } else {
    finish(self, said.index, said.dropped_events);
  }
}

/// No more packets come: those that are still there finish. One that is loading ends when it has loaded.
void wind_up(self_pointer self, const capture_report_ptr& report) {
  auto& st = self->state;
  st.report = report;
  st.loading.clear();
  show_screening(self);
  std::vector<std::size_t> with_packets;
  for (const auto& [slot, instance] : st.instances)
    if (instance.gets_packets) with_packets.push_back(slot);
  for (const std::size_t slot : with_packets) {
    const std::uint64_t dropped = slot < report->dropped_events.size() ? report->dropped_events[slot] : 0;
    left(self, {slot, dropped});
  }
  conclude_if_over(self);
}

} // namespace

deployer::behavior_type deploy_scripts(self_pointer self, const std::shared_ptr<deployer_parts>& with) {
  auto& st = self->state;
  st.with = std::move(*with);
  st.reader = st.with.start_conductor(caf::actor_cast<caf::actor>(self));
  st.supervisor =
      self->spawn(actors::supervise_scripts, std::make_shared<std::vector<actors::supervised_script>>(),
                  actors::script_owner{caf::actor_cast<deployer>(self)});
  return {
      [self](const wanted_scripts_ptr& wanted) { make_so(self, wanted); },
      [self](const actors::job_order_ptr& order) { order_jobs(self, *order); },
      [self](const actors::hub_call_ptr& what) { call_hub_hooks(self, *what); },
      [self](const script_news_ptr& news) { note_script_news(self, *news); },
      [self](const script_left_ptr& said) { left(self, *said); },
      [self](const actors::script_lost_ptr& lost) { lose(self, lost->script); },
      [self](const capture_report_ptr& report) { wind_up(self, report); },
  };
}

} // namespace remora::worker
