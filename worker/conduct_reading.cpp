#include <algorithm>
#include <iterator>

#include "actors/scripts/script_runner.hpp"
#include "base/log.hpp"
#include "worker/conductor.hpp"

namespace remora::worker {

namespace {

using steady = std::chrono::steady_clock;

/// Packets of a round: a batch of sixteen-byte records that stays in the first-level cache of whoever reads
/// it.
constexpr std::size_t max_batch = 1'024;
/// Rounds a script may have before it when it works for itself; the reader is that far ahead of the slowest.
constexpr std::size_t max_rounds_ahead = 8;
/// Rounds after the end of the input, for what scripts ask of each other's jobs: two that always have another
/// wish are not waited for.
constexpr std::size_t max_closing_rounds = 8;
/// When scripts share, what one does is known to the others after this much time of the capture, as while
/// capturing.
constexpr std::chrono::milliseconds longest_shared_round{50};
/// At a given speed, how often the clock moves when no packets do.
constexpr std::chrono::milliseconds pace_tick{20};
constexpr milliseconds longest_wait{100};

bool paced(const conductor_state& st) { return st.with.speed > 0; }
bool in_step(const conductor_state& st) { return st.with.scripts_share; }

timestamp clock_limit(const conductor_state& st) {
  const bool limited = st.with.duration && *st.with.duration < timestamp::max() - st.with.start;
  return limited ? st.with.start + *st.with.duration : timestamp::max();
}

/// True when the capture goes on after the end that a duration sets: then time does too, up to that end.
bool reaches_limit(const conductor_state& st) { return st.with.batcher->beyond_end() > 0; }

/// How far the clock goes by what was read so far.
timestamp clock_end(const conductor_state& st) {
  return reaches_limit(st) ? clock_limit(st) - nanoseconds{1} : st.with.batcher->latest();
}

/// How far the run's clock may go by now. Only a given speed holds it back.
timestamp paced_now(conductor_state& st) {
  if (!paced(st)) return timestamp::max();
  if (!st.pace_start) st.pace_start = steady::now();
  const auto real = std::chrono::duration<double, std::nano>(steady::now() - *st.pace_start).count();
  const double run = real * st.with.speed;
  return run > 9e18 - static_cast<double>(to_unix_ns(st.with.start))
             ? timestamp::max()
             : st.with.start + nanoseconds{static_cast<std::int64_t>(run)};
}

bool has_room(const conductor_state& st) { return st.scripts->busiest() < rounds_ahead(in_step(st)); }

/// What came of trying to go on.
enum class progress {
  made, ///< Something was read or sent; try again.
  none, ///< Nothing to do before a packet comes or time passes.
};

/// Puts what the batcher has collected behind what is ahead.
void collect(conductor_state& st) {
  collected more = st.with.batcher->take();
  if (st.ahead.empty()) {
    st.ahead = std::move(more.packets);
  } else {
    st.ahead.insert(st.ahead.end(), more.packets.begin(), more.packets.end());
  }
  if (st.items_next == st.items_ahead.size()) {
    st.items_next = 0;
    st.items_ahead = std::move(more.items);
  } else {
    std::move(more.items.begin(), more.items.end(), std::back_inserter(st.items_ahead));
  }
}

void end_input(conductor_state& st) {
  if (std::exchange(st.input_ended, true)) return;
  st.with.batcher->finish();
  collect(st);
}

/// Reads a batch ahead.
progress read_ahead(conductor_pointer self) {
  auto& st = self->state;
  st.ahead_next = 0;
  st.ahead.clear();
  collect(st); // what was read before the scripts were loaded
  const std::size_t wanted = frames_left(self, max_batch - std::min(max_batch, st.ahead.size()));
  if (wanted == 0) {
    if (frames_left(self, 1) == 0) end_input(st);
    return progress::made;
  }
  const auto read = st.with.source->read(*st.with.batcher, wanted, longest_wait);
  if (!read) st.problems.push_back(read.error());
  collect(st);
  if (!read || *read == traffic::read_status::end || st.with.batcher->beyond_end() > 0) end_input(st);
  return st.input_ended || *read == traffic::read_status::more ? progress::made : progress::none;
}

/// Where the next round ends: at the end of what is ahead, before what is due when scripts work in step, and
/// before what is too early at the given speed.
std::size_t next_cut(conductor_state& st, timestamp due, timestamp now) {
  if (!in_step(st) && !paced(st)) return st.ahead.size();
  const packet_info_batch& all = st.ahead;
  std::size_t end = st.ahead_next;
  const timestamp first = from_unix_ns(all[end].timestamp_ns);
  const timestamp span_end = in_step(st) ? first + longest_shared_round : timestamp::max();
  while (end < all.size()) {
    const timestamp time = from_unix_ns(all[end].timestamp_ns);
    if (time > now || (in_step(st) && (time >= due || time >= span_end))) break;
    ++end;
  }
  return end;
}

/// Whether an item happened by the time that so many packets are handed out and the clock has come so far.
bool has_happened(const conductor_state& st, const item& one, std::uint64_t packets, timestamp until) {
  const bool packet_was_first = !st.with.batcher->is_collecting() || one.after_packet <= packets;
  return packet_was_first && one.completed <= until;
}

/// The items that happened by then and were not handed out; null when there are none.
item_batch_ptr take_items(conductor_state& st, std::uint64_t packets, timestamp until) {
  const auto first = st.items_ahead.begin() + static_cast<std::ptrdiff_t>(st.items_next);
  auto end = first;
  while (end != st.items_ahead.end() && has_happened(st, *end, packets, until))
    ++end;
  if (end == first) return nullptr;
  auto part = std::make_shared<item_batch>(std::make_move_iterator(first), std::make_move_iterator(end));
  st.items_next += part->size();
  return part;
}

bool has_items_ahead(const conductor_state& st) noexcept { return st.items_next < st.items_ahead.size(); }

void send_to_all(conductor_pointer self, actors::round work) {
  auto& st = self->state;
  if (in_step(st)) st.with.scope->merge();
  work.number = ++st.last_round;
  st.with.exchange.load(work);
  st.reached = std::max(st.reached, work.until);
  if (!work.packets) work.packets_before = st.handed_out;
  const std::uint64_t packets = work.packets_before + (work.packets ? work.packets->size() : 0);
  work.items = take_items(st, packets, work.until);
  const auto shared = std::make_shared<const actors::round>(std::move(work));
  for (std::size_t i = 0; i < st.scripts->all().size(); ++i)
    send_round(self, i, shared);
  if (st.with.on_items) st.with.on_items(shared->number, shared->items);
}

packet_info_batch_ptr take_ahead(conductor_state& st, std::size_t end) {
  st.handed_out += end - st.ahead_next;
  if (st.ahead_next == 0 && end == st.ahead.size()) {
    return std::make_shared<const packet_info_batch>(std::exchange(st.ahead, {}));
  }
  const auto first = st.ahead.begin();
  auto part = std::make_shared<const packet_info_batch>(first + static_cast<std::ptrdiff_t>(st.ahead_next),
                                                        first + static_cast<std::ptrdiff_t>(end));
  st.ahead_next = end;
  if (st.ahead_next == st.ahead.size()) {
    st.ahead.clear();
    st.ahead_next = 0;
  }
  return part;
}

timestamp latest_of(const packet_info_batch& packets) {
  std::int64_t latest = packets.front().timestamp_ns;
  for (const packet_info& packet : packets)
    latest = std::max(latest, packet.timestamp_ns);
  return from_unix_ns(latest);
}

/// In step a round ends where the next job or timer is due, so that others see what comes of it. Later than
/// `until` when there is none, or when it runs at the start of whatever round comes next anyway.
timestamp next_stop(const conductor_state& st, timestamp until) {
  if (!in_step(st) || actors::is_long_gap(st.reached, until)) return timestamp::max();
  const timestamp due = st.scripts->next_due();
  return due <= st.reached ? timestamp::max() : due;
}

/// The next round while nothing is ahead: packets that nobody wants, or the end of the run, move the clock.
progress send_clock(conductor_pointer self) {
  auto& st = self->state;
  const timestamp now = paced_now(st);
  const timestamp end = clock_end(st);
  actors::round work;
  work.until = std::min({end, now, next_stop(st, end)});
  const bool has_items =
      has_items_ahead(st) && has_happened(st, st.items_ahead[st.items_next], st.handed_out, work.until);
  if (!has_items && work.until <= st.reached) return progress::none;
  if (work.until == now && now < st.reached + pace_tick) return progress::none;
  work.until = std::max(work.until, st.reached);
  send_to_all(self, std::move(work));
  return progress::made;
}

/// Before the first packet: what loading asked for runs, and it is known when the first job is due.
progress send_first(conductor_pointer self) {
  actors::round work;
  work.until = self->state.reached;
  send_to_all(self, std::move(work));
  return progress::made;
}

/// After the last packet: what scripts asked of each other's jobs in the end. False when there is no need.
bool send_closing(conductor_pointer self) {
  auto& st = self->state;
  if (st.interrupted || !st.with.exchange.has_mail() || st.closing_rounds == max_closing_rounds) return false;
  ++st.closing_rounds;
  st.last_round += rounds_ahead(in_step(st)); // all that was said is old enough for this round
  actors::round work;
  work.until = st.reached;
  send_to_all(self, std::move(work));
  return !st.scripts->idle();
}

/// The next round of what is ahead.
progress send_ahead(conductor_pointer self) {
  auto& st = self->state;
  const timestamp now = paced_now(st);
  const timestamp first = from_unix_ns(st.ahead[st.ahead_next].timestamp_ns);
  const timestamp due = next_stop(st, first);
  actors::round work;
  if (const std::size_t end = next_cut(st, due, now); end > st.ahead_next) {
    work.packets_before = st.handed_out;
    work.packets = take_ahead(st, end);
    work.until = std::max(st.reached, latest_of(*work.packets));
  } else if (in_step(st) && due <= std::min(first, now)) {
    work.until = due;
  } else if (paced(st) && now >= st.reached + pace_tick) {
    work.until = std::min(now, first - nanoseconds{1});
    if (work.until <= st.reached) return progress::none;
  } else {
    return progress::none;
  }
  send_to_all(self, std::move(work));
  return progress::made;
}

progress go_on(conductor_pointer self) {
  auto& st = self->state;
  if (st.last_round == st.with.rounds_before) return send_first(self);
  if (!st.ahead.empty()) return send_ahead(self);
  const progress read = st.input_ended ? progress::none : read_ahead(self);
  if (st.ahead.empty() && send_clock(self) == progress::made) return progress::made;
  return read;
}

/// True when nothing is left to hand out, or nothing more is wanted.
bool is_over(conductor_state& st) {
  if (st.with.stop->load()) st.interrupted = true;
  return st.interrupted ||
         (st.input_ended && st.ahead.empty() && !has_items_ahead(st) && clock_end(st) <= st.reached);
}

/// What was read and is not handed out any more is dropped, and counted.
void drop_ahead(conductor_state& st) {
  collect(st);
  const std::uint64_t packets = st.ahead.size() - st.ahead_next;
  const std::uint64_t items = st.items_ahead.size() - st.items_next;
  for (script_slot& slot : st.scripts->all())
    slot.dropped_events += slot.events_of(packets, items);
  st.ahead.clear();
  st.items_ahead.clear();
  st.ahead_next = st.items_next = 0;
}

void step(conductor_pointer self) {
  auto& st = self->state;
  while (!st.ending && has_room(st)) {
    if (is_over(st)) {
      st.ending = true;
      drop_ahead(st);
    } else if (go_on(self) == progress::none && !is_over(st)) {
      if (!std::exchange(st.step_planned, true)) self->delayed_send(self, pace_tick, atom::step::value);
      return;
    }
  }
  if (!st.ending || !st.scripts->idle() || send_closing(self)) return;
  const timestamp end = reaches_limit(st) && !st.interrupted ? clock_limit(st) : st.reached;
  report_and_quit(self, std::max(end, st.with.start) - st.with.start);
}

} // namespace

std::size_t rounds_ahead(bool scripts_share) noexcept { return scripts_share ? 1 : max_rounds_ahead; }

conductor::behavior_type conduct_reading(conductor_pointer self,
                                         const std::shared_ptr<conductor_parts>& with) {
  start_conducting(self, with);
  begin_or_end_items(self);
  self->state.with.batcher->set_end(clock_limit(self->state));
  self->state.reached = self->state.with.start;
  return {
      [self](atom::step) {
        self->state.step_planned = false;
        step(self);
      },
      [self](const actors::round_done_ptr& done) {
        note_round_done(self, *done);
        step(self);
      },
      [self](const actors::script_lost_ptr& lost) {
        note_script_lost(self, lost->script);
        step(self);
      },
      [](const script_change_ptr&) {
        log::error("script-change-refused", "scripts cannot change while a capture file is read");
      },
  };
}

} // namespace remora::worker
