#include <algorithm>

#include "worker/conductor.hpp"

namespace remora::worker {

namespace {

/// Long enough to fill a batch when traffic is heavy, short enough for a person and for the scripts'
/// commands.
constexpr milliseconds longest_wait{20};
constexpr std::size_t max_batch = 1'024;

nanoseconds time_since_start(conductor_pointer self) { return wall_now() - self->state.with.start; }

bool is_over(conductor_pointer self) {
  auto& st = self->state;
  if (st.with.stop->load()) st.interrupted = true;
  return st.interrupted || frames_left(self, 1) == 0 ||
         (st.with.duration && time_since_start(self) >= *st.with.duration);
}

/// Hands what was collected to every script that has room for it. The others lose it, but not the mail that
/// comes with it.
void hand_out(conductor_pointer self, collected batch) {
  auto& st = self->state;
  if (batch.empty() && !st.with.exchange.has_mail()) return;
  auto mail = std::make_shared<actors::round>();
  mail->number = ++st.last_round;
  st.with.exchange.load(*mail);
  auto full = std::make_shared<actors::round>(*mail);
  const std::size_t packets = batch.packets.size();
  const std::size_t items = batch.items.size();
  full->packets_before = batch.packets_before;
  if (packets > 0) full->packets = std::make_shared<const packet_info_batch>(std::move(batch.packets));
  if (items > 0) full->items = std::make_shared<const item_batch>(std::move(batch.items));
  const bool has_mail = mail->tags || !mail->commands.empty();
  auto& slots = st.scripts->all();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].leaving || slots[i].empty) continue;
    const std::uint64_t events = slots[i].events_of(packets, items);
    const bool wants = events > 0;
    const bool has_room = slots[i].events_under_way + events <= st.with.queue_events;
    if (wants && !has_room) slots[i].dropped_events += events;
    if (wants && has_room) {
      send_round(self, i, full);
    } else if (has_mail) {
      send_round(self, i, mail);
    }
  }
  if (full->items && st.with.on_items) st.with.on_items(full->number, full->items);
}

void finish_when_idle(conductor_pointer self) {
  if (self->state.ending && self->state.scripts->idle()) report_and_quit(self, time_since_start(self));
}

void show_progress(conductor_pointer self) {
  constexpr milliseconds between{250};
  auto& st = self->state;
  const auto now = std::chrono::steady_clock::now();
  if (!st.with.progress || now - st.shown_at < between) return;
  st.shown_at = now;
  capture_totals totals;
  using traffic::decode_status;
  using traffic::packet_kind;
  const traffic::decode_counters& decoded = st.with.batcher->decoded();
  totals.tcp_packets = decoded.of(packet_kind::tcp);
  totals.icmp_packets = decoded.of(packet_kind::icmp) + decoded.of(packet_kind::icmpv6);
  totals.dns_packets = st.with.batcher->dns_packets();
  for (const auto status :
       {decode_status::malformed_link, decode_status::malformed_network, decode_status::malformed_transport})
    totals.decode_errors += decoded.of(status);
  totals.items = st.with.batcher->items();
  for (const script_slot& slot : st.scripts->all())
    totals.slots.push_back({!slot.empty, slot.last_known, slot.dropped_events, slot.events_under_way});
  st.with.progress->publish(std::move(totals));
}

void step(conductor_pointer self) {
  show_progress(self);
  auto& st = self->state;
  if (st.ending) return;
  if (is_over(self)) {
    st.ending = true;
    st.with.batcher->finish();
    hand_out(self, st.with.batcher->take());
    return finish_when_idle(self);
  }
  // A batch never holds more than a script may have waiting, or an idle script could lose all of it.
  const std::size_t batch = std::clamp<std::size_t>(st.with.queue_events, 1, max_batch);
  const auto read = st.with.source->read(*st.with.batcher, frames_left(self, batch), longest_wait);
  if (!read) {
    st.problems.push_back(read.error());
    st.ending = true;
  }
  // Only silence lets time pass: what waits in the kernel's buffer is older than now.
  if (read && *read == traffic::read_status::idle) st.with.batcher->advance(wall_now() - longest_wait);
  if (st.ending) st.with.batcher->finish();
  hand_out(self, st.with.batcher->take());
  if (st.ending) return finish_when_idle(self);
  self->send(self, atom::step::value);
}

} // namespace

conductor::behavior_type conduct_capture(conductor_pointer self,
                                         const std::shared_ptr<conductor_parts>& with) {
  start_conducting(self, with);
  begin_or_end_items(self);
  return {
      [self](atom::step) { step(self); },
      [self](const actors::round_done_ptr& done) {
        note_round_done(self, *done);
        finish_when_idle(self);
      },
      [self](const actors::script_lost_ptr& lost) {
        note_script_lost(self, lost->script);
        finish_when_idle(self);
      },
      [self](const script_change_ptr& change) { change_scripts(self, *change); },
  };
}

} // namespace remora::worker
