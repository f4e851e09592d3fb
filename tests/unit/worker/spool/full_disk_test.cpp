#include <csignal>
#include <sys/mount.h>
#include <sys/resource.h>

#include "tests/unit/worker/spool/spool_fixture.hpp"

namespace remora::worker::test {
namespace {

using ::testing::HasSubstr;

/// Lets no file grow past a size for as long as it lives: writing more fails, as a disk does.
class file_size_limit {
 public:
  explicit file_size_limit(rlim_t bytes) : old_signal_{std::signal(SIGXFSZ, SIG_IGN)} {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;
  ~file_size_limit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    static_cast<void>(std::signal(SIGXFSZ, old_signal_));
  }

 private:
  rlimit old_{};
  void (*old_signal_)(int);
};

class FailingDisk : public SpoolTest {};

TEST_F(FailingDisk, RefusesARunKeepsWhatIsThereAndGoesOnLater) {
  std::vector<std::string> kept;
  for (int i = 0; i < 3; ++i)
    add_run(kept.emplace_back(std::to_string(i)));
  {
    const file_size_limit limit{1500};
    for (int i = 3; i < 20; ++i) {
      const auto added = spool->add(run_of(std::to_string(i)));
      if (added)
        kept.push_back(std::to_string(i));
      else
        EXPECT_THAT(added.error().message, HasSubstr("runs-"));
    }
  }
  const auto refused = spool->stats().dropped_records;
  EXPECT_EQ(kept.size() + refused, 20u);
  EXPECT_GT(refused, 5u);
  add_run(kept.emplace_back("after"));
  EXPECT_EQ(take_all().results(), kept);
  reopen();
  EXPECT_EQ(spool->stats().damaged + spool->stats().torn_bytes, 0u) << "nothing half is left";
  EXPECT_EQ(take_all().results(), kept);
}

TEST_F(FailingDisk, KeepsLinesInMemoryUntilItCanWriteThem) {
  add_line("a");
  {
    const file_size_limit limit{10};
    EXPECT_EQ(spool->flush().error(), errc::io_failed);
    EXPECT_FALSE(spool->next_batch()) << "what is not on disk must not be handed out";
  }
  must(spool->flush());
  EXPECT_THAT(take_all().texts(), ::testing::ElementsAre("a"));
}

TEST_F(FailingDisk, RefusesAndCountsLinesBeyondWhatItKeepsInMemory) {
  std::uint64_t kept = 0;
  std::uint64_t refused = 0;
  {
    const file_size_limit limit{10};
    for (int i = 0; i < 1000; ++i)
      ++(spool->add(line_of(std::string(1000, 'x'))) ? kept : refused);
  }
  EXPECT_LT(kept, 70u);
  EXPECT_GT(kept, 50u);
  const auto got = take_all();
  EXPECT_EQ(got.lines.size(), kept);
  EXPECT_EQ(got.dropped_lines(), refused);
}

TEST_F(FailingDisk, OutlivesOneThatIsFull) {
  remora::test::temporary_folder mounted;
  if (mount("remora-test", mounted.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "needs the right to mount a file system";
  }
  close();
  settings.folder = mounted.path().native();
  settings.segment_size = kib(64);
  spool = must(record_spool::open(settings));
  std::uint64_t lines = 0;
  for (; lines < 3000; ++lines)
    if (!spool->add(line_of(std::string(500, 'x')))) break;
  EXPECT_LT(lines, 3000u);
  std::uint64_t runs = 0;
  for (; runs < 3000; ++runs) {
    const auto added = spool->add(run_of(std::string(1000, '0')));
    if (added) continue;
    EXPECT_EQ(added.error(), errc::store_full);
    EXPECT_THAT(added.error().message, HasSubstr("free space"));
    break;
  }
  EXPECT_GT(runs, 500u) << "runs take the place of lines";
  EXPECT_LT(runs, 1000u);
  EXPECT_EQ(mount("remora-test", mounted.path().c_str(), "tmpfs", MS_REMOUNT, "size=8m"), 0);
  add_run("after");
  add_line("after");
  const auto got = take_all();
  EXPECT_EQ(got.runs.size(), runs + 1);
  EXPECT_EQ(got.lines.size() + got.dropped_lines(), lines + 2);
  close();
  spool = must(record_spool::open(settings));
  EXPECT_EQ(spool->stats().damaged, 0u);
  EXPECT_EQ(take_all().runs.size(), runs + 1);
  close();
  EXPECT_EQ(umount(mounted.path().c_str()), 0);
}

} // namespace
} // namespace remora::worker::test
