#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "link_fixture.hpp"

namespace remora::link {
namespace {

using test::becomes_true;
using test::hub_journal;
using test::hub_on_any_port;
using test::open_hub;
using test::open_worker;
using test::worker_journal;
using test::worker_of;
using ::testing::HasSubstr;

class Link : public ::testing::Test {
 protected:
  void open(hub_options options = hub_on_any_port()) { hub = open_hub(std::move(options), at_hub); }

  hub_journal at_hub;
  worker_journal at_worker;
  test::hub_ptr hub;
  test::worker_ptr worker;
};

TEST_F(Link, CarriesMessagesBothWays) {
  open();
  worker = open_worker(worker_of(*hub, "node-1"), at_worker);
  ASSERT_TRUE(at_hub.has("connected node-1"));
  ASSERT_TRUE(at_worker.has("connected"));
  EXPECT_TRUE(worker->connected());
  EXPECT_TRUE(hub->send("node-1", "down"));
  EXPECT_TRUE(worker->send("up"));
  EXPECT_TRUE(at_worker.has("message down"));
  EXPECT_TRUE(at_hub.has("node-1: up"));
}

TEST_F(Link, CarriesBytesAndNotText) {
  open();
  std::string received;
  at_hub.on_message = [&](const std::string&, std::string_view bytes) { received = bytes; };
  worker = open_worker(worker_of(*hub, "node-1"), at_worker);
  ASSERT_TRUE(at_worker.has("connected"));
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
  }
  worker->send(all);
  worker->send("");
  ASSERT_TRUE(at_hub.has("node-1: ", 2));
  EXPECT_EQ(received, "");
  EXPECT_EQ(hub->statistics().received, 2U);
  EXPECT_THAT(at_hub.lines()[1], HasSubstr(all.substr(0, 40)));
}

TEST_F(Link, KeepsTheOrderOfTenThousandMessages) {
  open();
  constexpr int many = 10'000;
  int next = 0;
  int wrong = 0;
  at_hub.on_message = [&](const std::string&, std::string_view bytes) {
    wrong += bytes != std::to_string(next++);
  };
  auto options = worker_of(*hub, "node-1");
  options.queues.messages = many;
  worker = open_worker(options, at_worker);
  ASSERT_TRUE(at_worker.has("connected"));
  for (int i = 0; i < many; ++i) {
    ASSERT_TRUE(worker->send(std::to_string(i)));
  }
  ASSERT_TRUE(at_hub.has("node-1: 9999"));
  EXPECT_EQ(next, many);
  EXPECT_EQ(wrong, 0);
}

TEST_F(Link, PublishesToEverybodyInOrder) {
  open();
  constexpr std::size_t workers = 5;
  std::vector<worker_journal> journals(workers);
  std::vector<test::worker_ptr> all;
  for (std::size_t i = 0; i < workers; ++i) {
    all.push_back(open_worker(worker_of(*hub, "node-" + std::to_string(i)), journals[i]));
  }
  for (auto& one : journals) {
    ASSERT_TRUE(one.has("subscribed"));
  }
  for (int i = 100; i < 200; ++i) {
    ASSERT_TRUE(hub->publish(std::to_string(i)));
  }
  for (auto& one : journals) {
    ASSERT_TRUE(one.has("published", 100));
    int expected = 100;
    for (const auto& line : one.lines()) {
      if (line.rfind("published", 0) != 0) continue;
      EXPECT_EQ(line, "published " + std::to_string(expected));
      ++expected;
    }
  }
}

TEST_F(Link, SaysWhyWhatIsNotSentIsNot) {
  open();
  worker = open_worker(worker_of(*hub, "node-1"), at_worker);
  ASSERT_TRUE(at_worker.has("connected"));
  EXPECT_FALSE(worker->send(std::string((1U << 20U) + 1, 'x')));
  EXPECT_FALSE(hub->send("node-1", std::string((1U << 20U) + 1, 'x')));
  EXPECT_FALSE(hub->publish(std::string((128U << 10U) + 1, 'x')));
  EXPECT_TRUE(hub->send("nobody", "x"));
  EXPECT_TRUE(becomes_true([&] { return hub->statistics().dropped_for(drop_reason::no_such_peer) == 1; }));
  EXPECT_EQ(hub->statistics().dropped_for(drop_reason::too_big), 2U);
  EXPECT_EQ(worker->statistics().dropped_for(drop_reason::too_big), 1U);
  EXPECT_TRUE(worker->send(std::string(1U << 20U, 'x'))) << "the longest that may be sent";
  EXPECT_TRUE(at_hub.has("node-1: xxx"));
}

TEST_F(Link, SendsNothingWhileThereIsNoHub) {
  open();
  const auto options = worker_of(*hub, "node-1");
  hub->stop();
  worker = open_worker(options, at_worker);
  EXPECT_FALSE(worker->send("x"));
  EXPECT_EQ(worker->statistics().dropped_for(drop_reason::not_connected), 1U);
}

TEST_F(Link, FindsTheHubAgainAfterItsRestart) {
  open();
  auto again = hub_on_any_port();
  again.listen = hub->listens_at();
  worker = open_worker(worker_of(*hub, "node-1"), at_worker);
  ASSERT_TRUE(at_worker.has("subscribed"));
  hub.reset();
  ASSERT_TRUE(at_worker.has("lost"));
  EXPECT_FALSE(worker->connected());
  open(again); // with a publisher on another port
  ASSERT_TRUE(at_worker.has("subscribed", 2));
  hub->publish("after");
  worker->send("after");
  EXPECT_TRUE(at_worker.has("published after"));
  EXPECT_TRUE(at_hub.has("node-1: after"));
}

TEST_F(Link, HandsANameOverToTheNewerConnection) {
  open();
  worker_journal at_newer;
  worker = open_worker(worker_of(*hub, "node-1"), at_worker);
  ASSERT_TRUE(at_hub.has("connected node-1"));
  auto options = worker_of(*hub, "node-1");
  auto newer = open_worker(options, at_newer);
  ASSERT_TRUE(at_hub.has("gone node-1 replaced"));
  ASSERT_TRUE(at_worker.has("lost")) << "the older one is cut";
}

TEST_F(Link, TellsThatASilentWorkerIsGone) {
  open();
  worker = open_worker(worker_of(*hub, "node-1"), at_worker);
  ASSERT_TRUE(at_hub.has("connected node-1"));
  worker->stop();
  EXPECT_TRUE(at_hub.has("gone node-1 silent"));
  worker = open_worker(worker_of(*hub, "node-1"), at_worker);
  EXPECT_TRUE(at_hub.has("connected node-1", 2));
}

TEST_F(Link, StaysConnectedWhileNobodySaysAnything) {
  open();
  worker = open_worker(worker_of(*hub, "node-1"), at_worker);
  ASSERT_TRUE(at_worker.has("subscribed"));
  // A second worker that comes and goes measures the time: it is missed only after three heartbeats.
  worker_journal other;
  open_worker(worker_of(*hub, "node-2"), other);
  worker_journal again;
  {
    auto second = open_worker(worker_of(*hub, "node-3"), again);
    ASSERT_TRUE(at_hub.has("connected node-3"));
  }
  ASSERT_TRUE(at_hub.has("gone node-3"));
  EXPECT_EQ(at_worker.count("lost"), 0);
  EXPECT_EQ(at_hub.count("gone node-1"), 0);
}

TEST(LinkAddresses, RefusePlainTextBetweenMachines) {
  hub_journal at_hub;
  worker_journal at_worker;
  auto hub = hub_on_any_port();
  hub.listen = "0.0.0.0:0";
  const auto refused = hub_socket::open(hub, at_hub);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::invalid_config);
  EXPECT_THAT(refused.error().message, HasSubstr("insecure"));
  hub.insecure = true;
  EXPECT_TRUE(hub_socket::open(hub, at_hub));

  worker_options worker;
  worker.name = "node-1";
  worker.hub = "hub.example:8891";
  EXPECT_EQ(worker_socket::open(worker, at_worker).error(), errc::invalid_config);
}

TEST(LinkAddresses, SayWhichOneIsTaken) {
  hub_journal at_hub;
  const auto first = open_hub(hub_on_any_port(), at_hub);
  auto second = hub_on_any_port();
  second.listen = first->listens_at();
  const auto refused = hub_socket::open(second, at_hub);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::io_failed);
  EXPECT_THAT(refused.error().message, HasSubstr(first->listens_at()));
}

} // namespace
} // namespace remora::link
