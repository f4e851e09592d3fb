#include "worker/conductor.hpp"

#include <algorithm>

#include <caf/send.hpp>

// What capturing and reading files have in common.
namespace remora::worker {

void start_conducting(conductor_pointer self, const std::shared_ptr<conductor_parts>& with) {
  auto& st = self->state;
  st.with = std::move(*with);
  st.last_round = st.with.rounds_before;
  st.scripts = std::make_unique<script_slots>(std::move(st.with.scripts));
  self->send(self, atom::step::value);
}

namespace {

void tell_if_left(conductor_pointer self, std::size_t script) {
  const auto left = self->state.scripts->take_left(script);
  if (!left) return;
  caf::anon_send(self->state.with.client,
                 std::make_shared<const script_left>(script_left{script, left->dropped_events}));
}

} // namespace

void send_round(conductor_pointer self, std::size_t script, const actors::round_ptr& work) {
  auto& st = self->state;
  script_slot& slot = st.scripts->all()[script];
  const std::uint64_t events =
      slot.events_of(work->packets ? work->packets->size() : 0, work->items ? work->items->size() : 0);
  if (slot.leaving || slot.empty) return;
  if (slot.lost) {
    slot.dropped_events += events;
    return;
  }
  st.scripts->sent(script, events);
  self->send(slot.handle, work);
}

void note_round_done(conductor_pointer self, const actors::round_done& done) {
  auto& st = self->state;
  // What is under way between two rounds may come from a script that has left.
  if (done.script >= st.scripts->all().size() || st.scripts->all()[done.script].empty) return;
  if (done.number != 0) st.scripts->answered(done);
  if (!st.scripts->all()[done.script].leaving) st.with.exchange.note(done);
  tell_if_left(self, done.script);
}

void note_script_lost(conductor_pointer self, std::size_t script) {
  auto& st = self->state;
  if (script >= st.scripts->all().size() || st.scripts->all()[script].empty) return;
  st.scripts->lose(script);
  if (st.with.on_lost) st.with.on_lost(script);
  tell_if_left(self, script);
}

void change_scripts(conductor_pointer self, const script_change& change) {
  auto& st = self->state;
  st.with.queue_events = change.queue_events.value_or(st.with.queue_events);
  for (const std::size_t index : change.leave) {
    if (!st.scripts->leave(index)) continue;
    st.with.exchange.close(index);
    tell_if_left(self, index);
  }
  for (const joining_script& script : change.join) {
    script_slot slot;
    slot.handle = script.handle;
    slot.wants_packets = script.wants_packets;
    slot.wants_items = script.wants_items;
    st.scripts->join(script.index, std::move(slot));
    st.with.exchange.open(script.index, script.tags);
    st.with.scripts_share = st.with.scripts_share || script.sees_others;
  }
  st.with.batcher->set_collecting(st.scripts->any_wants_packets());
  begin_or_end_items(self);
}

void begin_or_end_items(conductor_pointer self) {
  auto& st = self->state;
  const bool wanted = st.with.always_items || st.scripts->any_wants_items();
  if (wanted == st.with.batcher->makes_items() || !st.with.make_items) return;
  st.with.batcher->set_items(wanted ? st.with.make_items(st.with.batcher->used_numbers()) : nullptr);
}

std::size_t frames_left(conductor_pointer self, std::size_t at_most) {
  auto& st = self->state;
  if (!st.with.count) return at_most;
  const std::uint64_t read = st.with.batcher->packets();
  return read >= *st.with.count
             ? 0
             : static_cast<std::size_t>(std::min<std::uint64_t>(at_most, *st.with.count - read));
}

void report_and_quit(conductor_pointer self, nanoseconds run_time) {
  auto& st = self->state;
  auto report = std::make_shared<capture_report>();
  report->packets = st.with.batcher->packets();
  report->bytes = st.with.batcher->bytes();
  report->beyond_end = st.with.batcher->beyond_end();
  report->source = st.with.source->counters();
  report->decoded = st.with.batcher->decoded();
  report->items = st.with.batcher->items();
  for (const script_slot& slot : st.scripts->all()) {
    report->dropped_events.push_back(slot.dropped_events);
    report->lost.push_back(slot.lost);
    report->last_known.push_back(slot.last_known);
  }
  report->run_time = run_time;
  report->interrupted = st.interrupted;
  report->problems = std::move(st.problems);
  const auto& damage = st.with.source->damage();
  report->problems.insert(report->problems.end(), damage.begin(), damage.end());
  caf::anon_send(st.with.client, capture_report_ptr{std::move(report)});
  self->quit();
}

} // namespace remora::worker
