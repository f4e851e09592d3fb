#include "worker/node/action_queue.hpp"

#include <gmock/gmock.h>

namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

protocol::hub_action action(const std::string& name, std::size_t bytes = 0) {
  return {"s", name, std::string(bytes, 'x')};
}

std::vector<std::string> names(action_queue& queue) {
  std::vector<std::string> all;
  while (auto one = queue.take())
    all.push_back(one->action);
  return all;
}

TEST(ActionQueue, GivesTheOldestFirst) {
  action_queue queue;
  queue.action(action("a"));
  queue.action(action("b"));
  EXPECT_THAT(names(queue), ElementsAre("a", "b"));
}

TEST(ActionQueue, TellsOnceUntilNoteIsTaken) {
  action_queue queue;
  int told = 0;
  queue.on_actions([&] { ++told; });
  queue.action(action("a"));
  queue.action(action("b"));
  EXPECT_EQ(told, 1);
  queue.take_note();
  queue.action(action("c"));
  EXPECT_EQ(told, 2);
}

TEST(ActionQueue, DropsTheOldestBeyondAThousandAndCountsThemByScript) {
  action_queue queue;
  for (std::size_t i = 0; i < action_queue::most_actions + 3; ++i)
    queue.action(action(std::to_string(i)));
  EXPECT_THAT(queue.take_dropped(), ElementsAre(Pair("s", 3u)));
  EXPECT_THAT(queue.take_dropped(), IsEmpty()) << "said once";
  EXPECT_EQ(queue.dropped(), 3u);
  const auto left = names(queue);
  EXPECT_EQ(left.size(), action_queue::most_actions);
  EXPECT_EQ(left.front(), "3");
}

TEST(ActionQueue, DropsTheOldestBeyondItsBytes) {
  action_queue queue;
  constexpr std::size_t mib = std::size_t{1} << 20U;
  for (int i = 0; i < 17; ++i)
    queue.action(action(std::to_string(i), mib));
  const auto left = names(queue);
  EXPECT_EQ(left.size(), 15u); // the names count too
  EXPECT_EQ(left.back(), "16");
}

} // namespace
} // namespace remora::worker::test
