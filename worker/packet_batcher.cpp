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

void packet_batcher::set_items(std::unique_ptr<traffic::item_pipeline> pipeline) {
  used_ = used_numbers();
  items_ = std::move(pipeline);
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
  if (!items_ || inner.awaits_fragments) return;
  const auto flow = items_->on_packet(*inner.packet, packet.time, latest_, collected_);
  if (keep_ && flow.number != 0) keep_(flow.number, packet);
}

void packet_batcher::advance(timestamp now) {
  if (!items_ || now <= latest_) return;
  items_->advance(now, collected_);
}

void packet_batcher::finish() {
  if (items_) items_->finish(latest_, collected_);
}

item_totals packet_batcher::items() const {
  item_totals out;
  if (!items_) return out;
  out.by_protocol.assign(items_->by_protocol().begin(), items_->by_protocol().end());
  std::sort(out.by_protocol.begin(), out.by_protocol.end());
  out.flows = items_->flows();
  out.dissected = items_->dissected();
  return out;
}

collected packet_batcher::take() {
  collected all;
  all.packets_before = collected_ - batch_.size();
  all.packets = std::exchange(batch_, {});
  if (items_) all.items = items_->take();
  return all;
}

} // namespace remora::worker
