// Files of a worker that were damaged while it was down.

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/faults/fault_cluster.hpp"

namespace remora::test {
namespace {

namespace fs = std::filesystem;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Flips all bits of some bytes.
std::string damage(const fs::path& file, std::size_t from, std::size_t count) {
  auto bytes = content_of(file);
  for (std::size_t i = from; i < std::min(bytes.size(), from + count); ++i)
    bytes[i] = static_cast<char>(~bytes[i]);
  std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
  return bytes;
}

std::vector<fs::path> files_with(const fs::path& folder, const std::string& part) {
  std::vector<fs::path> out;
  for (const auto& one : fs::recursive_directory_iterator{folder})
    if (one.is_regular_file() && one.path().filename().string().find(part) != std::string::npos)
      out.push_back(one.path());
  return out;
}

class DamagedWorker : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can capture on loopback here";
    ASSERT_TRUE(cluster_.start_all()) << cluster_.hub().log() << cluster_.worker().log();
    // Without a hub the spool fills and the deployment is all that the worker has.
    cluster_.hub().stop(SIGKILL);
    const auto so_far = cluster_.kept().size();
    ASSERT_TRUE(fault_cluster::becomes([&] { return cluster_.kept().size() > so_far + 5; }));
    cluster_.worker().stop(SIGKILL);
  }

  fault_cluster cluster_;
};

TEST_F(DamagedWorker, KeepsADamagedDeploymentAsideAndGetsAnotherFromTheHub) {
  const fs::path file = cluster_.worker_data() + "/deployment";
  const auto damaged = damage(file, 200, 8);
  cluster_.start_worker();
  ASSERT_TRUE(fault_cluster::becomes([&] {
    return cluster_.worker().times_logged("/deployment cannot be used") > 0;
  })) << cluster_.worker().log();
  EXPECT_EQ(content_of(file.string() + ".damaged"), damaged) << "the evidence";
  cluster_.hub().start();
  ASSERT_TRUE(cluster_.goes_on()) << cluster_.worker().log();
  // Runs that the spool had kept may be stored before the deployment has come.
  EXPECT_TRUE(fault_cluster::becomes([&] { return fs::exists(file); })) << "the new one is kept";
  EXPECT_THAT(cluster_.lost(), IsEmpty()) << "runs do not depend on it";
}

TEST_F(DamagedWorker, KeepsDamagedRunsAsideAndDeliversTheOthers) {
  const auto segments = files_with(cluster_.worker_data(), "runs-");
  ASSERT_THAT(segments, SizeIs(Ge(1U)));
  const auto size = static_cast<std::size_t>(fs::file_size(segments.back()));
  const auto damaged = damage(segments.back(), size / 2, 8);
  cluster_.start_worker();
  ASSERT_TRUE(fault_cluster::becomes([&] { return cluster_.worker().times_logged(" spool-damaged ") > 0; }))
      << cluster_.worker().log();
  const auto aside = files_with(cluster_.worker_data(), ".damaged-");
  ASSERT_THAT(aside, SizeIs(1U));
  EXPECT_EQ(content_of(aside.front()), damaged) << "the evidence";
  cluster_.hub().start();
  ASSERT_TRUE(cluster_.goes_on()) << cluster_.worker().log();
  const auto kept = cluster_.kept();
  EXPECT_TRUE(fault_cluster::becomes([&] { return cluster_.stored().size() + 1 >= kept.size(); }))
      << "eight bytes cost one run: " << cluster_.stored().size() << " of " << kept.size();
  EXPECT_THAT(fault_cluster::repeated(cluster_.stored()), IsEmpty());
}

TEST_F(DamagedWorker, SendsEverythingOnceMoreWhenItsStateIsDamaged) {
  const auto states = files_with(cluster_.worker_data(), "spool.state");
  ASSERT_THAT(states, SizeIs(1U));
  damage(states.front(), 0, 4);
  cluster_.start_worker();
  ASSERT_TRUE(fault_cluster::becomes([&] {
    return cluster_.worker().times_logged(" spool-state-damaged ") > 0;
  })) << cluster_.worker().log();
  cluster_.hub().start();
  ASSERT_TRUE(cluster_.goes_on()) << cluster_.worker().log();
  EXPECT_THAT(cluster_.lost(), IsEmpty());
  EXPECT_THAT(fault_cluster::repeated(cluster_.stored()), IsEmpty());
}

} // namespace
} // namespace remora::test
