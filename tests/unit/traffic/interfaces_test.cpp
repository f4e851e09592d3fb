#include "traffic/capture/interfaces.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "traffic/capture/packet_source.hpp"

namespace remora::traffic {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(UnknownInterface, IsAnsweredWithWhatExistsAndWhatWasMeant) {
  EXPECT_EQ(
      unknown_interface_error("wlan1", {"lo", "eth0", "wlan0"}).message,
      "there is no network interface \"wlan1\"; did you mean \"wlan0\"?; existing: any, lo, eth0, wlan0");
}

TEST(UnknownInterface, IsNotAnsweredWithAFarFetchedGuess) {
  EXPECT_THAT(unknown_interface_error("docker0", {"lo", "eth0"}).message, Not(HasSubstr("did you mean")));
}

TEST(UnknownInterface, DoesNotListHundreds) {
  std::vector<std::string> many;
  many.reserve(500);
  for (int i = 0; i < 500; ++i) {
    many.push_back("veth" + std::to_string(i));
  }
  const std::string message = unknown_interface_error(std::string(1000, 'x'), many).message;
  EXPECT_LT(message.size(), 400u);
  EXPECT_THAT(message, HasSubstr(", and 480 more"));
}

TEST(InterfaceNames, IncludeLoopback) { EXPECT_THAT(interface_names(), ::testing::Contains("lo")); }

TEST(OpenLive, RefusesAnInterfaceThatDoesNotExist) {
  live_options options;
  options.interfaces = {"no-such-if"};
  const auto source = open_live(options);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, errc::unknown_interface);
  EXPECT_THAT(source.error().message, HasSubstr("existing: any, "));
}

TEST(OpenLive, RefusesWhatContradictsItself) {
  live_options none;
  none.interfaces = {};
  live_options any_and_more;
  any_and_more.interfaces = {"any", "lo"};
  live_options nothing_kept;
  nothing_kept.snaplen = 0;
  live_options too_much_kept;
  too_much_kept.snaplen = default_snaplen + 1;
  for (const live_options& options : {none, any_and_more, nothing_kept, too_much_kept}) {
    const auto source = open_live(options);
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code, errc::invalid_usage) << source.error().message;
  }
}

} // namespace
} // namespace remora::traffic
