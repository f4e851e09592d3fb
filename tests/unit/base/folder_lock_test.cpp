#include "base/folder_lock.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.hpp"

namespace remora {
namespace {

using ::testing::HasSubstr;

class FolderLock : public ::testing::Test {
 protected:
  std::string folder() const { return folder_.path().native(); }

 private:
  test::temporary_folder folder_;
};

TEST_F(FolderLock, RefusesASecondOneOfTheSameProgramAndSaysWhoHoldsIt) {
  const auto first = folder_lock::take(folder(), "worker");
  ASSERT_TRUE(first) << first.error().message;
  const auto second = folder_lock::take(folder(), "worker");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), errc::store_in_use);
  EXPECT_THAT(second.error().message, HasSubstr("another worker works in " + folder()));
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(getpid())));
  EXPECT_THAT(second.error().message, HasSubstr("worker.data of its own"));
}

TEST_F(FolderLock, LetsAHubAndAWorkerShareAFolder) {
  const auto hub = folder_lock::take(folder(), "hub");
  const auto worker = folder_lock::take(folder(), "worker");
  EXPECT_TRUE(hub && worker);
}

TEST_F(FolderLock, IsGivenUpWithItsHolder) {
  { ASSERT_TRUE(folder_lock::take(folder(), "worker")); }
  EXPECT_TRUE(folder_lock::take(folder(), "worker"));
}

TEST_F(FolderLock, IsGivenUpWhenItsHolderIsKilled) {
  const auto child = fork();
  if (child == 0) {
    const auto held = folder_lock::take(folder(), "worker");
    kill(getpid(), SIGKILL);
  }
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(folder_lock::take(folder(), "worker"));
}

TEST_F(FolderLock, SaysWhereThereIsNoFolder) {
  const auto nowhere = folder_lock::take(folder() + "/missing", "worker");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error(), errc::not_found);
  EXPECT_THAT(nowhere.error().message, HasSubstr(folder() + "/missing/remora-worker.lock"));
}

} // namespace
} // namespace remora
