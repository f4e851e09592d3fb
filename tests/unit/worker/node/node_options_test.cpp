#include "worker/node/node_options.hpp"

#include <gmock/gmock.h>

namespace remora::worker::test {
namespace {

using ::testing::HasSubstr;

struct name_case {
  const char* host;
  const char* node;
};
class NodeName : public ::testing::TestWithParam<name_case> {};

TEST_P(NodeName, IsThatOfTheMachineAsFarAsItIsOne) {
  EXPECT_EQ(node_name_of(GetParam().host), GetParam().node);
}

INSTANTIATE_TEST_SUITE_P(Hosts, NodeName,
                         ::testing::Values(name_case{"web-1.example.org", "web-1.example.org"},
                                           name_case{"DESKTOP_7", "desktop_7"},
                                           name_case{"a b\xC3\xBC", "a-b--"}, name_case{"-.x", "x"},
                                           name_case{"", ""}, name_case{"!?", ""}));

TEST(NodeOptions, PreferTheNameOfTheSettings) {
  config::worker_settings settings;
  EXPECT_EQ(node_options_of(settings, "Host", "1")->name, "host");
  settings.name = "n7";
  EXPECT_EQ(node_options_of(settings, "Host", "1")->name, "n7");
  EXPECT_EQ(node_options_of(settings, "Host", "1")->link.name, "n7");
}

TEST(NodeOptions, RefuseTheNameOfTheHubsOwnScripts) {
  const auto options = node_options_of({}, "Hub", "1");
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error(), errc::invalid_config);
  EXPECT_THAT(options.error().message, HasSubstr("worker.name: \"hub\""));
}

TEST(NodeOptions, AskForANameWhenTheMachineHasNone) {
  const auto options = node_options_of({}, "!", "1");
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error(), errc::invalid_config);
  EXPECT_THAT(options.error().message, HasSubstr("worker.name"));
}

TEST(NodeOptions, EncryptWhenThereAreKeys) {
  const auto hub = link::make_key_pair();
  const auto own = link::make_key_pair();
  ASSERT_TRUE(hub && own);
  config::worker_settings settings;
  EXPECT_TRUE(node_options_of(settings, "h", "1")->link.insecure);
  settings.curve = {hub->public_key, own->secret.reveal() + "\n"};
  const auto options = node_options_of(settings, "h", "1");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_FALSE(options->link.insecure);
  EXPECT_EQ(options->link.hub_key, hub->public_key);
  EXPECT_EQ(options->link.secret->public_key(), own->public_key);
}

TEST(NodeOptions, DoNotShowASecretThatIsNoKey) {
  config::worker_settings settings;
  settings.curve = {"x", "my password"};
  const auto options = node_options_of(settings, "h", "1");
  ASSERT_FALSE(options);
  EXPECT_THAT(options.error().message, HasSubstr("worker.curve.secret_key"));
  EXPECT_THAT(options.error().message, ::testing::Not(HasSubstr("my password")));
}

} // namespace
} // namespace remora::worker::test
