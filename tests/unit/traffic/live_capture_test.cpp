#include <arpa/inet.h>
#include <chrono>
#include <cstdlib>
#include <netinet/in.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/traffic/read_all.hpp"
#include "traffic/capture/packet_source.hpp"
#include "traffic/decode/decode.hpp"

namespace remora::traffic {
namespace {

using ::testing::HasSubstr;

/// Sends datagrams to itself; its port belongs to nobody else while it lives.
class loopback_sender {
 public:
  loopback_sender() : socket_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    const bool bound = ::bind(socket_, reinterpret_cast<const sockaddr*>(&address_), size) == 0 &&
                       ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &size) == 0;
    EXPECT_TRUE(bound);
  }
  ~loopback_sender() { ::close(socket_); }
  loopback_sender(const loopback_sender&) = delete;
  loopback_sender& operator=(const loopback_sender&) = delete;

  std::uint16_t port() const { return ntohs(address_.sin_port); }
  std::string filter() const { return "udp dst port " + std::to_string(port()); }
  void send(std::size_t count) const {
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = static_cast<std::uint32_t>(i);
      ::sendto(socket_, &number, sizeof number, 0, reinterpret_cast<const sockaddr*>(&address_),
               sizeof address_);
    }
  }

 private:
  int socket_;
  sockaddr_in address_{};
};

/// Reads until `count` frames came and then until the source has nothing more to say.
std::vector<kept_frame> read_at_least(packet_source& source, std::size_t count) {
  keeping_handler handler;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  for (;;) {
    const auto status = source.read(handler, 64, milliseconds{200});
    if (!status) {
      ADD_FAILURE() << status.error().message;
      break;
    }
    if (*status == read_status::idle && handler.frames.size() >= count) break;
    if (std::chrono::steady_clock::now() > give_up) break;
  }
  return handler.frames;
}

class LiveCapture : public ::testing::Test {
 protected:
  void open(const std::string& interface, const std::string& filter) {
    live_options options;
    options.interfaces = {interface};
    options.filter = filter;
    options.buffer_bytes = 4u << 20;
    auto opened = open_live(options);
    if (!opened && opened.error().code == errc::permission_denied) {
      EXPECT_THAT(opened.error().message, HasSubstr("setcap cap_net_raw"));
      GTEST_SKIP() << opened.error().message;
    }
    ASSERT_TRUE(opened) << opened.error().message;
    source = std::move(*opened);
  }

  loopback_sender sender;
  std::unique_ptr<packet_source> source;
};

TEST_F(LiveCapture, SeesEachDatagramOnLoopbackOnce) {
  ASSERT_NO_FATAL_FAILURE(open("lo", sender.filter()));
  if (IsSkipped()) return;
  sender.send(500);
  const auto frames = read_at_least(*source, 500);
  // The kernel shows a loopback packet as it leaves and as it comes back; libpcap hides the first.
  ASSERT_EQ(frames.size(), 500u);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const kept_frame& f = frames[i];
    const decoded_packet decoded =
        decode({timestamp{}, f.wire_length, f.link, {f.content.data(), f.content.size()}});
    ASSERT_EQ(decoded.status, decode_status::ok);
    ASSERT_EQ(decoded.destination_port, sender.port());
    ASSERT_EQ(decoded.payload.size(), 4u);
    ASSERT_EQ(load_little32(decoded.payload.data()), i) << "in the order sent";
  }
  const source_counters counters = source->counters();
  EXPECT_EQ(counters.received, 500u);
  EXPECT_EQ(counters.filtered_out, 0u);
  EXPECT_EQ(counters.kernel_dropped, 0u);
  EXPECT_EQ(counters.interface_dropped, 0u);
}

TEST_F(LiveCapture, SeesEachDatagramOnceOnAnyToo) {
  ASSERT_NO_FATAL_FAILURE(open("any", sender.filter()));
  if (IsSkipped()) return;
  sender.send(100);
  const auto frames = read_at_least(*source, 100);
  ASSERT_EQ(frames.size(), 100u);
  EXPECT_EQ(frames[0].link, link_type::linux_sll);
}

TEST_F(LiveCapture, StampsPacketsWithTheWallClockInNanoseconds) {
  ASSERT_NO_FATAL_FAILURE(open("lo", sender.filter()));
  if (IsSkipped()) return;
  const std::int64_t before = to_unix_ns(wall_now());
  sender.send(50);
  const auto frames = read_at_least(*source, 50);
  const std::int64_t after = to_unix_ns(wall_now());
  bool finer_than_microseconds = false;
  for (const kept_frame& f : frames) {
    EXPECT_GE(f.time_ns, before);
    EXPECT_LE(f.time_ns, after);
    finer_than_microseconds = finer_than_microseconds || f.time_ns % 1000 != 0;
  }
  EXPECT_TRUE(finer_than_microseconds);
}

