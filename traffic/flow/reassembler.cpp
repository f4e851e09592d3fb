#include "traffic/flow/reassembler.hpp"

#include <algorithm>

namespace remora::traffic {
namespace {

/// No two sequence numbers that are compared may be further apart than half the circle; this is half of that.
constexpr std::int64_t furthest_ahead = std::int64_t{1} << 30u;

/// So many segments out of window that continue each other are another connection.
constexpr std::uint8_t strikes_of_another = 4;

/// Whether the receiver has what is missing.
bool is_acknowledged(const tcp_side& side, const hole& which) {
  const std::uint32_t behind = which.segments.empty() ? side.fin : which.segments.first();
  return side.acked_known && distance(behind, side.acked) >= 0;
}

} // namespace

bool reassembler::take_slowly(stream_at at, tcp_segment segment) {
  tcp_side& side = at.side();
  if (!is_in_window(at, segment.sequence, segment.end())) {
    side.strikes = static_cast<std::uint8_t>(segment.sequence == side.strike ? side.strikes + 1 : 1);
    if (side.strikes >= strikes_of_another) return false;
    side.strike = segment.end();
    count(byte_fate::out_of_window, segment.bytes.size());
    return true;
  }
  side.strikes = 0;
  side.tentative = false;
  drop_known(at, segment);
  if (segment.length() == 0) return true;
  if (!wants(at)) {
    count(byte_fate::unwanted, segment.bytes.size());
    side.next = segment.end();
  } else if (segment.sequence == side.next) {
    fill(at, segment);
  } else {
    hold(at, segment);
  }
  end_at_fin(at);
  return true;
}

bool reassembler::is_in_window(stream_at at, std::uint32_t from, std::uint32_t to) const {
  const tcp_side& side = at.side();
  std::int64_t known = 0; // how far ahead of `next` somebody has been
  if (side.acked_known) known = std::max<std::int64_t>(known, distance(side.next, side.acked));
  if (side.waiting && !side.waiting->segments.empty()) {
    known = std::max<std::int64_t>(known, distance(side.next, side.waiting->segments.end()));
  }
  const std::int64_t ahead = distance(side.next, from);
  return ahead >= -std::int64_t{limits_.window} && ahead <= known + limits_.window &&
         ahead + (to - from) <= furthest_ahead;
}

/// Cuts off what lies before what is expected or behind the FIN.
void reassembler::drop_known(stream_at at, tcp_segment& segment) {
  tcp_side& side = at.side();
  const std::int32_t ahead = distance(side.next, segment.sequence);
  if (ahead == -1 && segment.length() == 1) {
    count(byte_fate::keep_alive, segment.drop_front(1));
    return;
  }
  if (ahead < 0) {
    const std::int32_t early = distance(segment.sequence, side.start);
    const bool short_stream = side.next - side.start < std::uint32_t{furthest_ahead};
    if (short_stream && early > 0) {
      count(byte_fate::before_start, segment.drop_front(static_cast<std::uint32_t>(early)));
    }
    const std::int32_t known = distance(segment.sequence, side.next);
    if (known > 0) count(byte_fate::duplicate, segment.drop_front(static_cast<std::uint32_t>(known)));
  }
  if (side.fin_seen && segment.length() > 0) {
    const std::int32_t room = std::max(0, distance(segment.sequence, side.fin));
    count(byte_fate::after_end, segment.keep_front(static_cast<std::uint32_t>(room)));
  }
}

/// A segment that begins where the stream goes on, while others may wait behind it.
void reassembler::fill(stream_at at, tcp_segment segment) {
  tcp_side& side = at.side();
  bool filled = false;
  while (segment.length() > 0) {
    std::uint32_t room = segment.length();
    if (side.waiting && !side.waiting->segments.empty()) {
      room = std::min(room, side.waiting->segments.first() - side.next);
    }
    deliver(at, segment.part(0, room), time_);
    segment.drop_front(room);
    if (!drain(at, time_, false)) continue;
    filled = true;
    const std::uint32_t held = side.next - segment.sequence;
    count(byte_fate::overlap, segment.drop_front(held));
  }
  if (filled) ++counters_.filled_holes;
  settle(at, clock_.now());
}

/// Delivers what waits and is no longer separated by a hole. @param late It was given up waiting: the time is
/// that of the packets themselves.
bool reassembler::drain(stream_at at, timestamp time, bool late) {
  tcp_side& side = at.side();
  bool any = false;
  while (side.waiting && !side.waiting->segments.empty() && side.waiting->segments.first() == side.next) {
    const held_piece_ptr piece = side.waiting->segments.pop();
    counters_.held_bytes -= piece->size;
    counters_.held_memory -= held_piece::memory_of(piece->size);
    if (late) time = std::max(time, piece->arrival);
    deliver(at, {side.next, piece->bytes(), piece->missing}, time);
    any = true;
  }
  return any;
}

void reassembler::hold(stream_at at, tcp_segment segment) {
  tcp_side& side = at.side();
  for (;;) {
    if (side.ended) return count(byte_fate::after_end, segment.bytes.size());
    if (!wants(at)) {
      count(byte_fate::unwanted, segment.bytes.size());
      if (distance(side.next, segment.end()) > 0) side.next = segment.end();
      return;
    }
    drop_known(at, segment); // holes were given up on the way round
    if (segment.length() == 0) return;
    if (segment.sequence == side.next) return fill(at, segment);
    held_segments::plan how;
    std::size_t memory = held_piece::memory_of(segment.bytes.size()) + hole::own_memory;
    if (side.waiting) {
      how = side.waiting->segments.plan_for(segment, side.next);
      memory = how.memory;
    } else {
      how.memory = held_piece::memory_of(segment.bytes.size());
    }
    if (!make_room(at, segment, how, memory)) continue;
    if (!side.waiting) open_hole(at);
    side.waiting->segments.insert(segment, time_, how);
    count(byte_fate::overlap, how.overlap);
    counters_.held_bytes += segment.bytes.size() - how.overlap;
    counters_.held_memory += how.memory;
    ++counters_.held_segments;
    return;
  }
}

/// @returns whether a segment may be kept; otherwise a hole was given up, and things are different now.
bool reassembler::make_room(stream_at at, const tcp_segment& segment, const held_segments::plan& how,
                            std::size_t memory) {
  tcp_side& side = at.side();
  const auto held_by = [](const tcp_side& each) {
    return each.waiting ? hole::own_memory + each.waiting->segments.memory() : 0;
  };
  const std::size_t own = held_by(side) + held_by(at.flow.side(opposite(at.way)));
  const bool has_runs = side.waiting && !side.waiting->segments.empty();
  const bool too_many = has_runs && (how.first_run == how.last_run) && how.memory != 0 &&
                        side.waiting->segments.runs() >= limits_.holes;
  if (too_many || own + memory > limits_.held_per_flow) {
    if (has_runs) {
      give_up(*side.waiting, gap_reason::flow_full);
    } else {
      deliver_gap(at, segment.sequence - side.next, gap_reason::flow_full, time_);
    }
    return false;
  }
  if (counters_.held_memory + memory <= limits_.held_in_total) return true;
  hole* oldest = old_.oldest() != nullptr ? old_.oldest() : young_.oldest();
  if (oldest != nullptr) {
    give_up(*oldest, gap_reason::table_full);
  } else {
    deliver_gap(at, segment.sequence - side.next, gap_reason::table_full, time_);
  }
  return false;
}

void reassembler::take_fin(stream_at at, std::uint32_t sequence) {
  tcp_side& side = at.side();
  if (side.fin_seen) return;
  const bool has_runs = side.waiting && !side.waiting->segments.empty();
  // Before what was delivered or held: not where this stream ends. What came first counts.
  if (!is_in_window(at, sequence, sequence) || distance(side.next, sequence) < 0) return;
  if (has_runs && distance(side.waiting->segments.end(), sequence) < 0) return;
  side.fin_seen = true;
  side.fin = sequence;
  end_at_fin(at);
  if (side.ended || side.waiting) return;
  if (counters_.held_memory + hole::own_memory <= limits_.held_in_total) return open_hole(at);
  deliver_gap(at, sequence - side.next, gap_reason::table_full, time_);
  end_at_fin(at);
}

void reassembler::acknowledged(stream_at at) {
  hole& which = *at.side().waiting;
  if (clock_.now() - which.since < limits_.patience.count()) return;
  if (is_acknowledged(at.side(), which)) give_up(which, gap_reason::acknowledged);
}

void reassembler::flush(stream_at at) {
  while (at.side().waiting) {
    give_up(*at.side().waiting, gap_reason::ended);
  }
}

/// Skips the first hole. `which` may be gone afterwards.
void reassembler::give_up(hole& which, gap_reason why) {
  const stream_at at{slab_[which.flow], which.flow, which.way};
  tcp_side& side = at.side();
  if (which.segments.empty()) { // a FIN alone
    deliver_gap(at, side.fin - side.next, why, time_);
  } else {
    const timestamp time = which.segments.first_arrival();
    deliver_gap(at, which.segments.first() - side.next, why, time);
    drain(at, time, true);
  }
  const bool more = side.waiting && !side.waiting->segments.empty();
  settle(at, more ? clock_.instant_of(side.waiting->segments.first_arrival()) : clock_.now());
  end_at_fin(at);
}

/// After some of what waited was delivered: is there still a hole, and how old is it?
void reassembler::settle(stream_at at, std::int64_t since) {
  const tcp_side& side = at.side();
  if (!side.waiting) return;
  if (side.waiting->segments.empty() && (!side.fin_seen || side.next == side.fin)) return close_hole(at);
  list_of(*side.waiting).remove(*side.waiting);
  file(*side.waiting, since, false);
}

void reassembler::run_due(unsigned budget) {
  const std::int64_t now = clock_.now();
  for (; budget > 0; --budget) {
    if (hole* const first = young_.oldest(); first != nullptr && first->since + patience_of(false) <= now) {
      if (is_acknowledged(slab_[first->flow].side(first->way), *first)) {
        give_up(*first, gap_reason::acknowledged);
      } else {
        young_.remove(*first);
        file(*first, first->since, true);
      }
    } else if (hole* const last = old_.oldest(); last != nullptr && last->since + patience_of(true) <= now) {
      give_up(*last, gap_reason::unacknowledged);
    } else {
      break;
    }
  }
  due_ = INT64_MAX;
  for (const hole* first : {young_.oldest(), old_.oldest()}) {
    if (first != nullptr) due_ = std::min(due_, first->since + patience_of(first->old));
  }
}

} // namespace remora::traffic
