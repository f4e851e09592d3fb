#include "worker/packet_batcher.hpp"

#include <algorithm>

#include "traffic/decode/decode.hpp"
#include "traffic/decode/packet_info.hpp"

namespace remora::worker {

namespace {
constexpr std::uint16_t dns_port = 53;
} // namespace

void packet_batcher::set_collecting(bool on) {
  collecting_ = on;
  if (!on) batch_.clear();
}

void packet_batcher::on_frame(const traffic::frame& packet) {
  if (packet.time >= end_) {
    ++beyond_end_;
    return;
  }
  const traffic::decoded_packet decoded = traffic::decode(packet);
  decoded_.add(decoded);
  if (decoded.source_port == dns_port || decoded.destination_port == dns_port) ++dns_packets_;
  bytes_ += packet.wire_length;
  latest_ = std::max(latest_, packet.time);
  if (collecting_) batch_.push_back(traffic::make_packet_info(packet, decoded));
}

} // namespace remora::worker
