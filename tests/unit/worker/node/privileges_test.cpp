#include "worker/node/privileges.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace remora::worker::test {
namespace {

/// A field of /proc/thread-self/status as a number; those of capabilities are hexadecimal.
std::uint64_t field(const std::string& name, int base) {
  std::ifstream in{"/proc/thread-self/status"};
  for (std::string line; std::getline(in, line);)
    if (line.rfind(name + ':', 0) == 0) return std::stoull(line.substr(name.size() + 1), nullptr, base);
  ADD_FAILURE() << name << " is not there";
  return 0;
}
std::uint64_t effective() { return field("CapEff", 16); }
std::uint64_t permitted() { return field("CapPrm", 16); }
constexpr std::uint64_t net_raw = std::uint64_t{1} << 13U;

/// Privileges belong to a thread and do not come back, so each test has one of its own.
template <class Body>
void in_a_thread(Body body) {
  std::thread{body}.join();
}

TEST(Privileges, AreNotInEffectAfterTheyWereGivenUp) {
  in_a_thread([] {
    const std::uint64_t before = permitted();
    ASSERT_TRUE(keep_only_raw_sockets());
    EXPECT_EQ(effective(), 0U);
    EXPECT_EQ(permitted(), before & net_raw);
    EXPECT_EQ(field("CapInh", 16), 0U);
    EXPECT_EQ(field("NoNewPrivs", 10), 1U);
  });
}

TEST(Privileges, AllowRawSocketsForAMoment) {
  in_a_thread([] {
    ASSERT_TRUE(keep_only_raw_sockets());
    if (permitted() == 0) GTEST_SKIP() << "needs CAP_NET_RAW";
    {
      const raw_sockets_allowed allowed;
      EXPECT_EQ(effective(), net_raw);
    }
    EXPECT_EQ(effective(), 0U);
  });
}

TEST(Privileges, DoNotComeBackOnceTheLastIsGivenUp) {
  in_a_thread([] {
    ASSERT_TRUE(keep_only_raw_sockets());
    ASSERT_TRUE(give_up_raw_sockets());
    const raw_sockets_allowed not_really;
    EXPECT_EQ(effective(), 0U);
    EXPECT_EQ(permitted(), 0U);
  });
}

TEST(Privileges, AreInheritedByNewThreads) {
  in_a_thread([] {
    ASSERT_TRUE(keep_only_raw_sockets());
    in_a_thread([] { EXPECT_EQ(effective(), 0U); });
  });
}

} // namespace
} // namespace remora::worker::test
