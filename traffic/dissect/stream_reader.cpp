#include "traffic/dissect/stream_reader.hpp"

#include <algorithm>
#include <utility>

#include "traffic/dissect/dissectors.hpp"

namespace remora::traffic {

namespace {

/// A protocol that is not recognised by this many bytes is not recognised.
constexpr std::size_t longest_beginning = 4096;
/// Source: items, section 4, "stream identification".
constexpr nanoseconds identification_time = std::chrono::seconds{10};

byte_view view_of(const std::string& bytes) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

} // namespace

stream_reader::stream_reader(const dissect_surroundings& around, const flow_info& flow)
    : around_{around},
      flow_{flow},
      about_{around, flow, stream_kind::tcp},
      began_{flow.opened},
      may_be_in_the_middle_{!flow.client_known} {
  ++around_.counters.tcp_streams;
  ++around_.counters.identifying_tcp;
}

stream_reader::~stream_reader() {
  if (!decided_) give_up_identifying();
}

interest stream_reader::on_bytes(direction way, byte_view bytes, timestamp time) {
  about_.heard(time);
  if (dissector_) return dissector_->on_bytes(corrected(way), bytes, time);
  return identify(way, bytes, time);
}

interest stream_reader::identify(direction way, byte_view bytes, timestamp time) {
  if (time - began_ > identification_time) return give_up_identifying();
  beginning& start = of(way);
  if (may_be_in_the_middle_ && start.hopeless) { // then a message may begin with any segment
    start.bytes.clear();
    start.hopeless = false;
  }
  if (start.hopeless) return interest::end_only;
  if (start.bytes.empty()) start.time = time;
  const byte_view taken = bytes.first(longest_beginning - start.bytes.size());
  start.bytes.append(reinterpret_cast<const char*>(taken.data()), taken.size());

  bool may_become_one = false;
  for (const stream_protocol& one : stream_protocols()) {
    const likeness how = one.looks_like(view_of(start.bytes), flow_);
    if (how == likeness::unsure) may_become_one = true;
    if (how == likeness::no || how == likeness::unsure) continue;
    const auto speaker = how == likeness::of_a_client ? direction::from_client : direction::from_server;
    if (speaker != way && flow_.client_known) continue;
    const interest after = begin_with(one, way, how);
    const byte_view rest = bytes.skip(taken.size());
    if (after != interest::bytes || rest.empty()) return after;
    return dissector_->on_bytes(corrected(way), rest, time);
  }
  start.hopeless = !may_become_one || start.bytes.size() >= longest_beginning;
  if (!start.hopeless || may_be_in_the_middle_) return interest::bytes;
  std::string{}.swap(start.bytes);
  return of(opposite(way)).hopeless ? give_up_identifying() : interest::end_only;
}

interest stream_reader::begin_with(const stream_protocol& protocol, direction way, likeness speaker) {
  decided_ = true;
  --around_.counters.identifying_tcp;
  ++around_.counters.identified_tcp;
  swapped_ = (speaker == likeness::of_a_client) != (way == direction::from_client);
  if (swapped_) about_.swap_sides();
  if (may_be_in_the_middle_) about_.start_was_missed();
  dissector_ = protocol.make(about_);
  // What came first goes first, as far as its time tells.
  direction first = way;
  if (!of(opposite(way)).bytes.empty() && of(opposite(way)).time < of(way).time) first = opposite(way);
  const interest one = replay(first);
  if (one == interest::nothing) return one;
  const interest other = replay(opposite(first));
  if (other == interest::nothing) return other;
  return way == first ? one : other;
}

interest stream_reader::replay(direction way) {
  beginning start = std::exchange(of(way), {});
  if (start.bytes.empty()) return interest::bytes;
  return dissector_->on_bytes(corrected(way), view_of(start.bytes), start.time);
}

interest stream_reader::give_up_identifying() {
  if (!decided_) {
    decided_ = true;
    --around_.counters.identifying_tcp;
    ++around_.counters.unidentified_tcp;
  }
  return interest::nothing;
}

interest stream_reader::on_gap(direction way, std::uint64_t missing_bytes, timestamp time) {
  ++around_.counters.gaps;
  if (dissector_) return dissector_->on_gap(corrected(way), missing_bytes, time);
  of(way) = {};
  may_be_in_the_middle_ = true;
  return interest::bytes;
}

void stream_reader::on_end(direction way, stream_end end, timestamp time) {
  if (dissector_) dissector_->on_end(corrected(way), end, time);
  if (++ended_ == direction_count) about_.end(end);
}

} // namespace remora::traffic
