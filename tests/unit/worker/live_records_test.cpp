#include "worker/live_records.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "recording_sink.hpp"

namespace remora::worker::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t second = 1'000'000'000;

class LiveRecords : public testing::Test {
 protected:
  void print(std::size_t script, std::int64_t time_ns, int lines = 1) const {
    console_line line;
    line.time = from_unix_ns(time_ns);
    line.node = "node-1";
    line.script = "s" + std::to_string(script);
    line.text = "text";
    for (int i = 0; i < lines; ++i)
      records.lane(script)->console(line);
  }

  recording_sink sink;
  live_records records{sink, 2};
};

TEST_F(LiveRecords, PassEverythingOnAsItComes) {
  print(1, 5 * second);
  records.lane(0)->job({}, {});
  records.lane(1)->clear_console({});
  print(0, 4 * second);
  EXPECT_THAT(sink.all, ElementsAre("s1: text", ": job  passed ", "clear", "s0: text"));
}

TEST_F(LiveRecords, PassAThousandLinesInASecond) {
  print(0, 5 * second, 1'000);
  EXPECT_THAT(sink.lines, SizeIs(1'000));
  EXPECT_EQ(records.dropped_lines(0), 0u);
}

TEST_F(LiveRecords, DropAndCountWhatIsBeyondAThousand) {
  print(0, 5 * second, 700);
  print(0, 6 * second - 1, 800);
  EXPECT_THAT(sink.lines, SizeIs(1'000));
  EXPECT_EQ(records.dropped_lines(0), 500u);
}

TEST_F(LiveRecords, SayInOneLineHowManyWereDroppedWhenTheSecondIsOver) {
  print(0, 5 * second, 1'300);
  print(0, 6 * second);
  ASSERT_THAT(sink.lines, SizeIs(1'002));
  const console_line& note = sink.lines[1'000];
  EXPECT_EQ(note.level, console_level::error);
  EXPECT_EQ(note.script, "s0");
  EXPECT_EQ(note.node, "node-1");
  EXPECT_THAT(note.text, HasSubstr("300 lines were dropped"));
  EXPECT_EQ(sink.lines[1'001].text, "text");
}

TEST_F(LiveRecords, SayItAlsoWhenTheScriptPrintsNothingAfterThat) {
  print(0, 5 * second, 1'300);
  records.close(0);
  ASSERT_THAT(sink.lines, SizeIs(1'001));
  EXPECT_THAT(sink.lines.back().text, HasSubstr("300 lines were dropped"));
}

TEST_F(LiveRecords, SayNothingWhenNothingWasDropped) {
  print(0, 5 * second, 1'000);
  print(0, 6 * second);
  records.close(0);
  EXPECT_THAT(sink.lines, SizeIs(1'001));
}

TEST_F(LiveRecords, AllowAThousandAgainInTheNextSecond) {
  print(0, 5 * second, 1'500);
  print(0, 6 * second, 1'500);
  EXPECT_EQ(records.dropped_lines(0), 1'000u);
  EXPECT_THAT(sink.lines, SizeIs(2'001));
}

TEST_F(LiveRecords, CountEachScriptByItself) {
  print(0, 5 * second, 1'001);
  print(1, 5 * second, 1'000);
  EXPECT_EQ(records.dropped_lines(0), 1u);
  EXPECT_EQ(records.dropped_lines(1), 0u);
}

TEST_F(LiveRecords, NeverDropJobs) {
  for (int i = 0; i < 1'500; ++i)
    records.lane(0)->job({}, {});
  EXPECT_THAT(sink.jobs, SizeIs(1'500));
}

TEST_F(LiveRecords, LoseWhatAScriptMakesAfterItWasClosed) {
  records.close(0);
  print(0, 5 * second);
  records.lane(0)->job({}, {});
  records.lane(0)->clear_console({});
  EXPECT_THAT(sink.all, IsEmpty());
}

TEST_F(LiveRecords, ReachTheSinkOneAtATimeFromSeveralThreads) {
  std::thread first{[this] { print(0, 5 * second, 900); }};
  std::thread other{[this] { print(1, 5 * second, 900); }};
  first.join();
  other.join();
  EXPECT_THAT(sink.lines, SizeIs(1'800));
}

} // namespace
} // namespace remora::worker::test
