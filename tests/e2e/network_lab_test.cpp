// The machines that the tests of a cluster run on.

#include "tests/integration/network_lab.hpp"

#include <unistd.h>

#include <gmock/gmock.h>

namespace remora::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class NetworkLab : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = network_lab::why_not(); !why.empty()) GTEST_SKIP() << why;
  }
  static finished ip_netns(const std::string& what, const std::string& name = {}) {
    std::vector<std::string> command{"ip", "netns", what};
    if (!name.empty()) command.push_back(name);
    return process{command}.wait();
  }
};

TEST_F(NetworkLab, RemovesTheMachinesOfAProcessThatIsNoMore) {
  process one{{"true"}};
  const auto leftover = "remora-" + std::to_string(one.id()) + "-left";
  ASSERT_EQ(one.wait().status, 0);
  ASSERT_EQ(ip_netns("add", leftover).status, 0);
  const network_lab lab{{"a"}};
  EXPECT_THAT(ip_netns("list").out, Not(HasSubstr(leftover)));
}

TEST_F(NetworkLab, LeavesTheMachinesOfALivingProcessAlone) {
  const process one{{"sleep", "60"}};
  const auto other = "remora-" + std::to_string(one.id()) + "-other";
  ASSERT_EQ(ip_netns("add", other).status, 0);
  { const network_lab lab{{"a"}}; }
  EXPECT_THAT(ip_netns("list").out, HasSubstr(other));
  ip_netns("del", other);
}

TEST_F(NetworkLab, GoesWithTheObject) {
  { const network_lab lab{{"a", "b"}}; }
  EXPECT_THAT(ip_netns("list").out, Not(HasSubstr("remora-" + std::to_string(::getpid()))));
}

} // namespace
} // namespace remora::test
