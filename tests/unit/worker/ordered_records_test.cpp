#include "worker/ordered_records.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <random>
#include <thread>

#include <gmock/gmock.h>

#include "recording_sink.hpp"

namespace remora::worker::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

console_line line(std::size_t script, std::int64_t time_ns, const std::string& text) {
  console_line made;
  made.time = from_unix_ns(time_ns);
  made.script = std::to_string(script);
  made.text = text;
  return made;
}

class OrderedRecords : public testing::Test {
 protected:
  void make(std::size_t scripts) { records = std::make_unique<ordered_records>(sink, scripts); }
  void print(std::size_t script, std::int64_t time_ns, const std::string& text) const {
    records->lane(script)->console(line(script, time_ns, text));
  }
  void enter(std::size_t script, std::uint64_t number) const { records->lane(script)->enter_round(number); }

  recording_sink sink;
  std::unique_ptr<ordered_records> records;
};

TEST_F(OrderedRecords, PassAScriptAloneThroughAtOnce) {
  make(1);
  enter(0, 1);
  print(0, 5, "now");
  EXPECT_THAT(sink.all, ElementsAre("0: now"));
}

TEST_F(OrderedRecords, HoldARecordWhileAnotherScriptMayStillMakeAnEarlierOne) {
  make(2);
  enter(0, 1);
  enter(1, 1);
  print(1, 5, "later");
  EXPECT_THAT(sink.all, IsEmpty());
  print(0, 3, "earlier");
  EXPECT_THAT(sink.all, ElementsAre("0: earlier"));
  enter(0, 2);
  EXPECT_THAT(sink.all, ElementsAre("0: earlier", "1: later"));
}

TEST_F(OrderedRecords, PutTheScriptsInOrderAtOneInstant) {
  make(2);
  enter(0, 1);
  enter(1, 1);
  print(1, 5, "second");
  print(0, 5, "first");
  enter(0, 2);
  EXPECT_THAT(sink.all, ElementsAre("0: first", "1: second"));
}

TEST_F(OrderedRecords, PutTheRoundBeforeTheTime) {
  make(2);
  enter(1, 2);
  print(1, 3, "of the second round");
  enter(0, 1);
  print(0, 9, "of the first round");
  enter(0, 2);
  enter(0, 3);
  EXPECT_THAT(sink.all, ElementsAre("0: of the first round", "1: of the second round"));
}

TEST_F(OrderedRecords, KeepTheOrderOfOneScript) {
  make(2);
  enter(0, 1);
  enter(1, 1);
  for (int i = 0; i < 5; ++i)
    print(1, 5, std::to_string(i));
  enter(0, 2);
  EXPECT_THAT(sink.all, ElementsAre("1: 0", "1: 1", "1: 2", "1: 3", "1: 4"));
}

TEST_F(OrderedRecords, OrderJobsAndClearingAsTheyOrderLines) {
  make(2);
  enter(0, 1);
  enter(1, 1);
  job_run run;
  run.script = "1";
  run.tag = "j";
  records->lane(1)->job(run, from_unix_ns(2));
  print(1, 4, "after the clearing");
  print(0, 1, "before the job");
  records->lane(0)->clear_console(from_unix_ns(3));
  enter(0, 2);
  EXPECT_THAT(sink.all,
              ElementsAre("0: before the job", "1: job j passed ", "clear", "1: after the clearing"));
}

TEST_F(OrderedRecords, PutASkippedRunWhereItWasNoticed) {
  make(2);
  enter(0, 1);
  enter(1, 1);
  job_run skipped; // it has no start
  skipped.script = "0";
  skipped.outcome = job_outcome::skipped;
  print(1, 5, "before");
  records->lane(0)->job(skipped, from_unix_ns(7));
  enter(0, 2);
  enter(1, 2);
  EXPECT_THAT(sink.all, ElementsAre("1: before", "0: job  skipped "));
}

TEST_F(OrderedRecords, DoNotWaitForAScriptThatIsClosed) {
  make(2);
  enter(0, 1);
  enter(1, 1);
  print(1, 5, "waiting");
  records->close(0);
  EXPECT_THAT(sink.all, ElementsAre("1: waiting"));
}

TEST_F(OrderedRecords, StillHandOverWhatAScriptMadeBeforeItWasClosed) {
  make(2);
  enter(0, 1);
  enter(1, 1);
  print(0, 7, "mine");
  records->close(0);
  EXPECT_THAT(sink.all, IsEmpty());
  print(1, 5, "yours");
  enter(1, 2);
  EXPECT_THAT(sink.all, ElementsAre("1: yours", "0: mine"));
}

TEST_F(OrderedRecords, LoseWhatAScriptMakesAfterItWasClosed) {
  make(2);
  records->close(0);
  print(0, 1, "it was given up and came back");
  records->close(1);
  EXPECT_THAT(sink.all, IsEmpty());
}

