#include "tests/bench/report.hpp"

#include <gtest/gtest.h>

namespace remora::bench {
namespace {

report_line measured_line() {
  report_line line;
  line.what.id = "l4-node";
  line.what.title = "against Node.js";
  line.what.goal = 0.75;
  line.what.defect_below = 0.45;
  line.result.judgement = verdict::below_goal;
  line.result.ratio = {0.62, 0.6, 0.65};
  line.result.ours = {{2'480'000, 2'400'000, 2'500'000}, {0.5, 0.5, 0.5}, 17.2};
  line.result.theirs = {{79'123, 79'000, 80'000}, {0.31, 0.3, 0.32}, 88};
  return line;
}

report_line skipped_line() {
  report_line line;
  line.what.id = "l4-tshark";
  line.result.remark = "tshark is not here";
  return line;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Report, ShowsSpeedsRatiosAndTheVerdict) {
  const std::string table = to_table({measured_line()});
  for (const char* part :
       {"l4-node", "2.48 M", "79.1 k", "0.62", "0.60", "0.65", "0.75", "0.45", "below goal"})
    EXPECT_TRUE(contains(table, part)) << part << "\n" << table;
}

TEST(Report, SaysWhyALineWasSkipped) {
  const std::string table = to_table({measured_line(), skipped_line()});
  EXPECT_TRUE(contains(table, "l4-tshark skipped: tshark is not here")) << table;
}

TEST(Report, AlignsItsColumns) {
  const std::string table = to_table({measured_line(), skipped_line()});
  const std::size_t header = table.find("verdict");
  const std::size_t second = table.find("below goal") - table.find('\n') - 1;
  EXPECT_EQ(header, second);
}

TEST(Report, GivesFiguresInJsonOnlyWhereThereAreSome) {
  EXPECT_TRUE(contains(to_json({measured_line()}), "\"ratio\""));
  EXPECT_FALSE(contains(to_json({skipped_line()}), "\"ratio\""));
  EXPECT_TRUE(contains(to_json({skipped_line()}), "\"verdict\": \"skipped\""));
}

TEST(Report, SurvivesARemarkThatIsNoText) {
  report_line line = skipped_line();
  line.result.remark = "printed \xFF";
  EXPECT_TRUE(contains(to_json({line}), "printed"));
}

} // namespace
} // namespace remora::bench
