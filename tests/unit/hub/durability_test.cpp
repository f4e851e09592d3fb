#include <csignal>
#include <map>
#include <random>
#include <set>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "hub/store/console_store.hpp"
#include "hub/store/job_store.hpp"
#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using protocol::numbered_run;
using test::at_second;
using test::must;

numbered_run run_with(std::uint64_t id) {
  numbered_run made;
  made.id = id;
  made.run.node = "n";
  made.run.script = "s";
  made.run.tag = "t";
  made.run.planned = at_second(static_cast<std::int64_t>(id % 1000));
  made.run.result_json = std::to_string(id) + std::string(400, '0');
  return made;
}

/// How often each id is in the store.
std::map<std::uint64_t, int> ids_in(database& data) {
  std::map<std::uint64_t, int> ids;
  std::string cursor;
  do {
    const auto part = must(job_store{data}.runs({"t", "", "", {}, {}}, 1000, cursor));
    for (const auto& found : part.records) {
      ++ids[found.number];
      EXPECT_EQ(found.run.result_json, run_with(found.number).run.result_json);
    }
    cursor = part.next;
  } while (!cursor.empty());
  return ids;
}

/// Appends batches of 1 to 20 runs for ever and says after each commit up to where; every batch begins with a
/// few runs of the one before, as a sender does that heard no acknowledgement. Never returns.
[[noreturn]] void append_for_ever(const std::string& folder, std::uint64_t first, unsigned seed, int say) {
  std::mt19937 dice{seed};
  auto store = open_store({folder});
  if (!store) _exit(1);
  job_store jobs{*store->data};
  for (auto next = first;;) {
    const auto last = next + dice() % 20;
    std::vector<numbered_run> batch;
    for (auto id = next - std::min<std::uint64_t>(next - 1, dice() % 4); id <= last; ++id)
      batch.push_back(run_with(id));
    if (!jobs.append(batch, at_second(0))) _exit(2);
    if (write(say, &last, sizeof last) != sizeof last) _exit(3);
    next = last + 1;
  }
}

TEST(KilledHub, HasEveryRunThatItConfirmedExactlyOnce) {
  test::scratch_folder folder;
  std::mt19937 dice{20'260'101};
  std::uint64_t confirmed = 0;
  for (unsigned kills = 0; kills < 50; ++kills) {
    int said[2] = {};
    ASSERT_EQ(pipe(said), 0);
    const auto child = fork();
    if (child == 0) append_for_ever(folder.path(), confirmed + 1, kills, said[1]);
    ::close(said[1]);
    // Killed once it has confirmed a random number of batches, and then a random moment later, while it
    // works.
    const auto batches = 1 + dice() % 12;
    for (unsigned n = 0; n < batches; ++n)
      ASSERT_EQ(read(said[0], &confirmed, sizeof confirmed), 8);
    const volatile auto spin = dice() % 100'000;
    for (volatile unsigned i = 0; i < spin; i = i + 1) {
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    for (std::uint64_t late = 0; read(said[0], &late, sizeof late) == sizeof late;)
      confirmed = late;
    ::close(said[0]);

    auto store = open_store({folder.path()});
    ASSERT_TRUE(store) << store.error().message;
    const auto ids = ids_in(*store->data);
    for (std::uint64_t id = 1; id <= confirmed; ++id)
      ASSERT_EQ(ids.count(id), 1u) << "lost run " << id;
    for (const auto& [id, times] : ids)
      ASSERT_EQ(times, 1) << "run " << id;
    EXPECT_EQ(store->data->damaged().rows(), 0u);
    // A batch that was stored and not confirmed is there as a whole.
    ASSERT_EQ(ids.rbegin()->first, ids.size());
    confirmed = ids.size();
  }
}

class FullStore : public test::StoreTest {
 protected:
  /// Appends until the store refuses; returns the runs that were confirmed.
  std::uint64_t fill(database& of, std::uint64_t first) {
    for (auto id = first;; ++id) {
      const auto stored = job_store{of}.append({run_with(id)}, at_second(0));
      if (stored) continue;
      EXPECT_EQ(stored.error(), errc::store_full) << stored.error().message;
      EXPECT_THAT(stored.error().message, ::testing::HasSubstr("Free space"));
      return id - 1;
    }
  }
};

TEST_F(FullStore, RefusesWhatItCannotKeepAndGoesOnWhenThereIsRoom) {
  must(data().limit_size(kib(256)));
  const auto kept = fill(data(), 1);
  EXPECT_GT(kept, 20u);
  EXPECT_EQ(ids_in(data()).size(), kept);
  must(data().limit_size(mib(1)));
  must(job_store{data()}.append({run_with(kept + 1)}, at_second(0)));
  EXPECT_EQ(ids_in(data()).size(), kept + 1);
}

TEST_F(FullStore, KeepsNothingOfABatchThatDoesNotFit) {
  must(data().limit_size(kib(256)));
  std::vector<numbered_run> batch;
  for (std::uint64_t id = 1; id < 5'000; ++id)
    batch.push_back(run_with(id));
  EXPECT_EQ(job_store{data()}.append(batch, at_second(0)).error(), errc::store_full);
  EXPECT_TRUE(ids_in(data()).empty());
}

TEST_F(FullStore, StillDeletesSoThatThereIsRoomAgain) {
  must(data().limit_size(kib(256)));
  const auto kept = fill(data(), 1);
  must(data().run("DELETE FROM run WHERE number <= ?", {kept / 2}));
  must(job_store{data()}.append({run_with(kept + 1)}, at_second(0)));
}

TEST_F(FullStore, OutlivesADiskThatIsFull) {
  test::scratch_folder mounted;
  if (mount("remora-test", mounted.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "needs the right to mount a file system";
  }
  {
    auto small = open_store({mounted.path()});
    ASSERT_TRUE(small) << small.error().message;
    const auto kept = fill(*small->data, 1);
    EXPECT_EQ(ids_in(*small->data).size(), kept);
    EXPECT_EQ(mount("remora-test", mounted.path().c_str(), "tmpfs", MS_REMOUNT, "size=8m"), 0);
    must(job_store{*small->data}.append({run_with(kept + 1)}, at_second(0)));
    EXPECT_EQ(ids_in(*small->data).size(), kept + 1);
    small->data.reset();
    small = tl::unexpected(error{});
    auto again = open_store({mounted.path()});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(ids_in(*again->data).size(), kept + 1);
  }
  EXPECT_EQ(umount(mounted.path().c_str()), 0);
}

} // namespace
} // namespace remora::hub
