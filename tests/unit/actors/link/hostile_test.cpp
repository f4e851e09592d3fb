#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>
#include <zmq.hpp>

#include <gtest/gtest.h>

#include "hostile_peer.hpp"
#include "link_fixture.hpp"

namespace remora::link {
namespace {

using test::becomes_true;
using test::hub_journal;
using test::open_hub;
using test::open_worker;
using test::worker_journal;
using test::worker_of;

/// A worker that speaks the protocol of ZeroMQ, and otherwise does what it likes.
struct rogue {
  explicit rogue(const std::string& endpoint, int rcvhwm = 1000) {
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::rcvhwm, rcvhwm);
    socket.set(zmq::sockopt::sndtimeo, 1000);
    socket.connect("tcp://" + endpoint);
  }
  void say(const std::string& frame, bool more = false) {
    socket.send(zmq::buffer(frame), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }
  void introduce(const std::string& name) { say('\0' + name); }

  zmq::context_t context{1};
  zmq::socket_t socket{context, zmq::socket_type::dealer};
};

class HubAmongRogues : public ::testing::Test {
 protected:
  void open(hub_options options) {
    options.rates.ban = milliseconds{60'000};
    // A machine that is short of time must not look like a hub that was harmed.
    options.heartbeat = std::max<milliseconds>(options.heartbeat, milliseconds{3'000});
    const milliseconds heartbeat = options.heartbeat;
    hub = open_hub(std::move(options), at_hub);
    auto of_good = worker_of(*hub, "good");
    of_good.heartbeat = heartbeat;
    good = open_worker(std::move(of_good), at_good);
    ASSERT_TRUE(at_good.has("subscribed"));
  }
  /// The rest of the house lives: asked after everything a rogue did.
  void expect_others_served() {
    EXPECT_TRUE(good->send("up"));
    EXPECT_TRUE(hub->send("good", "down"));
    EXPECT_TRUE(hub->publish("all"));
    EXPECT_TRUE(at_hub.has("good: up"));
    EXPECT_TRUE(at_good.has("message down"));
    EXPECT_TRUE(at_good.has("published all"));
    EXPECT_EQ(at_good.count("lost"), 0);
  }

  hub_journal at_hub;
  worker_journal at_good;
  test::hub_ptr hub;
  test::worker_ptr good;
};

TEST_F(HubAmongRogues, ExpelsWhoSendsNonsense) {
  struct nonsense {
    const char* name;
    std::vector<std::string> frames;
  };
  const nonsense rows[] = {
      {"several frames", {std::string{"\1a", 2}, "b", "c"}},
      {"an empty frame", {""}},
      {"an unknown type", {"\7hello"}},
  };
  open(test::hub_on_any_port());
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto name = "rogue-" + std::to_string(++number);
    rogue one{hub->listens_at()};
    one.introduce(name);
    for (std::size_t i = 0; i < row.frames.size(); ++i) {
      one.say(row.frames[i], i + 1 < row.frames.size());
    }
    EXPECT_TRUE(at_hub.has("gone " + name + " malformed"));
  }
  EXPECT_EQ(hub->statistics().dropped_for(drop_reason::malformed), 3U);
  expect_others_served();
}

TEST_F(HubAmongRogues, HearsNobodyWithoutAName) {
  open(test::hub_on_any_port());
  rogue silent{hub->listens_at()};
  silent.say("\1data before a name");
  rogue strange{hub->listens_at()};
  strange.introduce("../etc");
  EXPECT_TRUE(at_hub.has("it claims no usable name"));
  EXPECT_TRUE(becomes_true([&] { return hub->statistics().dropped_for(drop_reason::malformed) >= 2; }));
  EXPECT_EQ(at_hub.count("data before"), 0);
  expect_others_served();
}

TEST_F(HubAmongRogues, TurnsAFlooderAwayForAWhile) {
  auto options = test::hub_on_any_port();
  options.rates.messages_per_second = 50;
  options.rates.message_burst = 100;
  open(options);
  rogue flooder{hub->listens_at()};
  flooder.introduce("flooder");
  for (int i = 0; i < 1000; ++i) {
    flooder.say("\1flood");
    if (at_hub.count("gone flooder") != 0) break;
  }
  ASSERT_TRUE(at_hub.has("gone flooder flooded"));
  EXPECT_LE(at_hub.count("flooder: flood"), 150);
  EXPECT_GE(hub->statistics().dropped_for(drop_reason::flooded), 1U);
  rogue again{hub->listens_at()};
  again.introduce("flooder");
  EXPECT_TRUE(at_hub.has("flooder is turned away for a while"));
  expect_others_served();
}

TEST_F(HubAmongRogues, CutsAConnectionThatSendsALongerMessageThanAllowed) {
  open(test::hub_on_any_port());
  rogue big{hub->listens_at()};
  big.introduce("big");
  ASSERT_TRUE(at_hub.has("connected big"));
  big.say('\1' + std::string((1U << 20U) + 1, 'x'));
  EXPECT_TRUE(at_hub.has("gone big silent"));
  EXPECT_EQ(at_hub.count("big: x"), 0);
  expect_others_served();
}

TEST_F(HubAmongRogues, HoldsLittleForOneThatDoesNotRead) {
  auto options = test::hub_on_any_port();
  options.queues.bytes = 4U << 20U;
  options.heartbeat = milliseconds{10'000}; // the messages of this test keep a slow machine busy for seconds
  open(options);
  rogue stalled{hub->listens_at(), 1};
  stalled.introduce("stalled");
  ASSERT_TRUE(at_hub.has("connected stalled"));
  const std::string half(512U << 10U, 'x');
  const auto full = [&] {
    hub->send("stalled", half);
    stalled.introduce("stalled"); // it is there, it only does not read
    return hub->statistics().dropped_for(drop_reason::peer_queue_full) >= 20;
  };
  ASSERT_TRUE(becomes_true(full));
  // What a connection can hold beside our queue: the library's messages at both ends and the system's
  // buffers.
  EXPECT_LT(hub->statistics().sent, 80U);
  EXPECT_TRUE(becomes_true([&] {
    for (const auto& one : hub->peers()) {
      if (one.name == "stalled") return one.dropped >= 20 && one.waiting_bytes <= options.queues.bytes;
    }
    return false;
  }));
  expect_others_served();
}

TEST_F(HubAmongRogues, CutsASubscriberThatAsksForMoreThanEverything) {
  open(test::hub_on_any_port());
  zmq::context_t context{1};
  zmq::socket_t subscriber{context, zmq::socket_type::sub};
  subscriber.set(zmq::sockopt::linger, 0);
  subscriber.set(zmq::sockopt::subscribe, "a topic that nobody publishes");
  subscriber.connect("tcp://" + hub->publishes_at());
  EXPECT_TRUE(at_hub.has("sent nonsense to the publisher"));
  expect_others_served();
}

TEST_F(HubAmongRogues, SurvivesGarbageWithoutCurveToo) {
  open(test::hub_on_any_port());
  for (const auto& endpoint : {hub->listens_at(), hub->publishes_at()}) {
    for (const auto& garbage : {std::string(500, 'x'), std::string(4096, '\xff'), std::string(4096, '\0')}) {
      const test::raw_connection peer{endpoint};
      peer.send(garbage);
    }
  }
  expect_others_served();
}

TEST_F(HubAmongRogues, TakesNoMoreConnectionsThanItMay) {
  auto options = test::hub_on_any_port();
  options.most_peers = 2;
  open(options);
  rogue second{hub->listens_at()};
  second.introduce("second");
  ASSERT_TRUE(at_hub.has("connected second"));
  rogue third{hub->listens_at()};
  third.introduce("third");
  EXPECT_TRUE(at_hub.has("there are 2 connections already"));
  EXPECT_EQ(at_hub.count("connected third"), 0);
  expect_others_served();
}

TEST_F(HubAmongRogues, GoesOnWhenAHandlerThrows) {
  at_hub.on_message = [](const std::string&, std::string_view bytes) {
    if (bytes == "bad") throw std::runtime_error{"on purpose"};
  };
  open(test::hub_on_any_port());
  good->send("bad");
  expect_others_served();
}

} // namespace
} // namespace remora::link
