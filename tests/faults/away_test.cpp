// One side does not answer for a while: stopped by a signal, cut off, or gone.

#include <csignal>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/faults/fault_cluster.hpp"

namespace remora::test {
namespace {

using ::testing::IsEmpty;

/// What a line says behind "line ".
long number_of(const std::string& line) { return std::stol(line.substr(line.rfind(' ') + 1)); }

class AwayForAWhile : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can capture on loopback here";
  }

  /// Waits until the worker is without its hub, once more than `before`.
  static bool is_noticed_by_the_worker(const fault_cluster& cluster, std::size_t before) {
    return fault_cluster::becomes([&] { return cluster.worker().times_logged(" link-lost ") > before; });
  }
  static bool is_noticed_by_the_hub(const fault_cluster& cluster) {
    return fault_cluster::becomes([&] {
      const auto nodes = cluster.get("/api/v1/nodes");
      return nodes.is_object() && nodes.at("items").at(0).at("condition") != "up";
    });
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
    const auto before = cluster.worker().times_logged(" link-lost ");
    cluster.hub().send(SIGSTOP);
    EXPECT_TRUE(i > 0 || is_noticed_by_the_worker(cluster, before))
        << cluster.worker().log(); // logged once a minute
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
    EXPECT_TRUE(is_noticed_by_the_hub(cluster)) << cluster.hub().log();
    cluster.worker().send(SIGCONT);
    nothing_is_missing(cluster);
  }
  lines_are_whole(cluster);
}

TEST_F(AwayForAWhile, AHubThatWasGoneGetsEverythingInOrder) {
  fault_cluster cluster;
  ASSERT_TRUE(cluster.start_all()) << cluster.hub().log() << cluster.worker().log();
  cluster.hub().stop(SIGKILL);
  // Three runs a second; a part at a time, so that none waits for long.
  for (int part = 0; part < (long_form() ? 30 : 1); ++part) {
    const auto before = cluster.kept().size();
    ASSERT_TRUE(fault_cluster::becomes([&] { return cluster.kept().size() >= before + 12; }))
        << cluster.worker().log();
  }
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
    // A worker that loses its hub again within a minute does not log it again.
    EXPECT_TRUE(i > 0 || is_noticed_by_the_worker(cluster, gone_before)) << cluster.worker().log();
    EXPECT_TRUE(is_noticed_by_the_hub(cluster)) << cluster.hub().log();
    lab.mend("node");
    nothing_is_missing(cluster);
  }
  lines_are_whole(cluster);
}

} // namespace
} // namespace remora::test
