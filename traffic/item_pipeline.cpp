#include "traffic/item_pipeline.hpp"

#include <utility>

namespace remora::traffic {

item_pipeline::item_pipeline(const item_options& options, std::shared_ptr<const item_origin> origin,
                             name_book* names)
    : maker_{options.dissect, std::move(origin), names}, flows_{options.flows, maker_} {}

void item_pipeline::on_packet(const decoded_packet& packet, timestamp time, timestamp now,
                              std::uint64_t collected) {
  maker_.advance(now, collected);
  flows_.on_packet(packet, time);
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
