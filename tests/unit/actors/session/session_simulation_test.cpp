#include "session_simulation.hpp"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "base/log.hpp"

// A hub and three workers over a network that does its worst, decided by a seed. REMORA_SEEDS=10000 runs as
// many seeds of each world; a failure prints the seed and its world, and one seed runs the same everywhere.

namespace {

using remora::milliseconds;
using remora::test::cluster;
using remora::test::cluster_hardship;

struct world {
  const char* name;
  cluster_hardship what;
};

// loss, repeats, delay, breaks, worker restarts, hub restarts
constexpr world worlds[] = {
    {"Perfect", {0, 0, milliseconds{0}, false, false, false}},
    {"Repeats", {0, 30, milliseconds{60}, false, false, false}},
    {"LosesAThird", {33, 10, milliseconds{10}, false, false, false}},
    {"LosesTwoThirds", {66, 20, milliseconds{10}, false, false, false}},
    {"Breaks", {0, 0, milliseconds{20}, true, false, false}},
    {"WorkersRestart", {0, 0, milliseconds{20}, false, true, false}},
    {"HubRestarts", {0, 0, milliseconds{20}, false, false, true}},
    {"Everything", {33, 10, milliseconds{30}, true, true, true}},
    {"EverythingAndTwoThirdsLost", {66, 20, milliseconds{60}, true, true, true}},
};

std::uint64_t seeds_of_a_world() {
  const char* wanted = std::getenv("REMORA_SEEDS");
  return wanted == nullptr ? 100 : std::strtoull(wanted, nullptr, 10);
}

class SessionSimulation : public ::testing::TestWithParam<world> {
 protected:
  // A line for each that joins and leaves, thousands of times.
  void SetUp() override { remora::log::configure(remora::log::level::off, remora::log::format::text); }
  void TearDown() override { remora::log::configure(remora::log::level::info, remora::log::format::text); }
};

TEST_P(SessionSimulation, StoresEveryRecordAndGivesEachLifeItsOwn) {
  const std::uint64_t seeds = seeds_of_a_world();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    ASSERT_EQ(cluster(seed, GetParam().what).run(), "") << "seed " << seed << " of " << GetParam().name;
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, SessionSimulation, ::testing::ValuesIn(worlds),
                         [](const auto& one) { return std::string{one.param.name}; });

TEST(SessionSimulationItself, LosesBreaksAndRestarts) {
  cluster harsh{7, worlds[7].what};
  harsh.run();
  EXPECT_GT(harsh.lost(), 100u);
  EXPECT_GT(harsh.breaks(), 3u);
  EXPECT_GT(harsh.restarts(), 0u);
}

} // namespace
