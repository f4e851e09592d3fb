// The part of the reassembler that talks to consumers, and makes and removes holes.
#include <algorithm>

#include "traffic/flow/reassembler.hpp"

namespace remora::traffic {

/// Whether somebody takes the bytes of this direction; asks the observer the first time.
bool reassembler::wants(stream_at at) {
  if (!at.flow.asked) {
    at.flow.asked = true;
    at.flow.stream = observer_.open_stream(info_of(at.flow));
  }
  return at.flow.stream != nullptr && !at.side().muted;
}

/// Moves on by a segment that begins where the stream goes on.
void reassembler::deliver(stream_at at, const tcp_segment& segment, timestamp time) {
  if (const std::size_t size = segment.bytes.size(); size != 0) {
    at.side().next += static_cast<std::uint32_t>(size);
    if (wants(at)) {
      count(byte_fate::delivered, size);
      obey(at, at.flow.stream->on_bytes(at.way, segment.bytes, time));
    } else {
      count(byte_fate::unwanted, size);
    }
  }
  if (segment.missing != 0) deliver_gap(at, segment.missing, gap_reason::not_captured, time);
}

void reassembler::deliver_gap(stream_at at, std::uint32_t missing, gap_reason why, timestamp time) {
  at.side().next += missing;
  if (missing == 0 || !wants(at)) return;
  ++counters_.gaps[why];
  counters_.gap_bytes[why] += missing;
  at.side().totals.gap_bytes += missing;
  obey(at, at.flow.stream->on_gap(at.way, missing, time));
}

void reassembler::obey(stream_at at, interest answer) {
  if (answer == interest::bytes) return;
  if (answer == interest::end_only) {
    at.side().muted = true;
    return discard(at);
  }
  at.flow.stream.reset();
  discard(at);
  const stream_at other{at.flow, at.place, opposite(at.way)};
  discard(other);
  end_at_fin(other);
}

/// Drops what waits: nobody wants it.
void reassembler::discard(stream_at at) {
  if (!at.side().waiting) return;
  count(byte_fate::unwanted, at.side().waiting->segments.byte_count());
  close_hole(at);
}

/// Ends the direction when its FIN is next, or when nobody cares what is missing before it.
void reassembler::end_at_fin(stream_at at) {
  tcp_side& side = at.side();
  if (!side.fin_seen || side.ended) return;
  if (side.next != side.fin && wants(at)) return;
  side.next = side.fin;
  end(at, stream_end::fin);
}

void reassembler::end(stream_at at, stream_end how) {
  at.side().ended = true;
  if (at.flow.stream) at.flow.stream->on_end(at.way, how, time_);
  if (!at.flow.side(opposite(at.way)).ended) return;
  at.flow.stream.reset();
  if (how == stream_end::fin) finished_.push_back(at.place);
}

void reassembler::open_hole(stream_at at) {
  auto made = std::make_unique<hole>();
  made->flow = at.place;
  made->way = at.way;
  counters_.held_memory += hole::own_memory;
  at.side().waiting = std::move(made);
  file(*at.side().waiting, clock_.now(), false);
}

void reassembler::close_hole(stream_at at) {
  hole& which = *at.side().waiting;
  list_of(which).remove(which);
  counters_.held_bytes -= which.segments.byte_count();
  counters_.held_memory -= which.segments.memory() + hole::own_memory;
  at.side().waiting.reset();
}

/// Puts a hole that is in no list behind the others.
void reassembler::file(hole& which, std::int64_t since, bool old) {
  which.since = since;
  which.old = old;
  list_of(which).add(which);
  due_ = std::min(due_, since + patience_of(old));
}

} // namespace remora::traffic
