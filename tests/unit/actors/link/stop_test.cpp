#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "link_fixture.hpp"

namespace remora::link {
namespace {

using test::hub_journal;
using test::hub_on_any_port;
using test::open_hub;
using test::open_worker;
using test::worker_journal;
using test::worker_of;

/// True when the call returns; a hang ends the test by ctest's own limit, with a name.
class LinkStop : public ::testing::Test {
 protected:
  void SetUp() override {
    hub = open_hub(hub_on_any_port(), at_hub);
    worker = open_worker(worker_of(*hub, "node-1"), at_worker);
    ASSERT_TRUE(at_worker.has("connected"));
  }

  hub_journal at_hub;
  worker_journal at_worker;
  test::hub_ptr hub;
  test::worker_ptr worker;
};

TEST_F(LinkStop, EndsWhileEverybodySends) {
  std::atomic<bool> done{false};
  std::vector<std::thread> senders;
  for (int i = 0; i < 3; ++i) {
    senders.emplace_back([&] {
      while (!done.load()) {
        hub->send("node-1", "down");
        hub->publish("all");
        worker->send("up");
      }
    });
  }
  ASSERT_TRUE(at_hub.has("node-1: up", 100));
  ASSERT_TRUE(at_worker.has("message down", 100));
  hub->stop();
  worker->stop();
  const auto heard = at_hub.lines().size();
  EXPECT_FALSE(hub->send("node-1", "late"));
  EXPECT_FALSE(worker->send("late"));
  done.store(true);
  for (auto& one : senders) {
    one.join();
  }
  EXPECT_EQ(at_hub.lines().size(), heard) << "no handler is called after stop()";
  EXPECT_GT(hub->statistics().dropped_for(drop_reason::stopped), 0U);
}

TEST_F(LinkStop, EndsFromInsideAHandler) {
  at_hub.on_message = [&](const std::string&, std::string_view) { hub->stop(); };
  worker->send("stop");
  worker->send("never heard");
  EXPECT_TRUE(at_hub.has("node-1: stop"));
  hub->stop(); // from outside it waits for the end
  EXPECT_EQ(at_hub.count("never heard"), 0);
}

TEST_F(LinkStop, MayDestroyTheSocketInsideAHandler) {
  std::promise<void> destroyed;
  at_hub.on_message = [&](const std::string&, std::string_view) {
    hub.reset();
    destroyed.set_value();
  };
  worker->send("go");
  destroyed.get_future().wait();
  EXPECT_TRUE(at_worker.has("lost")) << "its sockets are closed";
  EXPECT_TRUE(at_hub.has("node-1: go")) << "the handler came to its end";
}

TEST_F(LinkStop, MayBeAskedForByManyAtOnce) {
  std::vector<std::thread> all;
  for (int i = 0; i < 4; ++i) {
    all.emplace_back([&] { hub->stop(); });
    all.emplace_back([&] { worker->stop(); });
  }
  for (auto& one : all) {
    one.join();
  }
  EXPECT_FALSE(hub->publish("late"));
}

TEST_F(LinkStop, DeliversWhatWasHandedOverBefore) {
  for (int i = 0; i < 10; ++i) {
    worker->send("last words");
  }
  worker->stop();
  EXPECT_TRUE(at_hub.has("last words", 10));
}

TEST(LinkStopAlone, EndsWhileThereIsNoHub) {
  hub_journal at_hub;
  worker_journal at_worker;
  auto hub = open_hub(hub_on_any_port(), at_hub);
  const auto options = worker_of(*hub, "node-1");
  hub.reset();
  open_worker(options, at_worker)->stop();
  EXPECT_EQ(at_worker.count("connected"), 0);
}

} // namespace
} // namespace remora::link
