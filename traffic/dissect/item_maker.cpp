#include "traffic/dissect/item_maker.hpp"

#include <utility>

#include "traffic/dissect/datagram_reader.hpp"
#include "traffic/dissect/stream_reader.hpp"

namespace remora::traffic {

item_maker::item_maker(const dissect_options& options, std::shared_ptr<const item_origin> origin)
    : origin_{std::move(origin)}, around_{*this,
                                          deadlines_,
                                          counters_,
                                          options.pairing_time,
                                          options.half_items,
                                          options.body_limit_bytes} {}

std::unique_ptr<stream_consumer> item_maker::open_stream(const flow_info& flow) {
  return std::make_unique<stream_reader>(around_, flow);
}

std::unique_ptr<datagram_consumer> item_maker::open_datagrams(const flow_info& flow) {
  return std::make_unique<datagram_reader>(around_, flow);
}

void item_maker::take(item done) {
  done.origin = origin_;
  done.seq = ++seq_;
  done.completed = now_;
  done.after_packet = packets_;
  count(done.protocol->name);
  batch_.push_back(std::move(done));
}

void item_maker::count(std::string_view protocol) {
  for (auto& [name, items] : by_protocol_) {
    if (name != protocol) continue;
    ++items;
    return;
  }
  by_protocol_.emplace_back(protocol, 1);
}

} // namespace remora::traffic
