#include "actors/session/lane.hpp"

#include <gmock/gmock.h>

#include "session_doubles.hpp"

namespace remora::session {
namespace {

using protocol::side;
using test::order;
using test::record;

/// The hub's end of a lane, and a channel that sends it whatever the test wants.
class Lane : public ::testing::Test {
 protected:
  Lane() {
    hub.channel().connected(now);
    peer.connected(now);
  }
  static protocol::channel_settings narrow() {
    protocol::channel_settings out;
    out.payload_bytes = 1'000;
    out.receive_bytes = 2'000;
    return out;
  }
  void send(const std::string& payload) {
    ASSERT_TRUE(peer.send(payload));
    carry();
  }
  void send(const protocol::message& what) { send(protocol::encode(what).value()); }
  void carry() {
    for (bool moved = true; moved;) {
      moved = false;
      while (const auto frame = peer.poll(now)) {
        moved = true;
        EXPECT_TRUE(hub.receive(*frame, now));
      }
      while (const auto frame = hub.channel().poll(now)) {
        moved = true;
        EXPECT_TRUE(peer.receive(*frame, now));
      }
    }
  }
  /// The number of the next message, 0 for none.
  std::uint64_t next() {
    const auto one = hub.next(now);
    return one ? one->at.number : 0;
  }
  void confirm(std::uint64_t number) { hub.confirm({5, number}, now); }
  std::uint64_t acknowledged() {
    for (int i = 0; i < 20; ++i) { // longer than an acknowledgement waits
      now += milliseconds{5};
      carry();
    }
    through_ = peer.take_acknowledged().value_or(through_);
    return through_;
  }

  protocol::moment now = test::start_of_test;
  session_counters counters;
  lane hub{1, narrow(), side::worker, counters, {5, 0}};
  protocol::channel peer{5};

 private:
  std::uint64_t through_ = 0;
};

TEST_F(Lane, ConfirmsAtOnceWhatItDropsWhenNothingIsInFront) {
  send("no message");
  EXPECT_EQ(next(), 0u);
  EXPECT_EQ(acknowledged(), 1u);
  EXPECT_EQ(counters.unknown_numbered, 1u);
}

TEST_F(Lane, ConfirmsNothingInFrontOfWhatItDrops) {
  send(record(1));
  send("no message");
  send(record(3));
  send("no message");
  EXPECT_EQ(next(), 1u);
  EXPECT_EQ(next(), 3u);
  EXPECT_EQ(next(), 0u);
  EXPECT_EQ(acknowledged(), 0u) << "the owner is still storing the first one";
  confirm(1);
  EXPECT_EQ(acknowledged(), 2u);
  confirm(3);
  EXPECT_EQ(acknowledged(), 4u);
}

TEST_F(Lane, DropsAndCountsWhatHasNoBusinessInTheChannel) {
  send(order(1));              // of the other side
  send(protocol::heartbeat{}); // not numbered
  send(test::frame_of_unknown_type(test::who("n", 1)).substr(1));
  send(test::frame_of_other_version(record(1)).substr(1));
  EXPECT_EQ(next(), 0u);
  EXPECT_EQ(counters.misdirected_numbered, 2u);
  EXPECT_EQ(counters.unknown_numbered, 2u);
  EXPECT_EQ(counters.delivered, 0u);
  EXPECT_EQ(acknowledged(), 4u);
}

TEST_F(Lane, IgnoresAConfirmationOfWhatItNeverHandedOut) {
  send(record(1));
  confirm(1);
  EXPECT_EQ(next(), 1u);
  confirm(2);
  hub.confirm({4, 1}, now);
  EXPECT_EQ(acknowledged(), 0u);
  confirm(1);
  EXPECT_EQ(acknowledged(), 1u);
  confirm(1);
  EXPECT_EQ(acknowledged(), 1u);
}

TEST_F(Lane, HandsOutNoMoreUnconfirmedBytesThanItsBufferHolds) {
  protocol::lines_dropped large = record(1);
  large.script.assign(800, 'x');
  for (std::uint64_t number = 1; number <= 3; ++number) { // 2,000 bytes are passed with the third
    send(large);
    EXPECT_EQ(next(), number);
  }
  send(large);
  EXPECT_EQ(next(), 0u);
  confirm(1);
  EXPECT_EQ(next(), 4u);
}

TEST_F(Lane, TakesNothingOfAnEarlierLife) {
  protocol::channel earlier{4};
  earlier.connected(now);
  ASSERT_TRUE(earlier.send(protocol::encode(record(1)).value()));
  while (const auto frame = earlier.poll(now))
    EXPECT_TRUE(hub.receive(*frame, now));
  EXPECT_EQ(next(), 0u);
}

} // namespace
} // namespace remora::session
