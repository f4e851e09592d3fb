// The part of the engine that knows TCP: handshakes, resets, and whose turn it is on a pair of ports.
#include <algorithm>

#include "traffic/flow/flow_engine.hpp"

namespace remora::traffic {
namespace {

/// How far behind what was seen of a stream an RST may lie: the receive window without scaling.
constexpr std::int64_t reset_window = 65535;

/// An acknowledgement further from the stream than this is none.
constexpr std::int32_t furthest_acknowledged = 1 << 30;

bool has(const tcp_fields& tcp, std::uint8_t flag) noexcept { return (tcp.flags & flag) != 0; }

/// Whether the FIN of this side was acknowledged.
bool is_done(const tcp_side& side) noexcept {
  return side.fin_seen && side.acked_known && distance(side.fin, side.acked) > 0;
}

} // namespace

packet_flow flow_engine::tcp(std::uint32_t place, const seen_packet& seen) {
  const decoded_packet& packet = seen.packet;
  const tcp_fields& tcp = packet.tcp;
  flow_record& flow = slab_[place];
  const direction way = flow.way_of(seen.keyed.from_low);
  const stream_at at{flow, place, way};
  const packet_flow where{flow.number, way};
  if (has(tcp, tcp_flag::syn) && !has(tcp, tcp_flag::rst)) {
    const syn_meaning meaning = meaning_of_syn(flow, way, tcp);
    if (meaning == syn_meaning::another_connection) return begin_anew(place, seen);
    if (meaning == syn_meaning::ignored) {
      note_packet(place, way, packet);
      ++counters_.ignored_syns;
      counters_.bytes[byte_fate::out_of_window] += packet.payload.size();
      return where;
    }
  }
  note_packet(place, way, packet);
  if (flow.rank == flow_rank::closed) {
    after_close(place, way, packet);
    return where;
  }
  if (has(tcp, tcp_flag::rst)) {
    reset(at, packet);
    return where;
  }
  synchronise(at, tcp);
  if (has(tcp, tcp_flag::ack)) acknowledge({flow, place, opposite(way)}, tcp);
  tcp_segment segment{tcp.sequence + (has(tcp, tcp_flag::syn) ? 1u : 0u), packet.payload,
                      packet.missing_bytes};
  const std::uint32_t end = segment.end();
  if (segment.length() != 0 && !streams_.take(at, segment)) return begin_anew(place, seen);
  if (has(tcp, tcp_flag::fin)) streams_.take_fin(at, end);
  return where;
}

/// The old flow ends, and the packet is the first of a new one.
packet_flow flow_engine::begin_anew(std::uint32_t place, const seen_packet& seen) {
  if (slab_[place].rank != flow_rank::closed) {
    end_flow(place, stream_end::reused);
    forget(place);
  } else {
    expire(place);
  }
  return tcp(open(seen), seen); // goes no deeper: to a fresh record nothing is foreign
}

flow_engine::syn_meaning flow_engine::meaning_of_syn(const flow_record& flow, direction way,
                                                     const tcp_fields& tcp) const noexcept {
  const tcp_side& side = flow.side(way);
  const tcp_side& other = flow.side(opposite(way));
  const bool is_answer = has(tcp, tcp_flag::ack);
  const std::uint32_t start = tcp.sequence + 1;
  const auto in_window = [&](std::uint32_t expected) {
    const std::int64_t ahead = distance(expected, start);
    return ahead >= -std::int64_t{limits_.window} && ahead <= std::int64_t{limits_.window};
  };
  if (side.synced && start == side.start) return syn_meaning::part_of_it; // repeated
  if (flow.rank == flow_rank::closed) return syn_meaning::another_connection;
  if (side.synced) {
    // A SYN that was never answered, and now another: the client tries anew.
    if (flow.rank == flow_rank::half_open && !is_answer) return syn_meaning::another_connection;
    return in_window(side.next) ? syn_meaning::ignored : syn_meaning::another_connection;
  }
  if (is_answer && other.synced && !other.tentative) {
    const bool answers =
        distance(other.start, tcp.acknowledgement) >= 0 && distance(tcp.acknowledgement, other.next) >= 0;
    return answers ? syn_meaning::part_of_it : syn_meaning::ignored;
  }
  // The other side acknowledged something else of this one: it spoke to an earlier connection.
  if (!is_answer && side.acked_known && !in_window(side.acked)) return syn_meaning::another_connection;
  return syn_meaning::part_of_it;
}

/// Learns from a packet where its sender's stream begins.
void flow_engine::synchronise(stream_at at, const tcp_fields& tcp) noexcept {
  tcp_side& side = at.side();
  const bool is_syn = has(tcp, tcp_flag::syn);
  if (side.synced && !(side.tentative && !side.fin_seen)) return;
  // In the middle of a connection the first packet may be a keep-alive, whose sequence number is one too low:
  // as long as there was no byte, the latest packet is right.
  side.next = side.start = tcp.sequence + (is_syn ? 1u : 0u);
  side.tentative = !is_syn;
  if (side.synced) return;
  side.synced = true;
  if (side.acked_known) {
    const std::int32_t ahead = distance(side.next, side.acked);
    side.acked_known = ahead <= furthest_acknowledged && ahead >= -furthest_acknowledged;
  }
}

/// `of`: the direction whose bytes are acknowledged, which is not that of the packet.
void flow_engine::acknowledge(stream_at of, const tcp_fields& tcp) {
  tcp_side& side = of.side();
  const std::uint32_t upto = tcp.acknowledgement;
  if (!side.synced) {
    if (has(tcp, tcp_flag::syn)) { // the answer to a SYN that was not captured: it tells the first byte
      side.next = side.start = upto;
      side.synced = true;
    }
    if (!side.acked_known || distance(side.acked, upto) > 0) side.acked = upto;
    side.acked_known = true;
    return;
  }
  const std::int32_t ahead = distance(side.next, upto);
  if (ahead > furthest_acknowledged || ahead < -furthest_acknowledged) return;
  if (side.acked_known && distance(side.acked, upto) <= 0) return;
  side.acked = upto;
  side.acked_known = true;
  if (side.waiting) streams_.acknowledged(of);
}

/// Nobody who does not see the connection can end it by guessing: an RST must lie between what the receiver
/// has acknowledged and shortly behind what was seen. Of a side that was not heard yet, it must answer what
/// the other has sent. Source: RFC 9293, section 3.5.2; RFC 5961, section 3.
bool flow_engine::is_plausible_reset(stream_at at, const tcp_fields& tcp) const noexcept {
  const tcp_side& side = at.side();
  const tcp_side& other = at.flow.side(opposite(at.way));
  if (!side.synced) {
    if (has(tcp, tcp_flag::ack) && other.synced) {
      const std::int64_t ahead = distance(other.next, tcp.acknowledgement);
      if (ahead >= -reset_window && ahead <= 1) return true;
    }
    if (!side.acked_known) return false;
    const std::int64_t ahead = distance(side.acked, tcp.sequence);
    return ahead >= -1 && ahead <= reset_window;
  }
  std::int64_t from = -1;
  std::int64_t to = reset_window;
  if (side.acked_known) {
    const std::int64_t acked = distance(side.next, side.acked);
    from = std::max(std::min(from, acked), -std::int64_t{limits_.window});
    to = std::max(to, acked + reset_window);
  } else {
    from = -reset_window;
  }
  if (side.waiting && !side.waiting->segments.empty()) {
    to = std::max(to, distance(side.next, side.waiting->segments.end()) + reset_window);
  }
  const std::int64_t ahead = distance(side.next, tcp.sequence);
  return ahead >= from && ahead <= to;
}

void flow_engine::reset(stream_at at, const decoded_packet& packet) {
  if (!is_plausible_reset(at, packet.tcp)) {
    ++counters_.ignored_resets;
    counters_.bytes[byte_fate::out_of_window] += packet.payload.size();
    return;
  }
  counters_.bytes[byte_fate::after_end] += packet.payload.size(); // text for people: RFC 9293, section 3.10.7
  end_flow(at.place, stream_end::reset);
  linger(at.place);
}

/// Packets of a connection that is over: repetitions, the last acknowledgement, an RST that takes its place.
void flow_engine::after_close(std::uint32_t place, direction way, const decoded_packet& packet) {
  flow_record& flow = slab_[place];
  const tcp_side& side = flow.side(way);
  const std::uint32_t length = static_cast<std::uint32_t>(packet.payload.size()) + packet.missing_bytes;
  const std::uint32_t end = packet.tcp.sequence + (has(packet.tcp, tcp_flag::syn) ? 1u : 0u) + length;
  const bool known = side.synced && distance(side.next, end) <= 0;
  counters_.bytes[known ? byte_fate::duplicate : byte_fate::after_end] += packet.payload.size();
  if (flow.told) return;
  if (has(packet.tcp, tcp_flag::rst)) {
    if (is_plausible_reset({flow, place, way}, packet.tcp)) {
      close(place, stream_end::fin, connection_error::reset);
    } else {
      ++counters_.ignored_resets;
    }
    return;
  }
  if (has(packet.tcp, tcp_flag::ack)) acknowledge({flow, place, opposite(way)}, packet.tcp);
  if (is_done(flow.sides[0]) && is_done(flow.sides[1])) {
    close(place, stream_end::fin, connection_error::none);
  }
}

/// Keeps a record that is over for a while.
void flow_engine::linger(std::uint32_t place) {
  slab_[place].active = clock_.now();
  move_to(place, flow_rank::closed);
}

/// Flows of which both sides have ended by FIN: they wait for the last acknowledgement, if it has not come.
void flow_engine::note_finished() {
  std::vector<std::uint32_t>& places = streams_.finished();
  for (const std::uint32_t place : places) {
    const flow_record& flow = slab_[place];
    if (flow.told || flow.rank == flow_rank::closed || !flow.sides[0].ended || !flow.sides[1].ended) continue;
    linger(place);
    if (is_done(flow.sides[0]) && is_done(flow.sides[1])) {
      close(place, stream_end::fin, connection_error::none);
    }
  }
  places.clear();
}

} // namespace remora::traffic
