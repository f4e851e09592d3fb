// kill -9 at random moments. Whatever a worker has written down as done is in the hub's store, once.

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/faults/fault_cluster.hpp"

namespace remora::test {
namespace {

using std::chrono::milliseconds;
using ::testing::IsEmpty;

/// Sends datagrams to loopback for as long as it is there, so that there is something to capture.
class loopback_traffic {
 public:
  loopback_traffic() : thread_{[this] { send(); }} {}
  ~loopback_traffic() {
    ending_ = true;
    thread_.join();
  }
  loopback_traffic(const loopback_traffic&) = delete;
  loopback_traffic& operator=(const loopback_traffic&) = delete;

 private:
  void send() const {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(9);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* generic = reinterpret_cast<const sockaddr*>(&to); // NOLINT: what the socket API takes
    while (!ending_) {
      ::sendto(socket, "traffic", 7, 0, generic, sizeof to);
      std::this_thread::sleep_for(milliseconds{2});
    }
    ::close(socket);
  }

  std::atomic<bool> ending_{false};
  std::thread thread_;
};

class KilledProcesses : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can capture on loopback here";
  }
  int random(int most) { return std::uniform_int_distribution<int>{0, most}(draw_); }

  /// REMORA_FAULTS_SEED plays a run again, as far as threads let it.
  static unsigned seed() {
    const char* given = std::getenv("REMORA_FAULTS_SEED");
    return given == nullptr ? 1 : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
  }
  static int kills() {
#ifdef REMORA_SANITIZED
    return 6;
#else
    return long_form() ? 200 : 15;
#endif
  }

  /// Lets both work for a while, with requests to the hub; then one or both are killed and started again.
  void kill_something() {
    const auto end = std::chrono::steady_clock::now() + milliseconds{random(1'500)};
    do {
      if (cluster_.ask_for_a_run()) ++asked_;
    } while (std::chrono::steady_clock::now() < end);
    const int victims = random(2); // 0: the hub, 1: the worker, 2: both
    if (victims != 1) cluster_.hub().stop(SIGKILL);
    if (victims != 0) cluster_.worker().stop(SIGKILL);
    std::this_thread::sleep_for(milliseconds{random(400)});
    if (victims != 1) cluster_.hub().start();
    if (victims != 0) cluster_.start_worker();
  }

  std::minstd_rand draw_{seed()};
  fault_cluster cluster_;
  std::size_t asked_ = 0;
};

TEST_F(KilledProcesses, LoseNoRunThatWasWrittenDownAndStoreNoneTwice) {
  const loopback_traffic traffic;
  ASSERT_TRUE(cluster_.start_all()) << cluster_.hub().log() << cluster_.worker().log();
  for (int i = 0; i < kills(); ++i)
    kill_something();
  ASSERT_TRUE(cluster_.goes_on()) << cluster_.hub().log() << cluster_.worker().log();

  EXPECT_THAT(cluster_.lost(), IsEmpty()) << "of those that the worker wrote down";
  const auto kept = cluster_.kept();
  const auto stored = cluster_.stored();
  EXPECT_THAT(fault_cluster::repeated(kept), IsEmpty()) << "a planned instant ran twice";
  EXPECT_THAT(fault_cluster::repeated(stored), IsEmpty()) << "a planned instant was stored twice";
  // A kill may come between the disk and the log line that tells of it, no oftener than there were kills.
  std::size_t untold = 0;
  for (const auto& [name, times] : stored) {
    const auto found = kept.find(name);
    untold += times - std::min(times, found == kept.end() ? 0 : found->second);
  }
  EXPECT_LE(untold, static_cast<std::size_t>(kills())) << "the hub has runs that no worker wrote down";
  std::printf("kills %d, seed %u: kept %zu, stored %zu, asked for %zu, lost 0, repeated 0, untold %zu\n",
              kills(), seed(), kept.size(), stored.size(), asked_, untold);
}

} // namespace
} // namespace remora::test
