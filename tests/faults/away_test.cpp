// One side does not answer for a while: stopped by a signal, cut off, or gone.

#include <csignal>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/faults/fault_cluster.hpp"

namespace remora::test {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;

/// What a line says behind "line ".
long number_of(const std::string& line) { return std::stol(line.substr(line.rfind(' ') + 1)); }

class AwayForAWhile : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can capture on loopback here";
  }

  static void nothing_is_missing(const fault_cluster& cluster) {
    ASSERT_TRUE(cluster.goes_on()) << cluster.hub().log() << cluster.worker().log();
    EXPECT_THAT(cluster.lost(), IsEmpty());
    EXPECT_THAT(fault_cluster::repeated(cluster.kept()), IsEmpty()) << "a planned instant ran twice";
    EXPECT_THAT(fault_cluster::repeated(cluster.stored()), IsEmpty()) << "a planned instant was stored twice";
  }
  /// A worker that was not killed prints 1, 2, 3 ...: so they are stored.
  static void lines_are_whole(const fault_cluster& cluster) {
    const auto lines = cluster.lines_of_script("first");
    ASSERT_FALSE(lines.empty());
    for (std::size_t i = 0; i < lines.size(); ++i)
      ASSERT_EQ(number_of(lines[i]), static_cast<long>(i + 1)) << "of " << lines.size();
  }
};

TEST_F(AwayForAWhile, AHubThatIsStoppedByASignalMissesNothing) {
  fault_cluster cluster;
  ASSERT_TRUE(cluster.start_all()) << cluster.hub().log() << cluster.worker().log();
  for (int i = 0; i < (long_form() ? 10 : 1); ++i) {
    cluster.hub().send(SIGSTOP);
    std::this_thread::sleep_for(seconds{6});
    cluster.hub().send(SIGCONT);
    nothing_is_missing(cluster);
  }
  lines_are_whole(cluster);
}

TEST_F(AwayForAWhile, AWorkerThatIsStoppedByASignalRunsNoInstantTwice) {
  fault_cluster cluster;
  ASSERT_TRUE(cluster.start_all()) << cluster.hub().log() << cluster.worker().log();
  for (int i = 0; i < (long_form() ? 10 : 1); ++i) {
    cluster.worker().send(SIGSTOP);
    std::this_thread::sleep_for(seconds{6});
    cluster.worker().send(SIGCONT);
    nothing_is_missing(cluster);
  }
  lines_are_whole(cluster);
}

TEST_F(AwayForAWhile, AHubThatWasGoneGetsEverythingInOrder) {
  fault_cluster cluster;
  ASSERT_TRUE(cluster.start_all()) << cluster.hub().log() << cluster.worker().log();
  cluster.hub().stop(SIGKILL);
  std::this_thread::sleep_for(seconds{long_form() ? 120 : 10});
  cluster.hub().start();
  nothing_is_missing(cluster);
  lines_are_whole(cluster);
}

TEST_F(AwayForAWhile, ANodeWhoseCableWasOutDeliversEverythingInOrder) {
  if (const auto why = network_lab::why_not(); !why.empty()) GTEST_SKIP() << why;
  const network_lab lab{{"hub", "node"}};
  fault_options options;
  options.lab = &lab;
  fault_cluster cluster{options};
  ASSERT_TRUE(cluster.start_all()) << cluster.hub().log() << cluster.worker().log();
  for (int i = 0; i < (long_form() ? 10 : 1); ++i) {
    const auto gone_before = cluster.worker().times_logged(" link-lost ");
    lab.cut("node");
    EXPECT_TRUE(fault_cluster::becomes([&] {
      return cluster.worker().times_logged(" link-lost ") > gone_before;
    })) << "both sides notice: "
        << cluster.worker().log();
    EXPECT_TRUE(fault_cluster::becomes([&] {
      return !cluster.get("/api/v1/nodes").is_null() &&
             cluster.get("/api/v1/nodes").at("items").at(0).at("condition") != "up";
    }));
    lab.mend("node");
    nothing_is_missing(cluster);
  }
  lines_are_whole(cluster);
}

} // namespace
} // namespace remora::test
