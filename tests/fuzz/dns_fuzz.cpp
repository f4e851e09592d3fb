#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "protocol/item/json_writer.hpp"
#include "traffic/dissect/item_maker.hpp"

// Input: one byte of choices, then pieces of a flow with port 53: a byte of direction and time, two bytes of
// length (one at least), the bytes. The lowest bit of the first byte chooses UDP or TCP. Every item is
// written as JSON and summarised, and the counters must add up.

namespace {

using namespace remora;
using namespace remora::traffic;

void require(bool holds) {
  if (!holds) std::abort();
}

flow_info flow_of(std::uint8_t choices) {
  flow_info flow;
  flow.number = 1;
  flow.client_known = (choices & 2u) != 0;
  flow.client.port = (choices & 4u) != 0 ? 53 : 40000;
  flow.server.port = 53;
  return flow;
}

void check(const item& one) {
  const std::string json = to_json(members_of(one));
  require(!json.empty() && json.front() == '{' && json.back() == '}');
  require(one.protocol != nullptr && one.protocol->summarise != nullptr);
  const item_summary summary = one.protocol->summarise(one);
  require(summary.status >= 0 && summary.status < 4096);
  for (const auto* part : {one.request.get(), one.response.get()})
    require(part == nullptr || part->footprint() < 1'000'000);
}

/// The pieces of the input, one after the other.
class pieces {
 public:
  explicit pieces(byte_view input) noexcept : left_{input} {}

  bool next() noexcept {
    if (left_.size() < 4) return false;
    choices_ = left_.data()[0];
    const std::size_t size = 1 + load_big16(left_.data() + 1) % 2048;
    content_ = left_.skip(3).first(size);
    left_ = left_.skip(3 + size);
    time_ += std::chrono::milliseconds{(choices_ >> 2u) * 50};
    return true;
  }

  direction way() const noexcept {
    return (choices_ & 1u) != 0 ? direction::from_server : direction::from_client;
  }
  bool is_odd() const noexcept { return (choices_ & 2u) != 0; }
  byte_view content() const noexcept { return content_; }
  timestamp time() const noexcept { return time_; }

 private:
  byte_view left_;
  byte_view content_;
  std::uint8_t choices_ = 0;
  timestamp time_ = from_unix_ns(1'000'000'000);
};

void run_udp(item_maker& maker, const flow_info& flow, pieces from) {
  const auto consumer = maker.open_datagrams(flow);
  interest wanted = interest::bytes;
  while (wanted == interest::bytes && from.next()) {
    maker.advance(from.time(), 1);
    wanted = consumer->on_datagram(from.way(), from.content(), from.is_odd() ? 7 : 0, from.time());
  }
  if (wanted == interest::bytes) consumer->on_end(stream_end::cut, from.time());
}

void run_tcp(item_maker& maker, const flow_info& flow, pieces from) {
  const auto consumer = maker.open_stream(flow);
  bool wanted[direction_count] = {true, true};
  while (from.next()) {
    bool& this_one = wanted[static_cast<std::size_t>(from.way())];
    if (!this_one) continue;
    maker.advance(from.time(), 1);
    interest after = consumer->on_bytes(from.way(), from.content(), from.time());
    if (after == interest::bytes && from.is_odd()) after = consumer->on_gap(from.way(), 10, from.time());
    if (after == interest::nothing) return;
    this_one = after == interest::bytes;
  }
  consumer->on_end(direction::from_client, stream_end::cut, from.time());
  consumer->on_end(direction::from_server, stream_end::cut, from.time());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  item_maker maker{{}, std::make_shared<item_origin>()};
  const flow_info flow = flow_of(data[0]);
  const pieces all{{data + 1, size - 1}};
  (data[0] & 1u) != 0 ? run_tcp(maker, flow, all) : run_udp(maker, flow, all);

  const item_batch items = maker.take();
  for (const item& one : items)
    check(one);
  const dissect_counters& counters = maker.counters();
  require(counters.items == items.size());
  require(counters.items == counters.pairs + counters.halves + counters.singles + counters.failed);
  require(counters.udp_flows ==
          counters.identified_udp + counters.unidentified_udp + counters.identifying_udp);
  require(counters.tcp_streams ==
          counters.identified_tcp + counters.unidentified_tcp + counters.identifying_tcp);
  return 0;
}
