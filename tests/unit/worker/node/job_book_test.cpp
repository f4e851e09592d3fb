#include "worker/node/job_book.hpp"

#include <string>

#include <gmock/gmock.h>

namespace remora::worker::test {
namespace {

using ::testing::SizeIs;

job_run run_of(const std::string& script, const std::string& tag, job_outcome outcome) {
  job_run out;
  out.script = script;
  out.tag = tag;
  out.outcome = outcome;
  return out;
}

TEST(JobBook, CountsRunsByHowTheyEnded) {
  job_book book;
  for (const auto outcome : {job_outcome::passed, job_outcome::passed, job_outcome::failed,
                             job_outcome::timed_out, job_outcome::skipped})
    book.add(run_of("s", "t", outcome));
  const auto all = book.all();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].passed, 2U);
  EXPECT_EQ(all[0].failed, 2U);
  EXPECT_EQ(all[0].skipped, 1U);
}

TEST(JobBook, KeepsJobsOfTheSameTagInTwoScriptsApart) {
  job_book book;
  book.add(run_of("a", "t", job_outcome::passed));
  book.add(run_of("b", "t", job_outcome::passed));
  EXPECT_THAT(book.all(), SizeIs(2));
}

TEST(JobBook, CountsJobsBeyondItsBoundTogether) {
  job_book book;
  for (std::size_t i = 0; i < job_book::most_jobs + 5; ++i)
    book.add(run_of("s", std::to_string(i), job_outcome::passed));
  const auto all = book.all();
  ASSERT_THAT(all, SizeIs(job_book::most_jobs + 1));
  EXPECT_EQ(all[0].script, "");
  EXPECT_EQ(all[0].passed, 5U);
}

} // namespace
} // namespace remora::worker::test
