#include "cli/daemon/hub_node.hpp"

#include <gtest/gtest.h>

namespace remora::cli::test {
namespace {

TEST(ReachableHere, IsLoopbackForAListenerOnAllAddresses) {
  EXPECT_EQ(reachable_here("0.0.0.0:8891"), "127.0.0.1:8891");
  EXPECT_EQ(reachable_here("*:8891"), "127.0.0.1:8891");
  EXPECT_EQ(reachable_here("[::]:8891"), "[::1]:8891");
}

TEST(ReachableHere, IsTheAddressItselfForAListenerOnOne) {
  EXPECT_EQ(reachable_here("10.0.0.1:8891"), "10.0.0.1:8891");
  EXPECT_EQ(reachable_here("[fd00::1]:8891"), "[fd00::1]:8891");
}

} // namespace
} // namespace remora::cli::test
