#pragma once

#include <map>

#include "tests/unit/traffic/store/log_fixture.hpp"
#include "traffic/store/stream_store.hpp"

namespace remora::traffic::test {

/// A packet that was read, with its bytes.
struct kept_packet {
  std::int64_t time_ns = 0;
  std::uint32_t wire_length = 0;
  link_type link = link_type::unsupported;
  std::string bytes;

  bool operator==(const kept_packet& other) const {
    return time_ns == other.time_ns && wire_length == other.wire_length && link == other.link &&
           bytes == other.bytes;
  }
};

class keeping final : public frame_handler {
 public:
  void on_frame(const frame& packet) override { packets.push_back(copy(packet)); }
  static kept_packet copy(const frame& packet) {
    return {to_unix_ns(packet.time), packet.wire_length, packet.link,
            std::string{packet.bytes.begin(), packet.bytes.end()}};
  }
  std::vector<kept_packet> packets;
};

class StreamStore : public ::testing::Test {
 protected:
  StreamStore() {
    options.log.folder = folder.path() / "streams";
    options.log.size = kib(64);
    options.log.segment = kib(4);
    open();
  }
  void open() {
    store.reset();
    auto opened = stream_store::open(options, at_second(1000));
    ASSERT_TRUE(opened) << opened.error().message;
    store = *std::move(opened);
  }
  void add(std::uint64_t stream, const kept_packet& packet) {
    const std::vector<std::uint8_t> bytes{packet.bytes.begin(), packet.bytes.end()};
    frame given;
    given.time = from_unix_ns(packet.time_ns);
    given.wire_length = packet.wire_length;
    given.link = packet.link;
    given.bytes = {bytes.data(), bytes.size()};
    EXPECT_EQ(store->append(stream, given), std::nullopt);
  }
  static kept_packet packet(std::int64_t time_ns, const std::string& bytes,
                            link_type link = link_type::ethernet) {
    return {time_ns, static_cast<std::uint32_t>(bytes.size() + 3), link, bytes};
  }
  void flush() { ASSERT_TRUE(store->flush(at_second(1000))); }
  std::vector<kept_packet> read(std::uint64_t stream) const {
    keeping found;
    EXPECT_TRUE(store->read(stream, found));
    return found.packets;
  }

  remora::test::temporary_folder folder;
  stream_store_options options;
  std::unique_ptr<stream_store> store;
};

} // namespace remora::traffic::test
