// SIGINT and SIGTERM: the first ends a run in good order, the second at once.

#include <csignal>

#include <gmock/gmock.h>

#include "tests/integration/remora_process.hpp"

namespace remora::test {
namespace {

using ::testing::HasSubstr;

class Interruption : public ::testing::TestWithParam<int> {
 protected:
  work_folder folder_;
  std::string script_ = folder_.file(
      "a.js",
      "var n = 0; function onPacketCaptured() { n++; console.log(n); if (n === 3) console.error('three'); }"
      "jobs.schedule('n', '@yearly', function () { console.log('at the end', n); });");
};

TEST_P(Interruption, FinishesWhatWasBegunAndSumsUp) {
  process run{remora_command({"run", script_, "-r", "-", "--run-jobs-at-end"})};
  run.write_input(as_text(steady_capture(3, second_ns))); // and no end of it
  ASSERT_TRUE(run.complains("three\n"));
  run.send(GetParam());
  ASSERT_TRUE(run.complains("packets  ")) << "it waits for input that does not come";
  const auto result = run.wait();
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.out, ::testing::StartsWith("1\n2\n3\n"));
  EXPECT_THAT(result.err, HasSubstr("packets         3 "));
}

TEST_P(Interruption, LeavesWholeRecordsInJson) {
  process run{remora_command({"run", script_, "-r", "-", "--json"})};
  run.write_input(as_text(steady_capture(3, second_ns)));
  ASSERT_TRUE(run.complains("job-scheduled"));
  run.send(GetParam());
  ASSERT_TRUE(run.complains("packets  ")) << "it waits for input that does not come";
  const auto result = run.wait();
  EXPECT_EQ(result.status, 130);
  ASSERT_FALSE(result.out.empty());
  EXPECT_THAT(lines_of(result.out).back(), ::testing::StartsWith(R"({"type":"summary",)"));
  EXPECT_EQ(result.out.back(), '\n');
}

TEST_P(Interruption, TakesTheSameSignalTwiceInAMomentForOne) {
  process run{remora_command({"run", script_, "-r", "-"})};
  run.write_input(as_text(steady_capture(3, second_ns)));
  ASSERT_TRUE(run.complains("three\n"));
  run.send(GetParam());
  run.send(GetParam()); // as timeout(1) does
  EXPECT_TRUE(run.complains("packets  "));
  EXPECT_EQ(run.wait().status, 130);
}

TEST_P(Interruption, EndsAtOnceTheSecondTime) {
  const auto spinning = folder_.file(
      "b.js", "jobs.schedule('x', '@daily', function () {}); function onPacketCaptured() { for (;;); }");
  process run{remora_command({"run", spinning, "-r", "-", "--set", "scripting.limits.turn=1h"})};
  run.write_input(as_text(steady_capture(3, second_ns)));
  ASSERT_TRUE(run.complains("job-scheduled"));
  run.send(SIGINT);
  run.send(SIGTERM); // both are pending at once, whichever is taken first
  const auto result = run.wait();
  EXPECT_EQ(result.status, 130);
}

INSTANTIATE_TEST_SUITE_P(Signals, Interruption, ::testing::Values(SIGINT, SIGTERM),
                         [](const auto& given) { return given.param == SIGINT ? "SIGINT" : "SIGTERM"; });

TEST(EndOfInput, IsNotAnInterruption) {
  const work_folder folder;
  process run{remora_command({"run", folder.file("a.js", ""), "-r", "-"})};
  run.write_input(as_text(steady_capture(3, second_ns)));
  EXPECT_EQ(run.wait().status, 0);
}

} // namespace
} // namespace remora::test
