#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "protocol/item/json_writer.hpp"
#include "traffic/dissect/item_maker.hpp"

// Input: one byte of options, then calls of a consumer: a byte that says which, a byte of length, the bytes.
// Both directions of one connection that is HTTP as far as its beginning goes; every item is asked for all it
// holds.

namespace {

using namespace remora;
using namespace remora::traffic;

void require(bool holds) {
  if (!holds) std::abort();
}

class input {
 public:
  input(const std::uint8_t* data, std::size_t size) noexcept : rest_{data, size} {}
  bool empty() const noexcept { return rest_.empty(); }
  std::uint8_t byte() noexcept {
    if (rest_.empty()) return 0;
    const std::uint8_t first = *rest_.begin();
    rest_ = rest_.skip(1);
    return first;
  }
  byte_view bytes(std::size_t count) noexcept {
    const byte_view taken = rest_.first(count);
    rest_ = rest_.skip(count);
    return taken;
  }

 private:
  byte_view rest_;
};

void look_at(const std::unique_ptr<const item_part>& part) {
  if (!part) return;
  require(part->footprint() > 0);
  require(!to_json(part->members()).empty());
}

void look_at(const item& one) {
  require(one.protocol != nullptr && !matcher_key(one).empty());
  look_at(one.request);
  look_at(one.response);
  const item_summary sum = one.protocol->summarise(one);
  require(one.request == nullptr || !sum.method_query.empty());
}

/// One call; false when the consumer wants no more.
bool call(stream_consumer& consumer, input& in, timestamp now) {
  const std::uint8_t what = in.byte();
  const direction way = (what & 1) != 0 ? direction::from_server : direction::from_client;
  const std::size_t length = in.byte();
  if ((what & 0x0E) == 0x0E) return consumer.on_gap(way, length + 1, now) != interest::nothing;
  const byte_view bytes = in.bytes(length);
  if (bytes.empty()) return true;
  const std::vector<std::uint8_t> copy{bytes.begin(), bytes.end()}; // a sanitizer sees whoever reads on
  return consumer.on_bytes(way, {copy.data(), copy.size()}, now) != interest::nothing;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  const std::uint8_t how = in.byte();
  dissect_options options;
  options.body_limit_bytes = (how & 1) != 0 ? 64 : 4096;
  item_maker maker{options, std::make_shared<const item_origin>()};
  flow_info flow;
  flow.client_known = (how & 2) != 0;
  flow.opened = from_unix_ns(1'000'000'000);
  auto consumer = maker.open_stream(flow);
  timestamp now = flow.opened;
  bool wants = true;
  while (wants && !in.empty())
    wants = call(*consumer, in, now += std::chrono::milliseconds{1});
  if (wants) {
    const auto end = static_cast<stream_end>((how >> 2) % stream_end_count);
    consumer->on_end(direction::from_server, end, now);
    consumer->on_end(direction::from_client, end, now);
  }
  consumer.reset();
  const item_batch items = maker.take();
  for (const item& one : items)
    look_at(one);
  const dissect_counters& counted = maker.counters();
  require(counted.items == items.size());
  require(counted.items == counted.pairs + counted.halves + counted.singles + counted.failed);
  return 0;
}
