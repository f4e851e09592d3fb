// remora run on the loopback interface, with traffic that the test makes.

#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/integration/remora_process.hpp"

namespace remora::test {
namespace {

using ::testing::HasSubstr;

/// Sends datagrams to a port of this machine that is its own, so that no other traffic goes there.
class datagram_sender {
 public:
  datagram_sender() : receiver_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* generic = reinterpret_cast<sockaddr*>(&address_); // NOLINT: what the socket API takes
    EXPECT_EQ(::bind(receiver_, generic, size), 0);
    EXPECT_EQ(::getsockname(receiver_, generic, &size), 0);
    EXPECT_EQ(::connect(receiver_, generic, size), 0); // to itself
  }
  ~datagram_sender() { ::close(receiver_); }
  datagram_sender(const datagram_sender&) = delete;
  datagram_sender& operator=(const datagram_sender&) = delete;

  void send(std::size_t payload) const {
    const std::string bytes(payload, 'x');
    EXPECT_EQ(::send(receiver_, bytes.data(), bytes.size(), MSG_DONTWAIT), static_cast<ssize_t>(payload));
    std::string received(payload + 1, '\0');
    EXPECT_EQ(::recv(receiver_, received.data(), received.size(), 0), static_cast<ssize_t>(payload));
  }
  std::string filter() const { return "udp dst port " + std::to_string(ntohs(address_.sin_port)); }

 private:
  int receiver_;
  sockaddr_in address_{};
};

class LiveRun : public ::testing::TestWithParam<const char*> {
 protected:
  /// A probe has 10 bytes, a packet that counts 1000, the last one 500.
  work_folder folder_;
  std::string script_ = folder_.file("live.js",
                                     "// live\nvar n = 0, bytes = 0;\n"
                                     "function onPacketCaptured(info) {\n"
                                     "  if (info.length > 1000) { n++; bytes += info.length; }\n"
                                     "  else if (info.length > 500) console.log('total', n, bytes);\n"
                                     "  else console.log('probe');\n"
                                     "}\n");
  datagram_sender traffic_;
};

TEST_P(LiveRun, CountsExactlyWhatWasSentUnderAFilter) {
  process run{remora_command({"run", script_, "-i", GetParam(), "-f", traffic_.filter()})};
  bool capturing = false;
  while (!capturing && !run.complains("remora: ", std::chrono::milliseconds{1})) {
    traffic_.send(10);
    capturing = run.prints("probe\n", std::chrono::milliseconds{20});
  }
  if (!capturing) {
    const auto refused = run.wait();
    ASSERT_THAT(refused.err, HasSubstr("CAP_NET_RAW"));
    GTEST_SKIP() << "not allowed to capture: " << refused.err;
  }
  constexpr std::size_t count = 2'000;
  for (std::size_t i = 0; i < count; ++i)
    traffic_.send(1'000);
  traffic_.send(500);
  // Ethernet or, on "any", the cooked header of 16 or 20 bytes
  EXPECT_TRUE(run.prints("total " + std::to_string(count) + ' '));
  run.send(SIGTERM);
  const auto result = run.wait();
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.err, HasSubstr("dropped         nothing\n"));
}

INSTANTIATE_TEST_SUITE_P(Interfaces, LiveRun, ::testing::Values("lo", "any"),
                         [](const auto& given) { return std::string{given.param}; });

} // namespace
} // namespace remora::test
