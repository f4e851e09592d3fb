#include "tests/unit/worker/spool/spool_fixture.hpp"

namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SpoolBatches : public SpoolTest {};

TEST_F(SpoolBatches, HandOutWhatWasAddedInOrderRunsFirst) {
  add_line("a");
  add_run("1");
  add_line("b");
  add_run("2");
  const auto got = take_all();
  EXPECT_THAT(got.results(), ElementsAre("1", "2"));
  EXPECT_THAT(got.texts(), ElementsAre("a", "b"));
  EXPECT_EQ(got.messages, 2u);
}

TEST_F(SpoolBatches, CarryTheNumbersThatAddReturned) {
  const auto run = add_run("1");
  const auto line = add_line("a");
  const auto got = take_all();
  EXPECT_EQ(got.runs.at(0).first, run);
  EXPECT_EQ(got.lines.at(0).first, line);
}

TEST_F(SpoolBatches, NumberLinesWithoutAGap) {
  const auto first = add_line("a");
  EXPECT_EQ(add_line("b"), first + 1);
  EXPECT_EQ(add_line("c"), first + 2);
}

TEST_F(SpoolBatches, AreHandedOutOnceUntilReadingBeginsAgain) {
  add_run("1");
  EXPECT_THAT(take_all().results(), ElementsAre("1"));
  EXPECT_FALSE(spool->next_batch());
  add_run("2");
  EXPECT_THAT(take_all().results(), ElementsAre("2"));
  spool->rewind();
  EXPECT_THAT(take_all().results(), ElementsAre("1", "2"));
}

TEST_F(SpoolBatches, BeginAgainBehindWhatWasReleased) {
  settings.batch_bytes = 1024;
  reopen();
  for (int i = 0; i < 10; ++i)
    add_run(std::to_string(i) + std::string(400, '0'));
  delivery first;
  first.take(*spool->next_batch());
  const auto ticket = first.last_ticket;
  take_all();
  must(spool->release(ticket));
  spool->rewind();
  EXPECT_EQ(take_all().runs.front().first, first.runs.back().first + 1);
}

TEST_F(SpoolBatches, AreReleasedWithAllThatWereHandedOutBefore) {
  add_run("1");
  add_line("a");
  const auto runs = spool->next_batch();
  const auto lines = spool->next_batch();
  must(spool->release(lines->ticket));
  EXPECT_EQ(spool->stats().waiting_records, 0u);
  must(spool->release(runs->ticket)); // late: changes nothing
  EXPECT_EQ(spool->stats().waiting_records, 0u);
}

TEST_F(SpoolBatches, PassOverTicketsFromBeforeReadingBeganAgain) {
  add_run("1");
  const auto before = spool->next_batch();
  spool->rewind();
  const auto after = spool->next_batch();
  must(spool->release(before->ticket));
  EXPECT_EQ(spool->stats().waiting_records, 1u);
  must(spool->release(after->ticket));
  EXPECT_EQ(spool->stats().waiting_records, 0u);
}

TEST_F(SpoolBatches, RefuseATicketThatWasNeverGiven) {
  EXPECT_EQ(spool->release(1).error(), errc::invalid_confirm);
  add_run("1");
  const auto batch = spool->next_batch();
  EXPECT_EQ(spool->release(batch->ticket + 1).error(), errc::invalid_confirm);
  EXPECT_EQ(spool->release(0).error(), errc::invalid_confirm);
  EXPECT_EQ(spool->stats().waiting_records, 1u);
}

TEST_F(SpoolBatches, AreFilledUpToWhatFitsOneMessage) {
  for (int i = 0; i < 3000; ++i)
    add_line(std::string(1000, 'x'));
  const auto got = take_all();
  EXPECT_EQ(got.lines.size(), 3000u);
  EXPECT_EQ(got.messages, 4u); // 3000 * (1000 + about 75) bytes
}

TEST_F(SpoolBatches, OfShortLinesStayWithinTheValuesOfOneMessage) {
  for (int i = 0; i < 10'000; ++i)
    add_line("x");
  const auto got = take_all();
  EXPECT_EQ(got.lines.size(), 10'000u);
  EXPECT_EQ(got.messages, 3u); // 65,536 values, 15 a line
}

TEST_F(SpoolBatches, OfRunsThatPrintedALotStayWithinTheValuesOfOneMessage) {
  for (int i = 0; i < 4; ++i) {
    auto run = run_of("1");
    run.console.assign(30'000, "");
    must(spool->add(std::move(run)));
  }
  const auto got = take_all();
  EXPECT_EQ(got.runs.size(), 4u);
  EXPECT_EQ(got.messages, 2u);
}

TEST_F(SpoolBatches, MayAllBeOutstandingAtOnce) {
  settings.batch_bytes = 1024;
  settings.segment_size = kib(4);
  reopen();
  for (int i = 0; i < 200; ++i)
    add_run(std::string(900, '0'));
  const auto got = take_all();
  EXPECT_EQ(got.messages, 200u);
  EXPECT_EQ(spool->stats().waiting_records, 200u);
  must(spool->release(got.last_ticket));
  EXPECT_EQ(spool->stats().waiting_records, 0u);
}

TEST_F(SpoolBatches, StopAtTheLimitOfWhatMayBeOutstandingAndGoOnBehindIt) {
  settings.batch_bytes = 1024;
  reopen();
  const auto count = record_spool::max_outstanding + 10;
  for (std::size_t i = 0; i < count; ++i)
    add_run(std::string(950, '0'));
  const auto first = take_all();
  EXPECT_EQ(first.messages, record_spool::max_outstanding);
  must(spool->release(first.last_ticket));
  EXPECT_EQ(take_all().messages, 10u);
}

TEST_F(SpoolBatches, AreNothingWhenNothingIsThere) {
  EXPECT_FALSE(spool->next_batch());
  EXPECT_THAT(files(".seg"), IsEmpty());
}

TEST_F(SpoolBatches, CarryAllOfARecord) {
  auto run = run_of("{\"a\":1}");
  run.started = at_second(3);
  run.duration = nanoseconds{12345};
  run.outcome = job_outcome::failed;
  run.error = "Error: x";
  run.console = {"one", "two\nthree"};
  auto line = line_of("text");
  line.level = console_level::warn;
  const auto id = must(spool->add(run));
  const auto number = must(spool->add(line));
  EXPECT_TRUE(same(spool->next_batch()->what, protocol::job_runs{{{id, run}}}));
  EXPECT_TRUE(same(spool->next_batch()->what, protocol::console_lines{{{number, line}}}));
}

TEST_F(SpoolBatches, ReleasedLeaveNoFileThatIsLargerThanAQuarterOfASegment) {
  settings.segment_size = kib(64);
  reopen();
  for (int i = 0; i < 500; ++i)
    add_run(std::string(1000, '0'));
  EXPECT_GT(files("runs-").size(), 5u);
  take_and_release_all();
  EXPECT_LE(files("runs-").size(), 1u);
  EXPECT_LT(spool->stats().disk_bytes, 16u << 10);
  EXPECT_EQ(spool->stats().waiting_bytes, 0u);
}

} // namespace
} // namespace remora::worker::test
