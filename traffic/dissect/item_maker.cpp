#include "traffic/dissect/item_maker.hpp"

#include <utility>

#include "traffic/dissect/datagram_reader.hpp"
#include "traffic/dissect/dns/dns_answers.hpp"
#include "traffic/dissect/stream_reader.hpp"

namespace remora::traffic {

item_maker::item_maker(const dissect_options& options, std::shared_ptr<const item_origin> origin,
                       name_book* names, std::uint64_t last_seq)
    : origin_{std::move(origin)},
      names_{names},
      around_{*this,
              deadlines_,
              counters_,
              options.pairing_time,
              options.stream_pairing_time,
              options.half_items,
              options.body_limit_bytes},
      keeps_packets_{options.keeps_packets},
      seq_{last_seq} {}

std::unique_ptr<stream_consumer> item_maker::open_stream(const flow_info& flow) {
  return std::make_unique<stream_reader>(around_, flow);
}

std::unique_ptr<datagram_consumer> item_maker::open_datagrams(const flow_info& flow) {
  return std::make_unique<datagram_reader>(around_, flow);
}

void item_maker::take(item done) {
  done.origin = origin_;
  done.seq = ++seq_;
  done.has_pcap = keeps_packets_;
  if (names_ != nullptr) name_ends(done);
  done.completed = now_;
  done.after_packet = packets_;
  count(done.protocol->name);
  batch_.push_back(std::move(done));
}

void item_maker::name_ends(item& of) {
  learn_names(of, *names_);
  const socket_kind kind = of.kind == stream_kind::udp ? socket_kind::udp : socket_kind::tcp;
  of.source.identity = names_->find(of.source.address, kind, of.time);
  of.destination.identity = names_->find(of.destination.address, kind, of.time);
  of.source_is_local = names_->is_local(of.source.address.ip);
  of.destination_is_local = names_->is_local(of.destination.address.ip);
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
