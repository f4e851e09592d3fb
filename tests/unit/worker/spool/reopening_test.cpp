#include <sys/stat.h>

#include "tests/unit/worker/spool/spool_fixture.hpp"

namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReopenedSpool : public SpoolTest {};

TEST_F(ReopenedSpool, HasWhatWasNotReleased) {
  add_run("1");
  add_line("a");
  take_all();
  reopen();
  EXPECT_EQ(spool->stats().waiting_records, 2u);
  const auto got = take_all();
  EXPECT_THAT(got.results(), ElementsAre("1"));
  EXPECT_THAT(got.texts(), ElementsAre("a"));
}

TEST_F(ReopenedSpool, DoesNotHaveWhatWasReleased) {
  add_run("1");
  add_line("a");
  take_and_release_all();
  add_run("2");
  reopen();
  const auto got = take_all();
  EXPECT_THAT(got.results(), ElementsAre("2"));
  EXPECT_THAT(got.texts(), IsEmpty());
}

TEST_F(ReopenedSpool, KeepsTheNumbersOfWhatIsThere) {
  const auto run = add_run("1");
  const auto line = add_line("a");
  settings.now = at_second(1);
  reopen();
  const auto got = take_all();
  EXPECT_EQ(got.runs.at(0).first, run);
  EXPECT_EQ(got.lines.at(0).first, line);
}

TEST_F(ReopenedSpool, GivesHigherNumbersAlsoWhenAllWasReleasedAndTheClockWasSetBack) {
  settings.now = at_second(1000);
  reopen();
  const auto run = add_run("1");
  const auto line = add_line("a");
  take_and_release_all();
  settings.now = at_second(0);
  reopen();
  EXPECT_GT(add_run("2"), run);
  EXPECT_GT(add_line("b"), line);
}

TEST_F(ReopenedSpool, GivesHigherNumbersWhenItsFolderWasLost) {
  settings.now = at_second(0);
  reopen();
  const auto run = add_run("1");
  const auto line = add_line("a");
  close();
  std::filesystem::remove_all(folder() / "spool");
  settings.now = at_second(1);
  open();
  EXPECT_GT(add_run("2"), run);
  EXPECT_GT(add_line("b"), line);
}

TEST_F(ReopenedSpool, GivesNumbersThatJsonCarriesExactly) {
  settings.now = at_second(1'000'000'000); // in the year 2058
  reopen();
  EXPECT_LT(add_run("1"), std::uint64_t{1} << 53);
}

TEST_F(ReopenedSpool, StillTellsTheHubWhatWasDropped) {
  settings.max_size = kib(64);
  reopen();
  std::uint64_t added = 0;
  for (; spool->stats().dropped_lines.empty(); ++added)
    add_line(std::string(500, 'x'));
  const auto dropped = spool->stats().dropped_lines.total();
  reopen();
  const auto got = take_all();
  EXPECT_EQ(got.dropped_lines(), dropped);
  EXPECT_EQ(got.lines.size() + dropped, added);
  must(spool->release(got.last_ticket));
  reopen();
  EXPECT_EQ(take_all().dropped_lines(), 0u) << "told once";
}

TEST_F(ReopenedSpool, DoesNotMakeAFileForEachLife) {
  for (int life = 0; life < 20; ++life) {
    add_run("1");
    add_line("a");
    reopen();
  }
  EXPECT_EQ(files(".seg").size(), 2u);
  EXPECT_EQ(take_all().runs.size(), 20u);
}

TEST_F(ReopenedSpool, DropsTheOldestLinesWhenItsLimitWasLowered) {
  for (int i = 0; i < 1000; ++i)
    add_line(std::to_string(i) + std::string(500, 'x'));
  close();
  settings.max_size = kib(128);
  settings.segment_size = kib(16);
  open();
  // All were in one file, the unit in which lines go.
  EXPECT_LE(spool->stats().disk_bytes, 128u << 10);
  EXPECT_EQ(spool->stats().dropped_lines.total(), 1000u);
}

TEST_F(ReopenedSpool, IsRefusedToASecondWorker) {
  const auto second = record_spool::open(settings);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), errc::store_in_use);
  EXPECT_THAT(second.error().message, HasSubstr("another worker works in " + folder().native()));
}

TEST_F(ReopenedSpool, IsForItsOwnerAlone) {
  add_run("1");
  struct stat about {};
  ASSERT_EQ(stat((folder() / "spool").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777u, 0700u);
  ASSERT_EQ(stat(files("runs-").at(0).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777u, 0600u);
}

TEST_F(ReopenedSpool, SaysWhereItsFolderCannotBeMade) {
  write_file(folder() / "file", "");
  settings.folder = (folder() / "file" / "data").native();
  const auto opened = record_spool::open(settings);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr(settings.folder));
  EXPECT_THAT(opened.error().message, HasSubstr("worker.data"));
}

TEST_F(ReopenedSpool, HasLinesThatWereMadeDurable) {
  add_run("1");
  add_line("a");
  EXPECT_TRUE(spool->has_unwritten());
  must(spool->sync());
  EXPECT_FALSE(spool->has_unwritten());
  take_and_release_all();
  must(spool->sync());
  add_line("b");
  must(spool->sync());
  reopen();
  EXPECT_THAT(take_all().texts(), ElementsAre("b"));
}

} // namespace
} // namespace remora::worker::test
