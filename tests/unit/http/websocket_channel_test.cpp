#include "http/websocket_channel.hpp"

#include <gmock/gmock.h>

namespace remora::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WebsocketQueue : public ::testing::Test {
 protected:
  std::shared_ptr<websocket::channel> make(queue_limits limits) {
    return std::make_shared<websocket::channel>(std::move(limits), count, [this] { ++woken; });
  }
  static queue_limits room_for(std::size_t messages, std::size_t bytes = 1000) {
    queue_limits out;
    out.messages = messages;
    out.bytes = bytes;
    return out;
  }
  static std::vector<std::string> take_all(websocket::channel& from) {
    std::vector<std::string> out;
    while (const auto step = from.take()) {
      out.push_back(step->text
                        ? *step->text
                        : "close " + std::to_string(static_cast<int>(step->code)) + " " + step->reason);
    }
    return out;
  }

  std::shared_ptr<live_counters> count = std::make_shared<live_counters>();
  int woken = 0;
};

TEST_F(WebsocketQueue, HandsOutInOrder) {
  const auto channel = make(room_for(10));
  const websocket to{channel};
  EXPECT_TRUE(to.send("a"));
  EXPECT_TRUE(to.send("b"));
  EXPECT_THAT(take_all(*channel), ElementsAre("a", "b"));
}

TEST_F(WebsocketQueue, WakesTheConnectionOnceUntilItHasFoundNothing) {
  const auto channel = make(room_for(10));
  const websocket to{channel};
  to.send("a");
  to.send("b");
  EXPECT_EQ(woken, 1);
  take_all(*channel);
  to.send("c");
  EXPECT_EQ(woken, 2);
}

TEST_F(WebsocketQueue, DropsTheNewestAndSaysHowManyWhereTheyAreMissing) {
  const auto channel = make(room_for(2));
  const websocket to{channel};
  EXPECT_TRUE(to.send("1"));
  EXPECT_TRUE(to.send("2"));
  EXPECT_FALSE(to.send("3"));
  EXPECT_FALSE(to.send("4"));
  EXPECT_EQ(*channel->take()->text, "1");
  EXPECT_TRUE(to.send("5"));
  EXPECT_THAT(take_all(*channel), ElementsAre("2", "{\"dropped\":2}", "5"));
  EXPECT_EQ(to.dropped(), 2u);
  EXPECT_EQ(count->messages_dropped, 2u);
}

TEST_F(WebsocketQueue, TellsOfDropsAlsoWhenNothingFollows) {
  const auto channel = make(room_for(1));
  const websocket to{channel};
  to.send("1");
  to.send("2");
  EXPECT_THAT(take_all(*channel), ElementsAre("1", "{\"dropped\":1}"));
  EXPECT_THAT(take_all(*channel), IsEmpty());
}

TEST_F(WebsocketQueue, TellsInTheWordsOfItsRouteOrNotAtAll) {
  auto limits = room_for(1);
  limits.dropped_text = [](std::uint64_t n) { return n > 1 ? "lost " + std::to_string(n) : ""; };
  const auto channel = make(limits);
  const websocket to{channel};
  to.send("1");
  to.send("2");
  EXPECT_THAT(take_all(*channel), ElementsAre("1"));
  to.send("1");
  to.send("2");
  to.send("3");
  EXPECT_THAT(take_all(*channel), ElementsAre("1", "lost 2"));
}

TEST_F(WebsocketQueue, IsBoundedInBytesToo) {
  const auto channel = make(room_for(100, 10));
  const websocket to{channel};
  EXPECT_TRUE(to.send(std::string(50, 'x'))) << "alone, a message may be larger than the queue";
  EXPECT_FALSE(to.send("y"));
  take_all(*channel);
  EXPECT_TRUE(to.send(std::string(6, 'x')));
  EXPECT_FALSE(to.send(std::string(5, 'x')));
  EXPECT_TRUE(to.send(std::string(4, 'x')));
}

TEST_F(WebsocketQueue, ClosesASlowClientWhenItsRouteWantsThat) {
  auto limits = room_for(1);
  limits.close_when_full = true;
  const auto channel = make(limits);
  const websocket to{channel};
  to.send("1");
  EXPECT_FALSE(to.send("2"));
  EXPECT_FALSE(to.is_open());
  EXPECT_THAT(take_all(*channel), ElementsAre("close 1013 too slow: connect again"));
  EXPECT_EQ(to.dropped(), 2u) << "what waited is lost as well";
}

TEST_F(WebsocketQueue, SendsWhatWaitsBeforeItCloses) {
  const auto channel = make(room_for(10));
  const websocket to{channel};
  to.send("a");
  to.close(close_code::policy_violation, "wrong filter");
  EXPECT_FALSE(to.send("b"));
  to.close(close_code::normal, "again");
  EXPECT_THAT(take_all(*channel), ElementsAre("a", "close 1008 wrong filter"));
  EXPECT_THAT(take_all(*channel), IsEmpty());
}

TEST_F(WebsocketQueue, CutsAReasonBetweenCharacters) {
  const auto channel = make(room_for(10));
  std::string reason;
  for (int i = 0; i < 100; ++i) {
    reason += "ä";
  }
  websocket{channel}.close(close_code::normal, reason);
  EXPECT_EQ(channel->take()->reason.size(), 122u) << "123 bytes would end in half of one";
}

TEST_F(WebsocketQueue, TakesNothingOnceTheConnectionHasEnded) {
  const auto channel = make(room_for(10));
  const websocket to{channel};
  to.send("a");
  channel->end();
  EXPECT_FALSE(to.send("b"));
  EXPECT_FALSE(to.is_open());
  EXPECT_EQ(to.queued_bytes(), 0u);
  EXPECT_THAT(take_all(*channel), IsEmpty());
}

} // namespace
} // namespace remora::http
