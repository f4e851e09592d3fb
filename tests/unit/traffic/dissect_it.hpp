#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/item/json_writer.hpp"
#include "tests/support/byte_writer.hpp"
#include "traffic/dissect/item_maker.hpp"

namespace remora::traffic {

inline ip_address v4(unsigned a, unsigned b, unsigned c, unsigned d) {
  ip_address out;
  out.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const unsigned parts[] = {a, b, c, d};
  for (std::size_t i = 0; i < 4; ++i)
    out.bytes[12 + i] = static_cast<std::uint8_t>(parts[i]);
  return out;
}

inline std::string to_json(const item& what) { return remora::to_json(members_of(what)); }
inline std::string to_json(const std::unique_ptr<const item_part>& part) {
  return part ? remora::to_json(part->members()) : "null";
}

/// One flow, whose packets a test makes up, and the items that come of it. Time is in milliseconds since the
/// flow began.
class made_flow {
 public:
  explicit made_flow(std::uint16_t server_port = 53, std::uint16_t client_port = 40000,
                     dissect_options options = {})
      : maker_{options, std::make_shared<item_origin>()} {
    flow_.number = 1;
    flow_.ip_version = 4;
    flow_.client = {v4(192, 0, 2, 1), client_port};
    flow_.server = {v4(192, 0, 2, 53), server_port};
    flow_.opened = at(0);
  }

  flow_info& flow() noexcept { return flow_; }
  item_maker& maker() noexcept { return maker_; }

  /// The answer to the last piece of data.
  interest last() const noexcept { return last_; }

  made_flow& datagram(direction way, const test::bytes& payload, std::int64_t ms = 0,
                      std::uint32_t missing = 0) {
    maker_.advance(at(ms), ++packets_);
    if (!datagrams_) datagrams_ = maker_.open_datagrams(flow_);
    last_ = datagrams_->on_datagram(way, {payload.data(), payload.size()}, missing, at(ms));
    return *this;
  }
  made_flow& bytes(direction way, const test::bytes& content, std::int64_t ms = 0) {
    maker_.advance(at(ms), ++packets_);
    last_ = stream().on_bytes(way, {content.data(), content.size()}, at(ms));
    return *this;
  }
  made_flow& gap(direction way, std::uint64_t missing, std::int64_t ms = 0) {
    last_ = stream().on_gap(way, missing, at(ms));
    return *this;
  }
  made_flow& end(direction way, stream_end how, std::int64_t ms = 0) {
    stream().on_end(way, how, at(ms));
    return *this;
  }

  item_batch items() { return maker_.take(); }
  /// After so much time that nothing waits any more.
  item_batch items_in_the_end() {
    for (std::int64_t ms = 0; ms <= 60'000; ms += 5'000)
      maker_.advance(at(100'000 + ms), ++packets_);
    return maker_.take();
  }

  static timestamp at(std::int64_t ms) {
    return from_unix_ns(1'700'000'000'000'000'000) + std::chrono::milliseconds{ms};
  }

 private:
  stream_consumer& stream() {
    if (!stream_) stream_ = maker_.open_stream(flow_);
    return *stream_;
  }

  item_maker maker_;
  flow_info flow_;
  std::unique_ptr<datagram_consumer> datagrams_;
  std::unique_ptr<stream_consumer> stream_;
  interest last_ = interest::bytes;
  std::uint64_t packets_ = 0;
};

inline constexpr direction asks = direction::from_client;
inline constexpr direction answers = direction::from_server;

} // namespace remora::traffic
