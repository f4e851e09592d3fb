#include "config/watch/file_watch.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <thread>

#include "tests/unit/config/watch/watch_fixture.hpp"

namespace remora::config {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(FileWatch, NoticesScriptsThatComeAndGo) {
  box_.folder("scripts");
  watch("scripts");
  box_.write("scripts/a.js");
  EXPECT_TRUE(noticed());
  box_.rename("scripts/a.js", "scripts/b.js");
  EXPECT_TRUE(noticed());
  box_.rename("scripts/b.js", "scripts/b.txt");
  EXPECT_TRUE(noticed());
  box_.rename("scripts/b.txt", "scripts/b.js");
  EXPECT_TRUE(noticed());
  box_.remove("scripts/b.js");
  EXPECT_TRUE(noticed());
}

TEST_F(FileWatch, NoticesWhatIsWrittenToAFileThatStaysOpen) {
  std::ofstream open{box_.path("a.js"), std::ios::binary};
  watch("a.js");
  open << "more" << std::flush;
  EXPECT_TRUE(noticed());
  open << "and more" << std::flush;
  EXPECT_TRUE(noticed());
}

TEST_F(FileWatch, IgnoresFilesThatAreNoScripts) {
  box_.write("scripts/a.js");
  watch("scripts");
  box_.write("scripts/notes.txt");
  box_.write("scripts/.a.js.swp");
  box_.write("scripts/.#b.js");
  box_.write("scripts/sub/c.js");
  box_.folder("scripts/sub/deep");
  EXPECT_FALSE(noticed());
}

TEST_F(FileWatch, IgnoresTheNeighboursOfAFile) {
  box_.write("hub.yaml");
  watch("hub.yaml");
  box_.write("other.yaml");
  box_.write("scripts/a.js");
  EXPECT_FALSE(noticed());
}

TEST_F(FileWatch, IsNotDisturbedByReaders) {
  box_.write("scripts/a.js");
  watch("scripts");
  box_.read("scripts/a.js");
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator{box_.path("scripts")}) {
  }
  EXPECT_FALSE(noticed());
}

TEST_F(FileWatch, ReportsEachNameByItself) {
  box_.write("hub.yaml");
  box_.write("scripts/a.js");
  watch_.watch("settings", {box_.path("hub.yaml"), box_.path("more.yaml")});
  watch_.watch("scripts", {box_.path("scripts")});
  EXPECT_THAT(settle(), ElementsAre("scripts", "settings"));
  box_.write("scripts/a.js", "new");
  EXPECT_THAT(settle(), ElementsAre("scripts"));
  box_.write("more.yaml", "new");
  EXPECT_THAT(settle(), ElementsAre("settings"));
  box_.write("hub.yaml", "new");
  box_.remove("scripts");
  EXPECT_THAT(settle(), ElementsAre("scripts", "settings"));
}

TEST_F(FileWatch, ReportsOnePathUnderSeveralNames) {
  box_.write("a.js");
  watch_.watch("one", {box_.path("a.js")});
  watch_.watch("two", {box_.path(".")});
  settle();
  box_.write("a.js", "new");
  EXPECT_THAT(settle(), ElementsAre("one", "two"));
  watch_.forget("one");
  box_.write("a.js", "newer");
  EXPECT_THAT(settle(), ElementsAre("two"));
}

TEST_F(FileWatch, ReportsANameWhosePathsChanged) {
  watch("a.js");
  watch_.watch("it", {box_.path("a.js")});
  EXPECT_FALSE(noticed()) << "the same paths";
  watch_.watch("it", {box_.path("b.js")});
  EXPECT_TRUE(noticed());
  box_.write("a.js");
  EXPECT_FALSE(noticed());
  box_.write("b.js");
  EXPECT_TRUE(noticed());
}

TEST_F(FileWatch, TakesPathsFromTheWorkingFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(box_.path(""));
  watch_.watch("it", {"scripts"});
  fs::current_path(before);
  settle();
  box_.write("scripts/a.js");
  EXPECT_TRUE(noticed());
}

TEST_F(FileWatch, TakesABurstForOneChange) {
  watch("a.js");
  for (int i = 0; i < 5; ++i) {
    box_.write("a.js", std::string(static_cast<std::size_t>(i), 'x'));
    EXPECT_THAT(watch_.changes(), IsEmpty());
    pass(milliseconds{150});
  }
  EXPECT_THAT(watch_.changes(), IsEmpty()) << "the last write is 150 ms ago";
  pass(milliseconds{50});
  EXPECT_THAT(watch_.changes(), ElementsAre("it"));
}

TEST_F(FileWatch, DoesNotWaitForEverForWritesToEnd) {
  watch("a.js");
  int reports = 0;
  for (int i = 0; i < 100; ++i) {
    box_.write("a.js", std::to_string(i));
    reports += static_cast<int>(watch_.changes().size());
    pass(milliseconds{100});
  }
  EXPECT_EQ(reports, 9) << "once a second in ten, and the tenth is not over";
}

