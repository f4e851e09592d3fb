#include "tests/bench/process.hpp"

#include <gtest/gtest.h>

namespace remora::bench {
namespace {

using std::chrono::seconds;

constexpr seconds plenty{60};

result<run_outcome> shell(const std::string& script, seconds limit = plenty) {
  return run_process({"sh", "-c", script}, limit);
}

TEST(Process, ReportsWhatTheProgramPrintedAndItsStatus) {
  const auto outcome = shell("echo out; echo err >&2; exit 3");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out, "out\n");
  EXPECT_EQ(outcome->err, "err\n");
  EXPECT_EQ(outcome->exit_status, 3);
  EXPECT_FALSE(outcome->timed_out);
}

TEST(Process, ReportsASignalAsAShellDoes) {
  const auto outcome = shell("kill -TERM $$");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_status, 128 + 15);
}

TEST(Process, CountsTimeAndMemory) {
  const auto outcome = shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
  ASSERT_TRUE(outcome);
  EXPECT_GT(outcome->wall_s, 0);
  EXPECT_GT(outcome->cpu_s, 0);
  EXPECT_GT(outcome->peak_rss_bytes, 0u);
}

TEST(Process, KeepsTheBeginningOfLongOutputAndLetsTheProgramFinish) {
  const auto outcome =
      shell("i=0; while [ $i -lt 30000 ]; do echo 0123456789; i=$((i+1)); done; echo done >&2");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out.size(), std::size_t{64} << 10);
  EXPECT_EQ(outcome->err, "done\n");
}

TEST(Process, EndsAProgramThatTakesTooLong) {
  const auto outcome = run_process({"sleep", "1000"}, seconds{0});
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->timed_out);
  EXPECT_EQ(outcome->exit_status, 128 + 9);
}

TEST(Process, GivesAProgramNothingToRead) {
  const auto outcome = run_process({"cat"}, plenty);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out, "");
  EXPECT_EQ(outcome->exit_status, 0);
}

TEST(Process, SaysThatThereIsNoSuchProgram) {
  const auto outcome = run_process({"/no/such/program"}, plenty);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::not_found);
}

TEST(Process, FindsProgramsAsAShellDoes) {
  EXPECT_TRUE(is_program("sh"));
  EXPECT_TRUE(is_program("/bin/sh"));
  EXPECT_FALSE(is_program("no-such-program"));
  EXPECT_FALSE(is_program("/bin/no-such-program"));
}

} // namespace
} // namespace remora::bench
