#include "tests/unit/worker/spool/spool_fixture.hpp"

namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;

class BoundedSpool : public SpoolTest {
 protected:
  void SetUp() override {
    settings.max_size = kib(64);
    open();
  }
  /// Adds runs until one is refused. @returns how many were not.
  std::uint64_t fill_with_runs() {
    for (std::uint64_t count = 0;; ++count) {
      const auto added = spool->add(run_of(std::string(1000, '0')));
      if (added) continue;
      EXPECT_EQ(added.error(), errc::store_full);
      EXPECT_THAT(added.error().message, HasSubstr(folder().native()));
      return count;
    }
  }
  std::uint64_t bytes_of_files() const {
    std::uint64_t sum = 0;
    for (const auto& each : files(".seg"))
      sum += std::filesystem::file_size(each);
    return sum;
  }
};

TEST_F(BoundedSpool, DropsTheOldestLinesAndCountsThem) {
  for (int i = 0; i < 1000; ++i)
    add_line(std::to_string(i));
  const auto got = take_all();
  ASSERT_FALSE(got.lines.empty());
  EXPECT_EQ(got.lines.back().second, "999");
  EXPECT_EQ(got.lines.front().second, std::to_string(got.dropped_lines()));
  EXPECT_EQ(got.lines.size() + got.dropped_lines(), 1000u);
  EXPECT_EQ(spool->stats().dropped_lines.total(), got.dropped_lines());
}

TEST_F(BoundedSpool, CountsDroppedLinesByScript) {
  for (int i = 0; i < 900; ++i)
    must(spool->add(line_of("x", i % 3 == 0 ? "third" : "others")));
  const auto got = take_all();
  ASSERT_THAT(got.dropped, SizeIs(2));
  EXPECT_NEAR(static_cast<double>(got.dropped.at("others")),
              2.0 * static_cast<double>(got.dropped.at("third")), 2.0);
}

TEST_F(BoundedSpool, NeverTakesMoreThanItsLimit) {
  for (int i = 0; i < 2000; ++i) {
    static_cast<void>(spool->add(line_of(std::string(static_cast<std::size_t>(i) % 700, 'x'))));
    if (i % 7 == 0) static_cast<void>(spool->add(run_of(std::string(300, '0'))));
    EXPECT_LE(spool->stats().disk_bytes, 64u << 10);
  }
  must(spool->flush());
  EXPECT_LE(bytes_of_files(), 64u << 10);
  EXPECT_EQ(bytes_of_files(), spool->stats().disk_bytes);
}

TEST_F(BoundedSpool, LetsRunsPushAllLinesOut) {
  for (int i = 0; i < 200; ++i)
    add_line(std::string(200, 'x'));
  const auto kept = fill_with_runs();
  EXPECT_GT(kept, 50u);
  const auto got = take_all();
  EXPECT_EQ(got.runs.size(), kept);
  EXPECT_EQ(got.lines.size(), 0u);
  EXPECT_EQ(got.dropped_lines(), 200u);
}

TEST_F(BoundedSpool, RefusesTheNewestRunAndCountsItWhenOnlyRunsAreLeft) {
  const auto kept = fill_with_runs();
  EXPECT_EQ(spool->stats().dropped_records, 1u);
  EXPECT_EQ(take_all().runs.size(), kept);
}

TEST_F(BoundedSpool, TakesRunsAgainOnceSomeWereReleased) {
  fill_with_runs();
  take_and_release_all();
  EXPECT_TRUE(spool->add(run_of("1")));
}

TEST_F(BoundedSpool, RefusesLinesWhenRunsTookEverythingAndTellsTheHub) {
  fill_with_runs();
  const auto refused = spool->add(line_of("x", "printer"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::store_full);
  EXPECT_THAT(take_all().dropped, ElementsAre(Pair("printer", 1u)));
}

TEST_F(BoundedSpool, LeavesAGapInTheNumbersWhereALineWasRefused) {
  const auto before = add_line("before");
  take_and_release_all();
  fill_with_runs();
  EXPECT_FALSE(spool->add(line_of("x")));
  take_and_release_all();
  EXPECT_EQ(add_line("after"), before + 2);
}

TEST_F(BoundedSpool, DoesNotCountLinesAsDroppedThatArrive) {
  for (int i = 0; i < 20; ++i)
    add_line(std::string(300, 'x'));
  const auto sent = take_all(); // under way while their files are deleted
  EXPECT_EQ(sent.lines.size(), 20u);
  const auto kept = fill_with_runs();
  must(spool->release(sent.last_ticket));
  const auto got = take_all();
  EXPECT_EQ(got.runs.size(), kept);
  EXPECT_EQ(got.dropped_lines(), 0u);
  EXPECT_EQ(spool->stats().dropped_lines.total(), 0u);
}

TEST_F(BoundedSpool, CountsLinesAsDroppedThatWouldHaveToBeSentAgain) {
  for (int i = 0; i < 20; ++i)
    add_line(std::string(300, 'x'));
  take_all();
  fill_with_runs();
  spool->rewind();
  EXPECT_EQ(take_all().dropped_lines(), 20u);
  EXPECT_EQ(spool->stats().dropped_lines.total(), 20u);
}

TEST_F(BoundedSpool, CountsThemAlsoWhenItIsOpenedAgain) {
  for (int i = 0; i < 20; ++i)
    add_line(std::string(300, 'x'));
  take_all();
  fill_with_runs();
  reopen();
  EXPECT_EQ(take_all().dropped_lines(), 20u);
}

TEST_F(BoundedSpool, DropsTheRestOfAFileOfWhichSomeWasReleased) {
  settings.batch_bytes = 1024;
  reopen();
  for (int i = 0; i < 20; ++i)
    add_line(std::string(300, 'x'));
  delivery first;
  first.take(*spool->next_batch());
  must(spool->release(first.last_ticket));
  fill_with_runs();
  EXPECT_EQ(take_all().dropped_lines() + first.lines.size(), 20u);
}

TEST_F(BoundedSpool, SendsNoticesAndLinesInTurnWhileLinesAreBeingDropped) {
  settings.batch_bytes = 4096;
  reopen();
  delivery got;
  for (int i = 0; i < 3000; ++i) {
    add_line(std::string(300, 'x'));
    if (i % 100 != 99) continue;
    for (int n = 0; n < 2; ++n) {
      if (const auto batch = spool->next_batch()) got.take(*batch);
    }
  }
  EXPECT_GT(got.lines.size(), 100u);
  EXPECT_GT(got.dropped_lines(), 500u);
}

TEST_F(BoundedSpool, RefusesARunThatIsLargerThanTheLimit) {
  EXPECT_EQ(spool->add(run_of(std::string(100'000, '0'))).error(), errc::store_full);
  EXPECT_EQ(spool->stats().dropped_records, 1u);
}

TEST_F(BoundedSpool, CountsWhatWaits) {
  add_run("1");
  add_line("a");
  add_line("b");
  const auto all = spool->stats();
  EXPECT_EQ(all.waiting_records, 3u);
  EXPECT_GT(all.waiting_bytes, 100u);
  const auto runs = spool->next_batch();
  must(spool->release(runs->ticket));
  EXPECT_EQ(spool->stats().waiting_records, 2u);
  EXPECT_LT(spool->stats().waiting_bytes, all.waiting_bytes);
  take_and_release_all();
  EXPECT_EQ(spool->stats().waiting_records, 0u);
  EXPECT_EQ(spool->stats().waiting_bytes, 0u);
}

} // namespace
} // namespace remora::worker::test
