#include <random>

#include <gtest/gtest.h>

#include "tests/unit/traffic/fragments_fixture.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces
using cut = fragment_cut;
using under_test = fragments_under_test;

class FragmentLimits : public FragmentsOfEitherVersion {};

INSTANTIATE_TEST_SUITE_P(Of, FragmentLimits, ::testing::Values(4u, 6u),
                         [](const auto& of) { return of.param == 4 ? "Ipv4" : "Ipv6"; });

TEST_P(FragmentLimits, DropADatagramAfterThirtySecondsOfTheCapture) {
  constexpr std::int64_t second = 1'000'000'000;
  for (const std::int64_t waited : {30 * second, 30 * second + 1}) {
    under_test it;
    it.add(version, {0, 40}, datagram);
    it.now_ns = waited;
    EXPECT_EQ(it.add(version, {40, 60, false}, datagram).has_value(), waited == 30 * second);
    EXPECT_EQ(it.of(datagram_end::timed_out), waited == 30 * second ? 0u : 1u);
    it.expect_sums();
  }
}

TEST_P(FragmentLimits, GoByAClockThatDoesNotGoBack) {
  under_test it;
  it.now_ns = 100'000'000'000;
  it.add(version, {0, 40}, datagram);
  it.now_ns = 0;
  EXPECT_TRUE(it.add(version, {40, 60, false}, datagram));
}

TEST_P(FragmentLimits, StandTimesAsFarApartAsThereAre) {
  under_test it;
  it.now_ns = INT64_MIN;
  it.add(version, {0, 40}, datagram);
  it.now_ns = INT64_MAX;
  EXPECT_FALSE(it.add(version, {40, 60, false}, datagram));
  EXPECT_EQ(it.of(datagram_end::timed_out), 1u);
}

TEST_P(FragmentLimits, RefuseADatagramOfMoreThan65535Bytes) {
  under_test it;
  const bytes eight(8, 1);
  const cut last{65'528, 8, false};
  it.add(version, {0, 40}, datagram);
  EXPECT_FALSE(it.add(fragment_of(version, last, eight)));
  EXPECT_EQ(it.of(datagram_end::too_long), 1u);
  EXPECT_EQ(it.of(fragment_fate::refused), 1u);
  EXPECT_EQ(it.table.open(), 0u);
  it.expect_sums();
}

TEST_P(FragmentLimits, LetOneOfExactly65535BytesPass) {
  under_test it;
  const bytes whole = filler(65'535);
  it.add(version, {0, 32'768}, whole);
  EXPECT_EQ(it.add(version, {32'768, 32'767, false}, whole), whole);
}

TEST_P(FragmentLimits, PutTheOldestOutWhenThereAreTooManyDatagrams) {
  fragment_limits limits;
  limits.datagrams = 10;
  under_test it{limits};
  for (std::uint32_t id = 0; id < 11; ++id) {
    it.add(version, {0, 40}, datagram, id);
  }
  EXPECT_EQ(it.table.open(), 10u);
  EXPECT_EQ(it.of(datagram_end::evicted), 1u);
  EXPECT_TRUE(it.add(version, {40, 60, false}, datagram, 1));
  EXPECT_FALSE(it.add(version, {40, 60, false}, datagram, 0)) << "it was the oldest";
  it.expect_sums();
}

TEST_P(FragmentLimits, KeepTheMemoryWithinWhatIsAllowed) {
  fragment_limits limits;
  limits.bytes = 100'000;
  under_test it{limits};
  std::mt19937 random{5}; // NOLINT(cert-msc51-cpp): the same fragments in every run
  for (int i = 0; i < 20'000; ++i) {
    const std::size_t length = i % 100 == 0 ? 20'000 : 8;
    const cut where{8 * (random() % 5000), length};
    it.add(fragment_of(version, where, bytes(length, 0), static_cast<std::uint32_t>(random() % 50)));
    ASSERT_LE(it.table.bytes(), limits.bytes);
  }
  EXPECT_GT(it.of(datagram_end::evicted), 0u);
  it.expect_sums();
}

TEST_P(FragmentLimits, DropADatagramTooLargeForTheMemory) {
  fragment_limits limits;
  limits.bytes = 1000;
  under_test it{limits};
  EXPECT_FALSE(it.add(version, {0, 2000}, filler(4000)));
  EXPECT_EQ(it.table.open(), 0u);
  EXPECT_EQ(it.table.bytes(), 0u);
  EXPECT_EQ(it.of(datagram_end::evicted), 1u);
}

} // namespace
} // namespace remora::traffic
