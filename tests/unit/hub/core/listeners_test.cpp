#include "hub/listeners.hpp"

#include <gtest/gtest.h>

namespace remora::hub {
namespace {

TEST(Listeners, HearOfEveryChangeUntilTheyGo) {
  listeners all;
  int first = 0;
  int second = 0;
  auto keep = all.add([&](topic) { ++first; });
  auto short_lived = all.add([&](topic) { ++second; });
  all.tell(topic::runs);
  short_lived.reset();
  all.tell(topic::runs);
  EXPECT_EQ(first, 2);
  EXPECT_EQ(second, 1);
}

} // namespace
} // namespace remora::hub
