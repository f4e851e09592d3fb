#include "tests/bench/comparison.hpp"

#include <gtest/gtest.h>

namespace remora::bench {
namespace {

/// Answers each run of "ours" and "theirs" with the next of the given times.
class fake_machine {
 public:
  std::vector<double> ours{1};
  std::vector<double> theirs{1};
  run_outcome outcome;
  std::string order;

  runner as_runner() {
    return [this](const std::vector<std::string>& command) -> result<run_outcome> {
      const bool is_ours = command.front() == "ours";
      order += is_ours ? 'A' : 'B';
      auto& times = is_ours ? ours : theirs;
      run_outcome made = outcome;
      made.wall_s = times.front();
      if (times.size() > 1) times.erase(times.begin());
      return made;
    };
  }
};

comparison some_line() {
  comparison line;
  line.id = "l4";
  line.ours = {"remora", {"ours"}, 100, "", 1, "", "", ""};
  line.theirs = {"peer", {"theirs"}, 100, "", 1, "", "", ""};
  return line;
}

constexpr run_plan once{0, 1};

TEST(Comparison, AlternatesBothPrograms) {
  fake_machine machine;
  compare(some_line(), {1, 2}, machine.as_runner());
  EXPECT_EQ(machine.order, "ABABAB");
}

TEST(Comparison, DividesSpeedsWithinEachPairAndLeavesTheWarmUpOut) {
  fake_machine machine;
  machine.ours = {100, 1, 1, 1};
  machine.theirs = {1, 2, 4, 3};
  const auto judged = compare(some_line(), {1, 3}, machine.as_runner());
  EXPECT_DOUBLE_EQ(judged.ratio.median, 3);
  EXPECT_DOUBLE_EQ(judged.ratio.min, 2);
  EXPECT_DOUBLE_EQ(judged.ratio.max, 4);
  EXPECT_DOUBLE_EQ(judged.ours.speed.median, 100);
}

TEST(Comparison, CountsTheWorkOfEachSide) {
  fake_machine machine;
  comparison line = some_line();
  line.ours.work = 400;
  EXPECT_DOUBLE_EQ(compare(line, once, machine.as_runner()).ratio.median, 4);
}

TEST(Comparison, JudgesTheMedianByGoalAndDefectLimit) {
  const struct {
    double their_seconds;
    verdict expected;
  } cases[] = {{2.0, verdict::goal_met},
               {1.3, verdict::goal_met},
               {1.29, verdict::below_goal},
               {0.9, verdict::below_goal},
               {0.89, verdict::defect}};
  for (const auto& c : cases) {
    fake_machine machine;
    machine.theirs = {c.their_seconds};
    comparison line = some_line();
    line.goal = 1.3;
    line.defect_below = 0.9;
    EXPECT_EQ(compare(line, once, machine.as_runner()).judgement, c.expected) << c.their_seconds;
  }
}

TEST(Comparison, OnlyMeasuresWithoutAGoal) {
  fake_machine machine;
  EXPECT_EQ(compare(some_line(), once, machine.as_runner()).judgement, verdict::measured);
}

TEST(Comparison, IsWrongWhenTheTotalsAreNotPrinted) {
  comparison line = some_line();
  line.ours.totals = "3 0.300";
  const struct {
    const char* out;
    verdict expected;
  } cases[] = {{"3 0.300\n", verdict::measured},       {"[every packet] 3 0.300\n", verdict::measured},
               {"2 0.300\n", verdict::wrong},          {"", verdict::wrong},
               {"3 0.300\n3 0.300\n", verdict::wrong}, {"13 0.300\n", verdict::wrong}};
  for (const auto& c : cases) {
    fake_machine machine;
    machine.outcome.out = c.out;
    EXPECT_EQ(compare(line, once, machine.as_runner()).judgement, c.expected) << c.out;
  }
}

TEST(Comparison, IsWrongWhenAScriptOfSeveralIsSilent) {
  fake_machine machine;
  machine.outcome.out = "[copy 1] 3 0.300\n";
  comparison line = some_line();
  line.ours.totals = "3 0.300";
  line.ours.totals_count = 2;
  EXPECT_EQ(compare(line, once, machine.as_runner()).judgement, verdict::wrong);
}

TEST(Comparison, IsWrongWithoutTheEvidence) {
  fake_machine machine;
  machine.outcome.out = "{\"packets\":2}";
  comparison line = some_line();
  line.theirs.evidence = "\"packets\":3";
  const auto judged = compare(line, once, machine.as_runner());
  EXPECT_EQ(judged.judgement, verdict::wrong);
  EXPECT_NE(judged.remark.find("peer must print \"packets\":3"), std::string::npos) << judged.remark;
}

TEST(Comparison, IsWrongWhenAProgramFails) {
  fake_machine machine;
  machine.outcome.exit_status = 3;
  machine.outcome.err = "no such file\nmore";
  const auto judged = compare(some_line(), once, machine.as_runner());
  EXPECT_EQ(judged.judgement, verdict::wrong);
  EXPECT_EQ(judged.remark, "remora ended with status 3: no such file");
}

TEST(Comparison, IsWrongWhenAProgramDoesNotEnd) {
  fake_machine machine;
  machine.outcome.timed_out = true;
  EXPECT_EQ(compare(some_line(), once, machine.as_runner()).judgement, verdict::wrong);
}

TEST(Comparison, TakesTheClockThatAProgramPrints) {
  fake_machine machine;
  machine.outcome.out = "loop_seconds 4.0\n";
  comparison line = some_line();
  line.theirs.clock_label = "loop_seconds";
  EXPECT_DOUBLE_EQ(compare(line, once, machine.as_runner()).ratio.median, 4);
  machine.outcome.out = "";
  EXPECT_EQ(compare(line, once, machine.as_runner()).judgement, verdict::wrong);
}

TEST(Comparison, IsSkippedWithAReasonWhenAProgramIsMissing) {
  fake_machine machine;
  comparison line = some_line();
  line.theirs.missing = "node is not here";
  const auto judged = compare(line, once, machine.as_runner());
  EXPECT_EQ(judged.judgement, verdict::skipped);
  EXPECT_EQ(judged.remark, "node is not here");
  EXPECT_EQ(machine.order, "");
}

TEST(Spread, TakesTheMiddleOfOddAndTheMeanOfEvenCounts) {
  EXPECT_DOUBLE_EQ(spread_of({3, 1, 2}).median, 2);
  EXPECT_DOUBLE_EQ(spread_of({4, 1, 3, 2}).median, 2.5);
  EXPECT_DOUBLE_EQ(spread_of({5}).min, 5);
  EXPECT_DOUBLE_EQ(spread_of({3, 1, 2}).max, 3);
}

} // namespace
} // namespace remora::bench
