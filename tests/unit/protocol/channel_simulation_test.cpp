#include "channel_simulation.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

// Two endpoints over a transport that does its worst, decided by a seed. REMORA_SEEDS=10000 runs as many
// seeds in all; a failure prints the seed and its world, and one seed runs the same everywhere.

namespace {

using remora::milliseconds;
using remora::test::conversation;
using remora::test::hardship;

struct world {
  const char* name;
  hardship what;
};

// loss, repeats, delay, disconnects, restarts, remembers
constexpr world worlds[] = {
    {"Perfect", {0, 0, milliseconds{0}, false, false, false}},
    {"Reorders", {0, 10, milliseconds{60}, false, false, false}},
    {"LosesAThird", {33, 10, milliseconds{10}, false, false, false}},
    {"LosesTwoThirds", {66, 20, milliseconds{10}, false, false, false}},
    {"Disconnects", {10, 5, milliseconds{20}, true, false, false}},
    {"Restarts", {0, 0, milliseconds{10}, false, true, false}},
    {"Everything", {33, 10, milliseconds{30}, true, true, false}},
    {"EverythingRemembered", {33, 10, milliseconds{30}, true, true, true}},
};
constexpr std::uint64_t world_count = sizeof worlds / sizeof worlds[0];

std::uint64_t seeds_of_a_world() {
  const char* wanted = std::getenv("REMORA_SEEDS");
  return wanted == nullptr ? 1000 : std::strtoull(wanted, nullptr, 10);
}

class ChannelSimulation : public ::testing::TestWithParam<world> {};

TEST_P(ChannelSimulation, BringsEverythingOnceInOrderAndForgetsNothingConfirmed) {
  const std::uint64_t seeds = seeds_of_a_world();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    ASSERT_EQ(conversation(seed, GetParam().what).run(), "") << "seed " << seed << " of " << GetParam().name;
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, ChannelSimulation, ::testing::ValuesIn(worlds),
                         [](const auto& one) { return std::string{one.param.name}; });

TEST(ChannelSimulationItself, LosesFramesAndRestartsEnds) {
  conversation harsh{7, worlds[world_count - 1].what};
  harsh.run();
  EXPECT_GT(harsh.lost(), 10u);
  EXPECT_GT(harsh.restarts(), 0u);
}

} // namespace