TEST_F(LiveCapture, IsIdleWhenNothingPasses) {
  ASSERT_NO_FATAL_FAILURE(open("lo", sender.filter()));
  if (IsSkipped()) return;
  keeping_handler handler;
  EXPECT_EQ(source->read(handler, 64, milliseconds{1}), read_status::idle);
  EXPECT_TRUE(handler.frames.empty());
}

TEST_F(LiveCapture, HandsOverNoMoreThanAskedForAndTheRestLater) {
  ASSERT_NO_FATAL_FAILURE(open("lo", sender.filter()));
  if (IsSkipped()) return;
  sender.send(10);
  keeping_handler handler;
  while (handler.frames.empty()) {
    ASSERT_TRUE(source->read(handler, 3, milliseconds{1000}));
  }
  EXPECT_LE(handler.frames.size(), 3u);
  EXPECT_EQ(handler.frames.size() + read_at_least(*source, 10 - handler.frames.size()).size(), 10u);
}

TEST_F(LiveCapture, KeepsOnlyTheBeginningOfAPacketWhenAskedTo) {
  live_options options;
  options.interfaces = {"lo", "lo"}; // named twice by mistake: captured once
  options.filter = sender.filter();
  options.snaplen = 44; // the filter must still see the port
  auto opened = open_live(options);
  if (!opened && opened.error().code == errc::permission_denied) GTEST_SKIP() << opened.error().message;
  ASSERT_TRUE(opened) << opened.error().message;
  sender.send(1);
  const auto frames = read_at_least(**opened, 1);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].content.size(), 44u);
  EXPECT_EQ(frames[0].wire_length, 14u + 20 + 8 + 4);
}

TEST_F(LiveCapture, RefusesAMalformedFilter) {
  live_options options;
  options.interfaces = {"lo"};
  options.filter = "udp dst prt 5";
  const auto opened = open_live(options);
  ASSERT_FALSE(opened);
  if (opened.error().code == errc::permission_denied) GTEST_SKIP() << opened.error().message;
  EXPECT_EQ(opened.error().code, errc::invalid_filter);
}

/// Runs in a thread with a network of its own, so that interfaces may come and go. False: not permitted here.
template <class Test>
bool in_a_network_of_its_own(const Test& test) {
  bool permitted = false;
  std::thread{[&] {
    permitted = ::unshare(CLONE_NEWNET) == 0 &&
                std::system("ip link add rt0 type veth peer name rt1 >/dev/null 2>&1") == 0;
    if (permitted) test();
  }}.join();
  return permitted;
}

result<std::unique_ptr<packet_source>> open_rt0() {
  live_options options;
  options.interfaces = {"rt0"};
  options.buffer_bytes = 1u << 20;
  return open_live(options);
}

TEST_F(LiveCapture, SaysThatAnInterfaceIsDown) {
  const bool permitted = in_a_network_of_its_own([] {
    const auto opened = open_rt0();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::io_failed);
    EXPECT_THAT(opened.error().message, HasSubstr("rt0: the interface is down; bring it up with"));
  });
  if (!permitted) GTEST_SKIP() << "no permission to add network interfaces";
}

TEST_F(LiveCapture, OutlivesAnInterfaceThatGoesDownAndReportsOneThatDisappears) {
  const bool permitted = in_a_network_of_its_own([] {
    ASSERT_EQ(std::system("ip link set rt0 up && ip link set rt1 up"), 0);
    auto opened = open_rt0();
    ASSERT_TRUE(opened) << opened.error().message;
    keeping_handler handler;
    ASSERT_EQ(std::system("ip link set rt0 down"), 0);
    EXPECT_TRUE((*opened)->read(handler, 64, milliseconds{1}));
    ASSERT_EQ(std::system("ip link set rt0 up"), 0);
    EXPECT_TRUE((*opened)->read(handler, 64, milliseconds{1}));
    ASSERT_EQ(std::system("ip link del rt0"), 0);
    result<read_status> last = read_status::idle;
    for (int i = 0; last && i < 100; ++i) {
      last = (*opened)->read(handler, 64, milliseconds{50});
    }
    ASSERT_FALSE(last);
    EXPECT_EQ(last.error().code, errc::unknown_interface);
    EXPECT_EQ(last.error().message, "rt0: the interface disappeared while it was captured");
    EXPECT_EQ((*opened)->counters().received, handler.frames.size()) << "counters stay";
  });
  if (!permitted) GTEST_SKIP() << "no permission to add network interfaces";
}

TEST_F(LiveCapture, PassesOnWhatTheHandlerThrows) {
  struct throwing_handler final : frame_handler {
    void on_frame(const frame&) override { throw std::runtime_error{"full"}; }
  };
  ASSERT_NO_FATAL_FAILURE(open("lo", sender.filter()));
  if (IsSkipped()) return;
  sender.send(2);
  throwing_handler handler;
  const auto read_until_thrown = [&] {
    for (int i = 0; i < 100; ++i) {
      static_cast<void>(source->read(handler, 64, milliseconds{200}));
    }
  };
  EXPECT_THROW(read_until_thrown(), std::runtime_error);
}

} // namespace
} // namespace remora::traffic
