#include "cli/daemon/service_notifier.hpp"

#include <gmock/gmock.h>

#include "manager_socket.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::cli::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ServiceNotifier : public ::testing::Test {
 protected:
  service_notifier notifier(std::map<std::string, std::string> more = {}) const {
    more.emplace("NOTIFY_SOCKET", path_);
    return service_notifier::from(more);
  }

  remora::test::temporary_folder folder_;
  std::string path_ = folder_ / "notify";
  manager_socket manager_{path_};
};

TEST_F(ServiceNotifier, TellsThatTheDaemonIsReadyAndWhatItDoes) {
  notifier().ready("3 scripts");
  EXPECT_THAT(manager_.heard(), ElementsAre("READY=1\nSTATUS=3 scripts\n"));
}

TEST_F(ServiceNotifier, TellsEachThingInADatagramOfItsOwn) {
  const auto told = notifier();
  told.status("busy");
  told.alive();
  told.stopping();
  EXPECT_THAT(manager_.heard(), ElementsAre("STATUS=busy\n", "WATCHDOG=1\n", "STOPPING=1\n"));
}

TEST_F(ServiceNotifier, TellsSinceWhenItReloads) {
  notifier().reloading();
  EXPECT_THAT(manager_.heard(), ElementsAre(StartsWith("RELOADING=1\nMONOTONIC_USEC=")));
}

TEST_F(ServiceNotifier, DoesNotLetAStatusTextAddLines) {
  notifier().status("one\nREADY=1\r\n");
  EXPECT_THAT(manager_.heard(), ElementsAre("STATUS=one READY=1  \n"));
}

TEST_F(ServiceNotifier, ReachesAnAbstractSocket) {
  const std::string name = "@remora-test-" + std::to_string(::getpid());
  const manager_socket abstract{name};
  service_notifier::from({{"NOTIFY_SOCKET", name}}).alive();
  EXPECT_THAT(abstract.heard(), ElementsAre("WATCHDOG=1\n"));
}

TEST_F(ServiceNotifier, SaysNothingWhenNobodyAsksForIt) {
  const auto told = service_notifier::from({});
  told.ready("unheard");
  EXPECT_FALSE(told.is_listened_to());
  EXPECT_EQ(told.watchdog(), std::nullopt);
}

TEST_F(ServiceNotifier, OutlivesItsManager) {
  const auto told = notifier();
  manager_ = manager_socket{folder_ / "another"};
  told.alive();
  EXPECT_THAT(manager_.heard(), IsEmpty());
}

TEST_F(ServiceNotifier, PassesOverAnAddressThatIsNone) {
  for (const std::string& address : {std::string{}, std::string{"@"}, std::string{"relative"},
                                     "/" + std::string(200, 'x'), (folder_ / "nobody").string()})
    EXPECT_FALSE(service_notifier::from({{"NOTIFY_SOCKET", address}}).is_listened_to()) << address;
}

TEST_F(ServiceNotifier, KnowsWhenItIsWatched) {
  EXPECT_EQ(notifier({{"WATCHDOG_USEC", "3000000"}}).watchdog(), std::chrono::seconds{3});
  EXPECT_EQ(notifier({{"WATCHDOG_USEC", "5"}, {"WATCHDOG_PID", std::to_string(::getpid())}}).watchdog(),
            std::chrono::microseconds{5});
}

TEST_F(ServiceNotifier, IsNotWatchedInThePlaceOfAnotherProcessOrByNonsense) {
  EXPECT_EQ(notifier({{"WATCHDOG_USEC", "5"}, {"WATCHDOG_PID", "1"}}).watchdog(), std::nullopt);
  for (const char* nonsense : {"", "0", "-5", "5s", "18446744073709551615", "18446744073709551616"})
    EXPECT_EQ(notifier({{"WATCHDOG_USEC", nonsense}}).watchdog(), std::nullopt) << nonsense;
}

} // namespace
} // namespace remora::cli::test