TEST_F(FileWatch, SaysWhenItHasSomethingToReport) {
  EXPECT_EQ(watch_.due(), std::nullopt);
  watch("a.js");
  EXPECT_GT(watch_.due(), now_ + milliseconds{1'000});
  box_.write("a.js");
  pollfd one{watch_.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&one, 1, 0), 1);
  watch_.changes();
  EXPECT_EQ(watch_.due(), now_ + milliseconds{200});
  EXPECT_EQ(::poll(&one, 1, 0), 0);
}

TEST_F(FileWatch, LooksAgainWhenTheKernelHasLostNotices) {
  box_.write("x.js");
  box_.write("y.js");
  box_.write("a.js");
  watch_.watch("noisy", {box_.path("x.js"), box_.path("y.js")});
  watch_.watch("quiet", {box_.path("a.js")});
  settle();
  std::ofstream x{box_.path("x.js")};
  std::ofstream y{box_.path("y.js")};
  for (int i = 0; i < 40'000; ++i) { // in turn, since the kernel folds equal notices into one
    x << 'x' << std::flush;
    y << 'y' << std::flush;
  }
  EXPECT_THAT(settle(), ElementsAre("noisy", "quiet"));
  box_.write("a.js", "new");
  EXPECT_THAT(settle(), ElementsAre("quiet"));
}

TEST_F(FileWatch, LooksEverySecondWhenThereAreTooFewWatches) {
  box_.write("scripts/a.js");
  box_.write("scripts/b.js");
  auto options = with_clock(now_);
  options.max_watches = 3;
  testing::internal::CaptureStderr();
  file_watch few{options};
  few.watch("it", {box_.path("scripts")});
  pass(milliseconds{200});
  EXPECT_THAT(few.changes(), ElementsAre("it"));
  EXPECT_TRUE(few.is_polled("it"));
  for (int i = 0; i < 3; ++i) {
    box_.write("scripts/b.js", std::string(static_cast<std::size_t>(i), 'x'));
    pass(milliseconds{1'000});
    few.changes();
    pass(milliseconds{200});
    EXPECT_THAT(few.changes(), ElementsAre("it"));
    pass(milliseconds{800}); // the report that comes a second later, just in case
    few.changes();
    pass(milliseconds{200});
    few.changes();
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("fs.inotify.max_user_watches"));
  EXPECT_EQ(log.find("watch-degraded"), log.rfind("watch-degraded")) << "said once";
}

TEST_F(FileWatch, ReportsAPolledChangeTwiceBecauseTimesOfFilesAreCoarse) {
  box_.write("a.js");
  auto options = with_clock(now_);
  options.max_watches = 0;
  file_watch looking{options};
  looking.watch("it", {box_.path("a.js")});
  std::vector<int> reports;
  box_.write("a.js", "longer");
  for (int second = 0; second < 5; ++second) {
    pass(milliseconds{1'000});
    int count = static_cast<int>(looking.changes().size());
    pass(milliseconds{200});
    count += static_cast<int>(looking.changes().size());
    reports.push_back(count);
  }
  EXPECT_EQ(reports.at(1), 1);
  EXPECT_EQ(reports.at(3) + reports.at(4), 0);
}

TEST_F(FileWatch, StopsPollingWhenTheKernelHasWatchesAgain) {
  auto options = with_clock(now_);
  options.max_watches = 30;
  file_watch watch{options};
  for (int i = 0; i < 40; ++i)
    box_.write("scripts/" + std::to_string(i) + ".js");
  watch.watch("it", {box_.path("scripts")});
  EXPECT_TRUE(watch.is_polled("it"));
  for (int i = 0; i < 30; ++i)
    box_.remove("scripts/" + std::to_string(i) + ".js");
  pass(milliseconds{1'000});
  watch.changes();
  pass(milliseconds{1'000});
  watch.changes();
  EXPECT_FALSE(watch.is_polled("it"));
}

TEST_F(FileWatch, WorksWithoutAnyDescriptorLeft) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  box_.write("a.js");
  rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  file_watch blind{with_clock(now_)};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(blind.descriptor(), -1);
  blind.watch("it", {box_.path("a.js")});
  pass(milliseconds{200});
  EXPECT_THAT(blind.changes(), ElementsAre("it"));
  box_.write("a.js", "longer");
  pass(milliseconds{1'000});
  blind.changes();
  pass(milliseconds{200});
  EXPECT_THAT(blind.changes(), ElementsAre("it"));
}

TEST_F(FileWatch, GivesWatchesBack) {
  auto options = with_clock(now_);
  options.max_watches = 30;
  file_watch watch{options};
  for (int i = 0; i < 500; ++i) {
    watch.watch("it", {box_.path(std::to_string(i) + "/a.js")});
    box_.write(std::to_string(i) + "/a.js");
    watch.changes();
    EXPECT_FALSE(watch.is_polled("it")) << i;
  }
}

TEST(FileWatchWait, EndsWithTheFirstChange) {
  const sandbox box;
  watch_options options;
  options.quiet = milliseconds{0};
  file_watch watch{options};
  watch.watch("it", {box.path("a.js")});
  EXPECT_THAT(watch.wait(std::chrono::minutes{1}), ElementsAre("it"));
  std::thread writer{[&] { box.write("a.js"); }};
  EXPECT_THAT(watch.wait(std::chrono::minutes{1}), ElementsAre("it"));
  writer.join();
}

TEST(FileWatchWait, WaitsForTheEndOfABurst) {
  const sandbox box;
  file_watch watch;
  watch.watch("it", {box.path("a.js")});
  EXPECT_THAT(watch.wait(std::chrono::minutes{1}), ElementsAre("it"));
  box.write("a.js");
  EXPECT_THAT(watch.wait(std::chrono::minutes{1}), ElementsAre("it"));
}

TEST(FileWatchWait, EndsWhenAnotherThreadSaysSo) {
  file_watch watch;
  std::thread other{[&] { watch.wake(); }};
  EXPECT_THAT(watch.wait(std::chrono::minutes{10}), IsEmpty());
  other.join();
}

TEST(FileWatchWait, EndsWhenItsTimeIsOver) {
  file_watch watch;
  EXPECT_THAT(watch.wait(milliseconds{0}), IsEmpty());
  EXPECT_THAT(watch.wait(milliseconds{-5}), IsEmpty());
  EXPECT_THAT(watch.wait(milliseconds{1}), IsEmpty());
}

} // namespace
} // namespace remora::config
