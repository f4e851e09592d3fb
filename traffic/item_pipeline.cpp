#include "traffic/item_pipeline.hpp"

#include <utility>

namespace remora::traffic {

item_pipeline::item_pipeline(const item_options& options, std::shared_ptr<const item_origin> origin,
                             item_numbers used)
    : names_{options.names},
      maker_{options.dissect, std::move(origin), &names_, used.seq},
      flows_{options.flows, maker_, used.stream} {
  // What stands in a file was true before the capture began.
  names_.set_hosts(options.hosts, timestamp::min());
}

packet_flow item_pipeline::on_packet(const decoded_packet& packet, timestamp time, timestamp now,
                                     std::uint64_t collected) {
  maker_.advance(now, collected);
  return flows_.on_packet(packet, time);
}

void item_pipeline::advance(timestamp now, std::uint64_t collected) {
  maker_.advance(now, collected);
  flows_.advance(now);
}

void item_pipeline::finish(timestamp now, std::uint64_t collected) {
  maker_.advance(now, collected);
  flows_.finish(now);
}

} // namespace remora::traffic
