#include "traffic/flow/flow_engine.hpp"

#include <algorithm>
#include <utility>

namespace remora::traffic {
namespace {

/// So many flows time out, at most, before a packet is worked on: a million that are due at once do not stop
/// a live capture.
constexpr unsigned due_per_packet = 32;

/// A flow moves to the end of its list once in so many nanoseconds (2^30, about a second), not with each
/// packet, which would touch its neighbours' records too.
constexpr unsigned move_shift = 30;

constexpr nanoseconds longest_time_out = std::chrono::hours{24 * 365};

flow_limits checked(flow_limits limits) {
  const auto clamp = [](nanoseconds& time) { time = std::clamp(time, nanoseconds{0}, longest_time_out); };
  clamp(limits.idle);
  clamp(limits.half_open);
  clamp(limits.closed);
  clamp(limits.patience);
  clamp(limits.patience_unacknowledged);
  limits.patience_unacknowledged = std::max(limits.patience, limits.patience_unacknowledged);
  limits.flows = std::clamp<std::uint32_t>(limits.flows, 1, no_flow - 1);
  limits.holes = std::max<std::uint32_t>(limits.holes, 1);
  limits.window = std::min<std::uint32_t>(limits.window, 1u << 29u);
  return limits;
}

flow_packet kind_of(const decoded_packet& packet) noexcept {
  if (packet.fragment.is_fragment()) return flow_packet::fragment;
  if (!packet.has_transport || packet.status != decode_status::ok) return flow_packet::other;
  if (packet.kind == packet_kind::tcp) return flow_packet::tcp;
  return packet.kind == packet_kind::udp ? flow_packet::udp : flow_packet::other;
}

/// Whether the sender of a first packet is taken for the client; flow_info::client_known tells the rule.
bool sender_is_client(const decoded_packet& packet, bool& known) noexcept {
  const bool is_tcp = packet.kind == packet_kind::tcp;
  if (is_tcp && (packet.tcp.flags & tcp_flag::syn) != 0) {
    known = true;
    return (packet.tcp.flags & tcp_flag::ack) == 0;
  }
  const bool from_system_port = packet.source_port < 1024;
  const bool to_system_port = packet.destination_port < 1024;
  if (from_system_port != to_system_port) return to_system_port;
  return !is_tcp || packet.destination_port <= packet.source_port;
}

} // namespace

flow_engine::flow_engine(const flow_limits& limits, flow_observer& observer, std::uint64_t last_number)
    : limits_{checked(limits)},
      observer_{observer},
      hash_{keyed_hash::with_random_key()},
      streams_{limits_, observer_, counters_, slab_, clock_},
      last_number_{last_number} {}

packet_flow flow_engine::on_packet(const decoded_packet& packet, timestamp time) {
  pass_time(time, due_per_packet);
  const flow_packet kind = kind_of(packet);
  if (kind != flow_packet::tcp && kind != flow_packet::udp) {
    ++counters_.packets[kind];
    return {};
  }
  const keyed_packet keyed = key_of(packet);
  const seen_packet seen{packet, keyed, hash_of(keyed.key, hash_)};
  std::uint32_t place =
      index_.find(seen.hash, [&](std::uint32_t at) { return slab_[at].key == seen.keyed.key; });
  if (place != no_flow && is_due(slab_[place])) {
    expire(place);
    place = no_flow;
  }
  const bool is_tcp = kind == flow_packet::tcp;
  if (place == no_flow) {
    if (is_tcp && (packet.tcp.flags & tcp_flag::rst) != 0) {
      ++counters_.packets[flow_packet::stray_reset];
      counters_.tcp_bytes += packet.payload.size();
      counters_.bytes[byte_fate::after_end] += packet.payload.size();
      return {};
    }
    place = open(seen);
  }
  ++counters_.packets[kind];
  if (!is_tcp) return udp(place, seen);
  counters_.tcp_bytes += packet.payload.size();
  const packet_flow where = tcp(place, seen);
  if (!streams_.finished().empty()) note_finished();
  return where;
}

void flow_engine::advance(timestamp now) { pass_time(now, UINT32_MAX); }

void flow_engine::pass_time(timestamp time, unsigned budget) {
  time_ = time;
  streams_.set_time(time);
  const std::int64_t now = clock_.tick(time);
  if (now >= due_) run_due(budget);
  if (now >= streams_.due()) {
    streams_.run_due(budget);
    note_finished();
  }
}

std::int64_t flow_engine::time_out_of(flow_rank rank) const noexcept {
  if (rank == flow_rank::closed) return limits_.closed.count();
  return (rank == flow_rank::half_open ? limits_.half_open : limits_.idle).count();
}

bool flow_engine::is_due(const flow_record& flow) const noexcept {
  return flow.active + time_out_of(flow.rank) <= clock_.now();
}

void flow_engine::note_due(flow_rank rank) noexcept {
  due_ = std::min(due_, clock_.now() + time_out_of(rank));
}

void flow_engine::run_due(unsigned budget) {
  due_ = INT64_MAX;
  for (std::size_t i = 0; i < flow_rank_count; ++i) {
    const auto rank = static_cast<flow_rank>(i);
    std::uint32_t place = queues_.oldest(rank);
    for (; place != no_flow && is_due(slab_[place]) && budget > 0; --budget) {
      expire(place);
      place = queues_.oldest(rank);
    }
    if (place != no_flow) due_ = std::min(due_, slab_[place].active + time_out_of(rank));
  }
}

std::uint32_t flow_engine::open(const seen_packet& seen) {
  if (slab_.size() >= limits_.flows) evict_one();
  const std::uint32_t place = slab_.take();
  index_.insert(seen.hash, place);
  flow_record& flow = slab_[place];
  flow.key = seen.keyed.key;
  flow.number = ++last_number_;
  flow.opened = time_;
  flow.active = clock_.now();
  bool known = false;
  flow.client_is_low = sender_is_client(seen.packet, known) == seen.keyed.from_low;
  flow.client_known = known;
  const bool is_syn =
      flow.is_tcp() && (seen.packet.tcp.flags & (tcp_flag::syn | tcp_flag::ack)) == tcp_flag::syn;
  const flow_rank rank = is_syn ? flow_rank::half_open : flow_rank::one_sided;
  queues_.add(place, rank);
  note_due(rank);
  ++(flow.is_tcp() ? counters_.tcp_flows : counters_.udp_flows);
  ++counters_.open_flows;
  observer_.opened(info_of(flow));
  return place;
}

void flow_engine::evict_one() {
  for (std::size_t i = 0; i < flow_rank_count; ++i) {
    const auto rank = static_cast<flow_rank>(i);
    const std::uint32_t place = queues_.oldest(rank);
    if (place == no_flow) continue;
    ++counters_.evicted[rank];
    if (rank == flow_rank::closed) return expire(place);
    end_flow(place, stream_end::evicted);
    return forget(place);
  }
}

/// A flow whose time is over. One that both sides have closed, and whose last FIN nobody acknowledged, ends
/// only now.
void flow_engine::expire(std::uint32_t place) {
  if (slab_[place].rank != flow_rank::closed) {
    end_flow(place, stream_end::idle);
  } else if (!slab_[place].told) {
    close(place, stream_end::fin, connection_error::last_ack);
  }
  forget(place);
}

void flow_engine::forget(std::uint32_t place) {
  index_.erase(hash_of(slab_[place].key, hash_), place);
  queues_.remove(place);
  slab_.release(place);
  --counters_.lingering_flows;
}

void flow_engine::move_to(std::uint32_t place, flow_rank rank) {
  queues_.remove(place);
  queues_.add(place, rank);
  note_due(rank);
}

void flow_engine::note_packet(std::uint32_t place, direction way, const decoded_packet& packet) {
  flow_record& flow = slab_[place];
  direction_totals& totals = flow.side(way).totals;
  ++totals.packets;
  totals.ip_bytes +=
      (packet.ip_version == 4 ? 20u : 40u) + packet.network_payload.size() + packet.missing_bytes;
  totals.payload_bytes += packet.payload.size();
  if (flow.rank == flow_rank::closed) return; // remembered for so long, whatever comes
  flow_rank rank = flow.rank;
  if (rank != flow_rank::two_sided) {
    const bool both = flow.side(opposite(way)).totals.packets != 0;
    const bool is_syn = flow.is_tcp() && (packet.tcp.flags & tcp_flag::syn) != 0;
    if (both) {
      rank = flow_rank::two_sided;
    } else if (rank == flow_rank::half_open && !is_syn) {
      rank = flow_rank::one_sided; // it goes on without an answer: the answer was not captured
    }
  }
  const std::int64_t now = clock_.now();
  if (rank != flow.rank || now >> move_shift != flow.active >> move_shift) move_to(place, rank);
  flow.active = now;
}

packet_flow flow_engine::udp(std::uint32_t place, const seen_packet& seen) {
  flow_record& flow = slab_[place];
  const direction way = flow.way_of(seen.keyed.from_low);
  note_packet(place, way, seen.packet);
  const byte_view payload = seen.packet.payload;
  counters_.udp_bytes += payload.size();
  if (!flow.asked) {
    flow.asked = true;
    flow.datagrams = observer_.open_datagrams(info_of(flow));
  }
  const std::uint64_t number = flow.number;
  if (!flow.datagrams || flow.sides[0].muted) {
    counters_.udp_unwanted_bytes += payload.size();
    return {number, way};
  }
  ++counters_.datagrams;
  counters_.udp_delivered_bytes += payload.size();
  const interest answer = flow.datagrams->on_datagram(way, payload, seen.packet.missing_bytes, time_);
  if (answer == interest::end_only) flow.sides[0].muted = true;
  if (answer == interest::nothing) flow.datagrams.reset();
  return {number, way};
}

/// Delivers what waits, tells the consumer, and closes. The record stays until forget().
void flow_engine::end_flow(std::uint32_t place, stream_end how) {
  flow_record& flow = slab_[place];
  const bool unanswered = flow.rank == flow_rank::half_open;
  if (!flow.is_tcp()) {
    if (flow.datagrams) flow.datagrams->on_end(how, time_);
    flow.datagrams.reset();
    return close(place, how, connection_error::none);
  }
  for (const direction way : {direction::from_client, direction::from_server}) {
    const stream_at at{flow, place, way};
    streams_.flush(at);
    if (!at.side().ended) streams_.end(at, how);
  }
  const unsigned fins = (flow.sides[0].fin_seen ? 1u : 0u) + (flow.sides[1].fin_seen ? 1u : 0u);
  connection_error error = connection_error::none;
  if (how == stream_end::reset) {
    error = connection_error::reset;
  } else if (unanswered) {
    error = connection_error::syn_sent;
  } else if (fins != 0) {
    error = fins == 1 ? connection_error::close_wait : connection_error::last_ack;
  }
  close(place, how, error);
}

void flow_engine::close(std::uint32_t place, stream_end how, connection_error error) {
  flow_record& flow = slab_[place];
  flow.told = true;
  ++counters_.ended[how];
  ++counters_.errors[error];
  --counters_.open_flows;
  ++counters_.lingering_flows;
  flow_totals totals = totals_of(flow);
  totals.end = how;
  totals.error = error;
  observer_.closed(info_of(flow), totals);
}

flow_totals flow_engine::totals_of(const flow_record& flow) const noexcept {
  flow_totals totals;
  totals.by_direction = {flow.sides[0].totals, flow.sides[1].totals};
  totals.last = clock_.shown_at(flow.active);
  return totals;
}

void flow_engine::visit(const std::function<void(const flow_info&, const flow_totals&)>& use) const {
  for (std::size_t i = 0; i < flow_rank_count; ++i) {
    std::uint32_t place = queues_.oldest(static_cast<flow_rank>(i));
    for (; place != no_flow; place = slab_[place].newer) {
      if (!slab_[place].told) use(info_of(slab_[place]), totals_of(slab_[place]));
    }
  }
}

void flow_engine::finish(timestamp time) {
  time_ = time;
  streams_.set_time(time);
  for (std::size_t i = 0; i < flow_rank_count; ++i) {
    const auto rank = static_cast<flow_rank>(i);
    for (std::uint32_t place = queues_.oldest(rank); place != no_flow; place = queues_.oldest(rank)) {
      if (rank == flow_rank::closed) {
        expire(place);
      } else {
        end_flow(place, stream_end::cut);
        forget(place);
      }
    }
  }
  streams_.finished().clear();
}

std::uint64_t flow_engine::memory_bytes() const noexcept {
  return slab_.memory_bytes() + index_.memory_bytes() + counters_.held_memory;
}

flow_table::flow_table(const flow_limits& limits, flow_observer& observer, std::uint64_t last_number)
    : engine_{std::make_unique<flow_engine>(limits, observer, last_number)} {}
flow_table::flow_table(flow_table&&) noexcept = default;
flow_table& flow_table::operator=(flow_table&&) noexcept = default;
flow_table::~flow_table() = default;

packet_flow flow_table::on_packet(const decoded_packet& packet, timestamp time) {
  return engine_->on_packet(packet, time);
}
void flow_table::advance(timestamp now) { engine_->advance(now); }
void flow_table::finish(timestamp time) { engine_->finish(time); }
void flow_table::visit(const std::function<void(const flow_info&, const flow_totals&)>& use) const {
  engine_->visit(use);
}
const flow_counters& flow_table::counters() const noexcept { return engine_->counters(); }
std::uint64_t flow_table::last_number() const noexcept { return engine_->last_number(); }
std::uint64_t flow_table::memory_bytes() const noexcept { return engine_->memory_bytes(); }

} // namespace remora::traffic
