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
  const traffic::unwrapped inner = unwrapper_.open(packet, decoded);
  if (decoded.source_port == dns_port || decoded.destination_port == dns_port) ++dns_packets_;
  bytes_ += packet.wire_length;
  latest_ = std::max(latest_, packet.time);
  if (collecting_) {
    batch_.push_back(traffic::make_packet_info(packet, inner.awaits_fragments));
    ++collected_;
  }
  if (items_ && !inner.awaits_fragments) items_->on_packet(*inner.packet, packet.time, latest_, collected_);
}

void packet_batcher::advance(timestamp now) {
  if (!items_ || now <= latest_) return;
  items_->advance(now, collected_);
}

void packet_batcher::finish() {
  if (items_) items_->finish(latest_, collected_);
}

collected packet_batcher::take() {
  collected all;
  all.packets_before = collected_ - batch_.size();
  all.packets = std::exchange(batch_, {});
  if (items_) all.items = items_->take();
  return all;
}

} // namespace remora::worker
