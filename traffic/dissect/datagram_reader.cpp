#include "traffic/dissect/datagram_reader.hpp"

#include "traffic/dissect/dissectors.hpp"

namespace remora::traffic {

namespace {
/// Of a flow whose datagrams nobody recognises, this many are looked at.
constexpr std::uint8_t most_tried = 16;
} // namespace

datagram_reader::datagram_reader(const dissect_surroundings& around, const flow_info& flow)
    : around_{around}, flow_{flow}, about_{around, flow, stream_kind::udp} {
  ++around_.counters.udp_flows;
  ++around_.counters.identifying_udp;
}

datagram_reader::~datagram_reader() {
  if (!decided_) give_up_identifying();
}

interest datagram_reader::on_datagram(direction way, byte_view payload, std::uint32_t missing_bytes,
                                      timestamp time) {
  if (!dissector_ && !identify(way, payload)) {
    if (++tried_ < most_tried) return interest::bytes;
    give_up_identifying();
    return interest::nothing;
  }
  return dissector_->on_datagram(swapped_ ? opposite(way) : way, payload, missing_bytes, time);
}

bool datagram_reader::identify(direction way, byte_view payload) {
  for (const datagram_protocol& one : datagram_protocols()) {
    const likeness how = one.looks_like(payload, flow_, way);
    if (how == likeness::no || how == likeness::unsure) continue;
    swapped_ = (how == likeness::of_a_client) != (way == direction::from_client);
    if (swapped_) about_.swap_sides();
    dissector_ = one.make(about_);
    decided_ = true;
    --around_.counters.identifying_udp;
    ++around_.counters.identified_udp;
    return true;
  }
  return false;
}

void datagram_reader::give_up_identifying() noexcept {
  decided_ = true;
  --around_.counters.identifying_udp;
  ++around_.counters.unidentified_udp;
}

void datagram_reader::on_end(stream_end end, timestamp /*time*/) { about_.end(end); }

} // namespace remora::traffic