/// What one script does: enter a round, or print at a time.
struct deed {
  std::uint64_t enters = 0; ///< 0: it prints.
  std::int64_t time_ns = 0;
  std::string text;
};

std::vector<std::vector<deed>> random_work(std::mt19937& dice, std::size_t scripts) {
  std::vector<std::vector<deed>> work(scripts);
  for (auto& deeds : work) {
    std::int64_t now = 0;
    for (std::uint64_t round = 1; round <= 12; ++round) {
      deeds.push_back({round, 0, {}});
      // Rounds share their border instants, and a script may be silent in some.
      now = static_cast<std::int64_t>(round) * 10;
      for (auto prints = dice() % 5; prints > 0; --prints) {
        now = std::min<std::int64_t>(now + static_cast<std::int64_t>(dice() % 4),
                                     static_cast<std::int64_t>(round + 1) * 10);
        deeds.push_back({0, now, "r" + std::to_string(round) + " t" + std::to_string(now)});
      }
    }
  }
  return work;
}

std::vector<std::string> output_of(const std::vector<std::vector<deed>>& work, std::mt19937& dice) {
  recording_sink sink;
  ordered_records records{sink, work.size()};
  std::vector<std::size_t> next(work.size(), 0);
  std::vector<std::size_t> open(work.size());
  for (std::size_t i = 0; i < open.size(); ++i)
    open[i] = i;
  while (!open.empty()) {
    const std::size_t place = dice() % open.size();
    const std::size_t script = open[place];
    if (next[script] == work[script].size()) {
      records.close(script);
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(place));
      continue;
    }
    const deed& does = work[script][next[script]++];
    if (does.enters != 0) {
      records.lane(script)->enter_round(does.enters);
    } else {
      records.lane(script)->console(line(script, does.time_ns, does.text));
    }
  }
  return sink.all;
}

TEST_F(OrderedRecords, AreTheSameWhateverTheInterleavingOfTheScripts) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice{seed};
    const auto work = random_work(dice, 2 + seed % 5);
    const auto first = output_of(work, dice);
    std::size_t prints = 0;
    for (const auto& deeds : work)
      prints += static_cast<std::size_t>(
          std::count_if(deeds.begin(), deeds.end(), [](const deed& d) { return d.enters == 0; }));
    ASSERT_EQ(first.size(), prints) << "nothing is lost";
    for (int again = 0; again < 5; ++again)
      ASSERT_EQ(output_of(work, dice), first);
  }
}

TEST_F(OrderedRecords, LetAScriptThatFloodsItsLaneWaitForTheOthers) {
  make(2);
  enter(0, 1);
  enter(1, 1);
  std::atomic<int> printed{0};
  constexpr int lines = 40;
  std::thread flooding{[&] {
    for (int i = 0; i < lines; ++i) {
      records->lane(1)->console(line(1, 5, std::string(1u << 20, 'x')));
      ++printed;
    }
  }};
  // Eight of a mebibyte fill the lane; no ninth passes before script 0 has left the round.
  while (printed < 8) {
  }
  EXPECT_THAT(sink.all, IsEmpty());
  enter(0, 2);
  flooding.join();
  EXPECT_EQ(printed, lines);
  EXPECT_EQ(sink.all.size(), static_cast<std::size_t>(lines));
}

TEST_F(OrderedRecords, LetAWaitingScriptGoWhenItIsClosed) {
  make(2);
  enter(0, 1);
  enter(1, 1);
  std::atomic<int> printed{0};
  std::thread flooding{[&] {
    for (int i = 0; i < 40; ++i, ++printed)
      records->lane(1)->console(line(1, 5, std::string(1u << 20, 'x')));
  }};
  while (printed < 8) {
  }
  records->close(1);
  flooding.join();
  EXPECT_EQ(printed, 40);
}

TEST_F(OrderedRecords, AreCompleteAndInOrderWhenEachScriptHasAThread) {
  constexpr std::size_t scripts = 4;
  make(scripts);
  std::vector<std::thread> threads;
  for (std::size_t script = 0; script < scripts; ++script) {
    threads.emplace_back([this, script] {
      for (std::uint64_t round = 1; round <= 200; ++round) {
        enter(script, round);
        for (int i = 0; i < 3; ++i)
          print(script, static_cast<std::int64_t>(round), std::to_string(round));
      }
      records->close(script);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  std::vector<std::string> expected;
  for (int round = 1; round <= 200; ++round) {
    for (std::size_t script = 0; script < scripts; ++script)
      expected.insert(expected.end(), 3, std::to_string(script) + ": " + std::to_string(round));
  }
  EXPECT_EQ(sink.all, expected);
}

} // namespace
} // namespace remora::worker::test
