#include <cctype>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hostile_peer.hpp"
#include "link_fixture.hpp"

namespace remora::link {
namespace {

using test::hub_journal;
using test::open_hub;
using test::open_worker;
using test::worker_journal;
using ::testing::HasSubstr;
using ::testing::Not;

class LinkWithKeys : public ::testing::Test {
 protected:
  LinkWithKeys() {
    EXPECT_TRUE(enrolled.enroll("node-1", node_1.public_key, wall_now()));
    EXPECT_TRUE(enrolled.enroll("node-2", node_2.public_key, wall_now()));
    auto options = test::hub_on_any_port();
    options.secret = hub_pair.secret;
    options.enrolled = enrolled;
    options.rates.ban = milliseconds{300};
    hub = open_hub(std::move(options), at_hub);
  }
  worker_options worker_with(const key_pair& keys, const std::string& claimed = "") const {
    auto options = test::worker_of(*hub, claimed);
    options.hub_key = hub_pair.public_key;
    options.secret = keys.secret;
    return options;
  }

  const key_pair hub_pair = *make_key_pair();
  const key_pair node_1 = *make_key_pair();
  const key_pair node_2 = *make_key_pair();
  const key_pair stranger = *make_key_pair();
  enrolment enrolled;
  hub_journal at_hub;
  worker_journal at_worker;
  test::hub_ptr hub;
};

TEST(KeyPair, CanBePastedAsItIsOnACommandLineAndIntoAConfiguration) {
  for (int i = 0; i < 3000; ++i) { // of keys drawn without a look at them, one in 85 begins with "-"
    const std::string key = make_key_pair()->public_key;
    ASSERT_THAT(key, Not(HasSubstr("${")));
    ASSERT_TRUE(std::isalnum(static_cast<unsigned char>(key.front()))) << key;
    ASSERT_TRUE(std::isalnum(static_cast<unsigned char>(key.back()))) << key;
  }
}

TEST_F(LinkWithKeys, KnowsAWorkerByItsKeyAndNotByWhatItClaims) {
  const auto worker = open_worker(worker_with(node_1, "node-2"), at_worker);
  ASSERT_TRUE(at_worker.has("subscribed"));
  worker->send("who am I");
  hub->send("node-1", "private");
  hub->publish("public");
  EXPECT_TRUE(at_hub.has("node-1: who am I"));
  EXPECT_TRUE(at_worker.has("message private"));
  EXPECT_TRUE(at_worker.has("published public"));
  EXPECT_EQ(at_hub.count("node-2"), 0);
}

TEST_F(LinkWithKeys, GivesAKeyThatIsNotEnrolledNoAnswerAndNamesIt) {
  const auto worker = open_worker(worker_with(stranger, "node-1"), at_worker);
  ASSERT_TRUE(at_hub.has("refused 127.0.0.1 the key " + stranger.public_key + " is not enrolled"));
  ASSERT_TRUE(at_worker.has("failed the hub does not let the key " + stranger.public_key));
  EXPECT_EQ(at_worker.count("connected"), 0);
  EXPECT_EQ(at_hub.count("connected"), 0);
}

TEST_F(LinkWithKeys, LetsAWorkerInAsSoonAsItsKeyIsEnrolled) {
  const auto worker = open_worker(worker_with(stranger), at_worker);
  ASSERT_TRUE(at_worker.has("failed"));
  ASSERT_TRUE(enrolled.enroll("node-3", stranger.public_key, wall_now()));
  hub->set_enrolment(enrolled);
  EXPECT_TRUE(at_hub.has("connected node-3"));
  EXPECT_TRUE(at_worker.has("subscribed"));
}

TEST_F(LinkWithKeys, CutsAKeyThatIsRevokedAndLeavesTheOthers) {
  worker_journal at_other;
  const auto worker = open_worker(worker_with(node_1), at_worker);
  const auto other = open_worker(worker_with(node_2), at_other);
  ASSERT_TRUE(at_worker.has("subscribed"));
  ASSERT_TRUE(at_other.has("subscribed"));
  ASSERT_TRUE(enrolled.revoke(node_1.public_key, wall_now()));
  hub->set_enrolment(enrolled);
  EXPECT_TRUE(at_hub.has("gone node-1 revoked"));
  EXPECT_TRUE(at_worker.has("lost"));
  EXPECT_TRUE(at_hub.has("the key " + node_1.public_key + " is revoked"));
  hub->publish("for the rest");
  EXPECT_TRUE(at_other.has("published for the rest"));
  EXPECT_EQ(at_worker.count("published"), 0);
  EXPECT_EQ(at_other.count("lost"), 0);
  EXPECT_EQ(at_hub.count("without having said"), 0) << "who was cut is no stranger";
}

TEST_F(LinkWithKeys, RefusesAWorkerWithoutCurve) {
  const auto worker = open_worker(test::worker_of(*hub, "node-1"), at_worker);
  ASSERT_TRUE(at_hub.has("one side speaks CURVE and the other does not"));
  EXPECT_TRUE(at_worker.has("failed"));
  EXPECT_EQ(at_hub.count("connected"), 0);
}

TEST_F(LinkWithKeys, RefusesAWorkerThatExpectsAnotherHub) {
  auto options = worker_with(node_1);
  options.hub_key = stranger.public_key;
  const auto worker = open_worker(options, at_worker);
  ASSERT_TRUE(at_hub.has("refused 127.0.0.1"));
  EXPECT_TRUE(at_worker.has("failed"));
  EXPECT_EQ(at_hub.count("connected"), 0);
}

TEST_F(LinkWithKeys, SurvivesGarbageOnBothPortsAndTellsOfEach) {
  const auto worker = open_worker(worker_with(node_1), at_worker);
  ASSERT_TRUE(at_worker.has("subscribed"));
  const std::string greeting("\xff\0\0\0\0\0\0\0\x01\x7f\x03", 11);
  for (const auto& endpoint : {hub->listens_at(), hub->publishes_at()}) {
    for (const auto& garbage :
         {std::string{"GET / HTTP/1.1\r\nHost: hub\r\n\r\n"} + std::string(500, 'x'),
          std::string(4096, '\xff'), std::string(4096, '\0'), greeting + std::string(4096, '\xff')}) {
      const test::raw_connection peer{endpoint};
      ASSERT_TRUE(peer.connected());
      peer.send(garbage);
      EXPECT_TRUE(peer.is_ended()) << endpoint;
    }
  }
  EXPECT_TRUE(at_hub.has("refused ", 8));
  worker->send("still here");
  hub->publish("still here");
  EXPECT_TRUE(at_hub.has("node-1: still here"));
  EXPECT_TRUE(at_worker.has("published still here"));
  EXPECT_EQ(at_worker.count("lost"), 0);
}

TEST_F(LinkWithKeys, NeverShowsASecret) {
  auto options = worker_with(node_1);
  options.hub_key = "short";
  const auto refused = worker_socket::open(options, at_worker);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, Not(HasSubstr(node_1.secret.reveal())));
}

TEST(LinkKeys, AreWantedByBothHalves) {
  worker_journal at_worker;
  worker_options options;
  options.name = "node-1";
  options.hub_key = make_key_pair()->public_key;
  EXPECT_EQ(worker_socket::open(options, at_worker).error(), errc::invalid_config);
  options.hub_key.clear();
  options.secret = make_key_pair()->secret;
  EXPECT_EQ(worker_socket::open(options, at_worker).error(), errc::invalid_config);
}

} // namespace
} // namespace remora::link
