// What happens above the watched file: folders and links that come, go and are pointed elsewhere.

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "tests/unit/config/watch/watch_fixture.hpp"

namespace remora::config {
namespace {

class WatchedPath : public FileWatch {};

/// A volume as container platforms lay it out: every name is a link through `..data`.
class Volume : public FileWatch {
 protected:
  Volume() {
    box_.write("volume/..2026_1/a.js", "old");
    box_.link("..2026_1", "volume/..data");
    box_.link("..data/a.js", "volume/a.js");
  }

  /// The next version: a new folder, the link renamed over the old one, the old folder removed.
  void update(const std::string& from, const std::string& to) const {
    box_.write("volume/" + to + "/a.js", "of " + to);
    box_.link(to, "volume/..data_tmp");
    box_.rename("volume/..data_tmp", "volume/..data");
    box_.remove("volume/" + from);
  }
};

TEST_F(Volume, IsNoticedWheneverItsDataLinkIsSwapped) {
  watch("volume");
  update("..2026_1", "..2026_2");
  EXPECT_TRUE(noticed());
  EXPECT_EQ(box_.read("volume/a.js"), "of ..2026_2");
  update("..2026_2", "..2026_3");
  EXPECT_TRUE(noticed());
}

TEST_F(Volume, IsNoticedForASingleFileInIt) {
  watch("volume/a.js");
  update("..2026_1", "..2026_2");
  EXPECT_TRUE(noticed());
  update("..2026_2", "..2026_3");
  EXPECT_TRUE(noticed());
}

TEST_F(Volume, IsNoticedBehindALinkToIt) {
  box_.link(box_.path("volume"), "scripts");
  watch("scripts");
  update("..2026_1", "..2026_2");
  EXPECT_TRUE(noticed());
}

TEST_F(Volume, LeavesWhatStandsStillAlone) {
  watch("volume");
  EXPECT_FALSE(noticed());
}

TEST_F(WatchedPath, FollowsALinkInItsMiddleThatIsRenamedOver) {
  box_.write("v1/scripts/a.js");
  box_.write("v2/scripts/a.js");
  box_.link("v1", "current");
  watch("current/scripts");
  box_.link("v2", "next");
  box_.rename("next", "current");
  EXPECT_TRUE(noticed());
  box_.write("v2/scripts/a.js", "new");
  EXPECT_TRUE(noticed()) << "not watching where the link leads now";
  box_.write("v1/scripts/a.js", "stale");
  EXPECT_FALSE(noticed()) << "still watching where the link led before";
}

TEST_F(WatchedPath, FollowsALinkThatIsRemovedAndMadeAgain) {
  box_.write("v1/a.js");
  box_.write("v2/a.js");
  box_.link("v1", "current");
  watch("current");
  box_.remove("current");
  box_.link("v2", "current");
  EXPECT_TRUE(noticed());
  box_.write("v2/b.js");
  EXPECT_TRUE(noticed());
}

TEST_F(WatchedPath, FollowsAChainOfLinks) {
  box_.write("real/a.js");
  box_.write("other/a.js");
  box_.folder("links");
  box_.link("../real", "links/3");
  box_.link("3", "links/2");
  box_.link(box_.path("links/2"), "1");
  watch("1/a.js");
  box_.remove("links/3");
  box_.link("../other", "links/3");
  EXPECT_TRUE(noticed());
}

TEST_F(WatchedPath, NeedNotExistYet) {
  watch("not/there/yet");
  box_.folder("not");
  EXPECT_TRUE(noticed());
  box_.folder("not/there");
  EXPECT_TRUE(noticed());
  box_.folder("not/there/yet");
  EXPECT_TRUE(noticed());
  box_.write("not/there/yet/a.js");
  EXPECT_TRUE(noticed());
}

TEST_F(WatchedPath, MayAppearAllAtOnce) {
  watch("not/there/yet/a.js");
  box_.write("not/there/yet/a.js");
  EXPECT_TRUE(noticed());
  box_.write("not/there/yet/a.js", "new");
  EXPECT_TRUE(noticed());
}

TEST_F(WatchedPath, MayVanishAndComeBack) {
  for (const char* vanishes : {"top", "top/scripts"}) {
    box_.write("top/scripts/a.js");
    watch("top/scripts");
    box_.remove(vanishes);
    EXPECT_TRUE(noticed()) << vanishes;
    box_.write("top/scripts/a.js");
    EXPECT_TRUE(noticed()) << vanishes;
    box_.write("top/scripts/a.js", "new");
    EXPECT_TRUE(noticed()) << vanishes;
  }
}

TEST_F(WatchedPath, MayBeMovedAwayAndBack) {
  box_.write("top/scripts/a.js");
  watch("top/scripts");
  box_.rename("top", "aside");
  EXPECT_TRUE(noticed());
  box_.write("aside/scripts/a.js", "new");
  EXPECT_FALSE(noticed());
  box_.rename("aside", "top");
  EXPECT_TRUE(noticed());
  box_.write("top/scripts/a.js", "newer");
  EXPECT_TRUE(noticed());
}

TEST_F(WatchedPath, MayBeExchangedForAnotherFolder) {
  box_.write("scripts/a.js");
  box_.write("new/a.js");
  watch("scripts");
  box_.rename("scripts", "old");
  box_.rename("new", "scripts");
  EXPECT_TRUE(noticed());
  box_.write("scripts/a.js", "new");
  EXPECT_TRUE(noticed());
}

TEST_F(WatchedPath, MayBeALinkWhoseTargetIsNotThereYet) {
  box_.link("later.js", "a.js");
  watch("a.js");
  box_.write("later.js");
  EXPECT_TRUE(noticed());
}

TEST_F(WatchedPath, MayBecomeAFolderAfterBeingAFile) {
  box_.write("scripts");
  watch("scripts");
  box_.remove("scripts");
  box_.write("scripts/a.js");
  EXPECT_TRUE(noticed());
  box_.write("scripts/a.js", "new");
  EXPECT_TRUE(noticed());
}

TEST_F(WatchedPath, MayBeALinkToItself) {
  box_.link("a.js", "a.js");
  watch("a.js");
  box_.remove("a.js");
  box_.write("a.js");
  EXPECT_TRUE(noticed());
}

TEST_F(WatchedPath, IsNoticedWhenItMayBeReadAgain) {
  box_.write("a.js");
  fs::permissions(box_.path("a.js"), fs::perms::none);
  watch("a.js");
  fs::permissions(box_.path("a.js"), fs::perms::owner_read);
  EXPECT_TRUE(noticed());
}

/// Gives this process mounts of its own, which nobody else sees; as somebody who may make some.
bool may_mount() {
  if (::unshare(CLONE_NEWNS) != 0) {
    const auto me = std::to_string(::getuid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream{"/proc/self/uid_map"} << "0 " << me << " 1";
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// Runs in a process with mounts of its own. 0: good; 77: mounting is not allowed here.
int mount_over_watched_folder(const std::string& folder) {
  if (!may_mount()) return 77;
  steady_time now{std::chrono::hours{1}};
  watch_options options;
  options.clock = [&now] { return now; };
  file_watch watch{options};
  watch.watch("it", {folder});
  const auto noticed = [&] {
    watch.changes();
    now += options.quiet;
    return !watch.changes().empty();
  };
  noticed();
  if (::mount("none", folder.c_str(), "tmpfs", 0, nullptr) != 0) return 77;
  if (!noticed()) return 1;
  std::ofstream{folder + "/b.js"} << "new";
  if (!fs::exists(folder + "/b.js")) return 77;
  if (!noticed()) return 2;
  if (::umount(folder.c_str()) != 0) return 3;
  if (!noticed()) return 4;
  std::ofstream{folder + "/a.js"} << "new";
  return noticed() ? 0 : 5;
}

TEST_F(WatchedPath, IsNoticedWhenSomethingIsMountedOverItAndWhenThatGoes) {
  box_.write("scripts/a.js");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(mount_over_watched_folder(box_.path("scripts")));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "mounting is not allowed here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

} // namespace
} // namespace remora::config
